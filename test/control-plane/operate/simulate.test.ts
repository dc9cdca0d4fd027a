import { expect, test } from 'vitest'
import { NOWHERE, simulate } from '../../../src/control-plane/operate/simulate.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { makeWorld, parse } from './world.js'

const DOCUMENT = `
regions:
  us: { location: [38.95, -77.45], addresses: [192.0.2.1], capacity: 100 }
  eu: { location: [50.11, 8.68], addresses: [192.0.2.3] }
  ap: { location: [35.68, 139.69], addresses: [192.0.2.4, "2001:db8::4"] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest }
      alone: { steer: nearest, regions: [eu], when-all-down: servfail }
`

// Half of the v4 addresses are in Tokyo, a quarter in Berlin and in Ashburn; of v6, all are in Tokyo.
const at = (latitude: number, longitude: number) => ({ location: { latitude, longitude } })
const ENTRIES = [
  { prefix: '20.0.0.0/8', record: at(35.69, 139.69) },
  { prefix: '21.0.0.0/8', record: at(35.69, 139.69) },
  { prefix: '22.0.0.0/8', record: at(52.52, 13.41) },
  { prefix: '23.0.0.0/8', record: at(39.04, -77.49) },
  { prefix: '2400:4000::/22', record: at(35.69, 139.69) },
]

const without =
  (...ids: readonly string[]) =>
  (state: RegionState): RegionState =>
    ids.includes(state.id) ? { ...state, enabled: false } : state

async function world() {
  const { publisher } = await makeWorld(parse(DOCUMENT), ENTRIES)
  return publisher.current()!
}

test('a change of nothing moves nobody', async () => {
  const { names } = simulate(await world(), state => state)
  expect(names.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'api.example.com. A',
    'api.example.com. AAAA',
    'alone.example.com. A',
  ])
  for (const { moves, ladder } of names) expect([moves, ladder]).toEqual([[], {}])
  expect(names[0]!.before).toMatchObject({
    ap: expect.closeTo(0.75),
    eu: expect.closeTo(0.125),
    us: expect.closeTo(0.125),
  })
})

test('the clients of a region that would be taken out go to the next one', async () => {
  const [api] = simulate(await world(), without('eu')).names
  expect(api!.moves).toEqual([{ from: 'eu', to: 'us', share: expect.closeTo(0.125) }])
  expect(api!.after['eu']).toBeUndefined()
})

test('names that would reach their ladder are told, with the share of their clients', async () => {
  const { names } = simulate(await world(), without('eu'))
  const alone = names.find(({ name }) => name === 'alone.example.com.')!
  expect(alone.ladder).toEqual({ servfail: expect.closeTo(1) })
  expect(alone.moves).toEqual([{ from: 'eu', to: NOWHERE, share: expect.closeTo(1) }])
})

test('what a region is asked goes along with its clients', async () => {
  const { load } = simulate(await world(), without('ap'), { ap: 60, us: 30, eu: 10 })
  expect(load['ap']).toEqual({ now: 60, expected: expect.closeTo(0) })
  expect(load['us']!.capacity).toBe(100)
  const all = Object.values(load).reduce((sum, { expected }) => sum + expected, 0)
  expect(all).toBeCloseTo(100)
})

test('shares before and after each add up to everybody', async () => {
  const published = await world()
  for (const ids of [[], ['us'], ['eu', 'ap'], ['us', 'eu', 'ap']])
    for (const { before, after } of simulate(published, without(...ids)).names)
      for (const shares of [before, after])
        expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
})
