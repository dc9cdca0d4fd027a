// Whatever addresses are up, of whole regions or of a part of one: it is signed before, so that no change of health signs anything.
import { afterAll, expect, test } from 'vitest'
import type { Health } from '../../src/control-plane/health/health.js'
import { partlyUp } from '../../src/control-plane/publish/sign-ahead.js'
import { parseName } from '../../src/dns/name.js'
import { typeNumber } from '../../src/dns/numbers.js'
import { healthOf, readDocument, World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2', '192.0.2.4', '192.0.2.5']
const DOCUMENT = `
regions:
  a: { addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3, "2001:db8::1", "2001:db8::2"], location: [35.68, 139.69] }
  b: { addresses: [192.0.2.4, 192.0.2.5], location: [52.52, 13.4] }
policies:
  two: [distance, take: 2]
zones:
  example.com:
    dnssec: true
    nameservers: [ns.example.net]
    records:
      one: { steer: nearest, regions: [a, b] }
      two: { steer: two, regions: [a, b] }
      all: { steer: all, regions: [a, b] }
`

const without = (health: Health, down: readonly string[]): Health =>
  new Map(
    [...health].map(([id, all]) => [id, all.map(one => (down.includes(one.address) ? { ...one, up: false } : one))]),
  )

function judgeAll(world: World): void {
  for (const name of ['one', 'two', 'all'])
    for (const type of ['A', 'AAAA']) {
      const asked = { name: parseName(`${name}.example.com`), type: typeNumber(type)! }
      validate(askSigned(world, `${name}.example.com`, type), asked, keys.anchors(world.document), NOW)
    }
}

test('whichever addresses are down, nothing is signed for it, and every answer is secure', async () => {
  const world = await World.of(readDocument(DOCUMENT), [], new Map(), { ...keys.signing, ahead: true })
  await world.publisher.signAhead()
  const { made } = world.publisher.signatureCounts()
  for (let set = 0; set < 2 ** ADDRESSES.length; set++) {
    const down = ADDRESSES.filter((_, bit) => set & (1 << bit))
    world.publisher.setHealth(without(healthOf(world.document, []), down))
    judgeAll(world)
    expect(world.publisher.signatureCounts().made, `without ${down.join(', ')}`).toBe(made)
  }
  expect(world.totals().scalars['faults']).toBe(0)
})

test.each([
  ['nothing where each region has one address', [[1], [2]], []],
  ['each part of a region', [[1, 2, 3]], [[[1]], [[2]], [[1, 2]], [[3]], [[1, 3]], [[2, 3]]]],
  ['of many addresses, that one is down', [[1, 2, 3, 4, 5, 6, 7]], [2, 3, 4, 5, 6, 7].length + 1],
  [
    'parts of two regions together',
    [
      [1, 2],
      [3, 4],
    ],
    8,
  ],
  [
    'parts of one at a time where there would be too many',
    [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ],
    60,
  ],
])('foreseen is %s', (_, whole, wanted) => {
  const found = partlyUp(whole)
  if (typeof wanted === 'number') expect(found).toHaveLength(wanted)
  else expect(found).toEqual(wanted)
})
