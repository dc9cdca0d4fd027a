// Regions on their way back, through the real compile and the real line: how many of their clients they have.
import { expect, test } from 'vitest'
import type { Health } from '../../../src/control-plane/health/health.js'
import { regionStates } from '../../../src/control-plane/publish/region-states.js'
import { type Decoded, healthOf, readDocument, World } from '../../world.js'

const DOCUMENT = `
regions:
  near: { location: [0, 0], addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"] }
  next: { location: [0, 60], addresses: [192.0.2.3, "2001:db8::3"] }
  far: { location: [0, 120], addresses: [192.0.2.4, "2001:db8::4"] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { www: { steer: nearest } }
`
const document = readDocument(DOCUMENT)
const ALL_NEAR = [{ prefix: '40.0.0.0/8', latitude: 0, longitude: 0 }]
const COUNT = 20_000
const REGIONS: Readonly<Record<string, string>> = {
  '192.0.2.1': 'near',
  '192.0.2.2': 'near',
  '192.0.2.3': 'next',
  '192.0.2.4': 'far',
}

/** All are up; the addresses of `near` that are of the family are admitted to so many percent. */
function admitting(admitted: number | undefined, family: 4 | 6 = 4): Health {
  const health = new Map(healthOf(document, []))
  if (admitted === undefined) return health
  const own = health.get('near')!
  const isOf = (address: string): boolean => address.includes(':') === (family === 6)
  return health.set(
    'near',
    own.map(one => (isOf(one.address) ? { ...one, admitted } : one)),
  )
}

/** The region that each network's answer is of. */
const regionsTold = (world: World): readonly string[] =>
  Array.from({ length: COUNT }, (_, i) => {
    const { answers } = world.ask('www.example.com', 'A', { subnet: `40.${i >>> 8}.${i & 255}.0/24` })
    return [...new Set<string>(answers.map(({ data }: Decoded) => REGIONS[data]))].join()
  })

const share = (told: readonly string[], id: string): number => told.filter(one => one === id).length / COUNT

test('a region admitted to 30 % has 30 % of its clients’ networks, and the next one has the others', async () => {
  const world = await World.of(document, ALL_NEAR, admitting(30))
  const told = regionsTold(world)
  expect(Math.abs(share(told, 'near') - 0.3)).toBeLessThan(0.02)
  expect(Math.abs(share(told, 'next') - 0.7)).toBeLessThan(0.02)
  expect(share(told, 'far')).toBe(0)
})

test('a region that is let in further keeps every network that it had, and has all of them in the end', async () => {
  const world = await World.of(document, ALL_NEAR, admitting(0))
  let before = regionsTold(world)
  expect(share(before, 'near')).toBe(0)
  for (const admitted of [5, 30, 60, undefined]) {
    world.publisher.setHealth(admitting(admitted))
    const told = regionsTold(world)
    expect(told.filter((id, i) => before[i] === 'near' && id !== 'near')).toEqual([])
    before = told
  }
  expect(share(before, 'near')).toBe(1)
})

test.each([
  [undefined, 0],
  [100, 0],
  [30, 70],
  [0, 100],
])('a region admitted to %s percent gives away %i', (admitted, drain) => {
  expect(regionStates(document, admitting(admitted), 4, new Map(), 0).get('near')?.drain).toBe(drain)
})

test('a family that is on its way back takes nothing from the other', () => {
  expect(regionStates(document, admitting(30, 6), 4, new Map(), 0).get('near')?.drain).toBe(0)
  expect(regionStates(document, admitting(30, 6), 6, new Map(), 0).get('near')?.drain).toBe(70)
})
