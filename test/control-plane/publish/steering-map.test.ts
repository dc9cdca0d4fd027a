import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/control-plane/geo/database.js'
import { rank } from '../../../src/control-plane/policies/policy.js'
import { rankingAt } from '../../../src/control-plane/publish/rankings.js'
import { compileMap, type SteeringMap } from '../../../src/control-plane/publish/steering-map.js'
import type { MapSpec } from '../../../src/control-plane/publish/steerings.js'
import { samePartition, widen } from '../../../src/control-plane/publish/widen.js'
import { type AddressBytes, formatAddress, parseAddress, parsePrefix, truncate } from '../../../src/dns/address.js'
import {
  type ClientMap,
  leafDepth,
  leafRanking,
  lookup4,
  lookup6,
  PRIVATE,
  UNLOCATED,
} from '../../../src/snapshot/map.js'
import { writeMmdb } from '../geo/mmdb-writer.js'

const SPEC: MapSpec = {
  policy: { id: 'nearest', steps: [{ step: 'distance' }] },
  candidates: [
    { id: 'a', weight: 100, location: { latitude: 0, longitude: 0 } },
    { id: 'b', weight: 100, location: { latitude: 0, longitude: 90 } },
    { id: 'c', weight: 100, location: { latitude: 0, longitude: 180 } },
    { id: 'd', weight: 100 },
  ],
}

const lookup = (map: ClientMap, address: AddressBytes): number =>
  address.length === 4
    ? lookup4(map, new DataView(address.buffer, address.byteOffset).getInt32(0))
    : lookup6(map, address, 0)

/** Addresses that are worth asking about: the edges of every network, the addresses next to them, and some at random. */
const edges = (prefixes: readonly string[]): AddressBytes[] =>
  prefixes.flatMap(text => {
    const { bytes, length } = parsePrefix(text)!
    const last = bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, length - i * 8))))
    return [bytes, last, next(last, 1), next(bytes, -1)]
  })
const next = (bytes: AddressBytes, by: 1 | -1): AddressBytes => {
  const out = Uint8Array.from(bytes)
  for (let i = out.length - 1; i >= 0; i--) {
    out[i] = out[i]! + by
    if (out[i] !== (by === 1 ? 0 : 255)) break
  }
  return out
}

const v4Prefix = fc
  .tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 32 }))
  .map(([bytes, length]) => `${formatAddress(truncate(bytes, length))}/${length}`)
const v6Prefix = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 4, max: 128 }))
  .map(
    ([bytes, length]) => `${formatAddress(truncate(Uint8Array.from([0x24, ...bytes.subarray(1)]), length))}/${length}`,
  )
const networks = (prefix: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.record({ prefix, longitude: fc.integer({ min: -179, max: 179 }) }), {
    selector: n => n.prefix,
    maxLength: 40,
  })

const build = (
  list: readonly { prefix: string; longitude: number }[],
  family: 4 | 6,
): { map: SteeringMap; brute: (a: AddressBytes) => string } => {
  const entries = list.map(({ prefix, longitude }) => ({ prefix, record: { latitude: 1, longitude, city: 'x' } }))
  const database = openDatabase(writeMmdb(entries, { ipVersion: family }), 'test.mmdb')
  return {
    map: compileMap({ places: database }, family, SPEC),
    brute: address => {
      const { place } = database.lookup(address)
      return place === undefined
        ? 'none'
        : JSON.stringify(rank(SPEC.policy, SPEC.candidates, place).map(tier => tier.map(({ id }) => id)))
    },
  }
}
const told = ({ rankings }: SteeringMap, leaf: number): string =>
  leafRanking(leaf) === UNLOCATED || leafRanking(leaf) === PRIVATE
    ? 'none'
    : JSON.stringify(
        rankingAt(rankings, leafRanking(leaf)).tiers.map(tier => tier.map(place => SPEC.candidates[place]!.id)),
      )

describe.each([
  [4, v4Prefix, 4],
  [6, v6Prefix, 16],
] as const)('a map of IPv%d networks', (family, prefix, size) => {
  const address = fc.uint8Array({ minLength: size, maxLength: size })

  test('ranks every address as the database and the policy do', () => {
    fc.assert(
      fc.property(networks(prefix), fc.array(address, { maxLength: 20 }), (list, some) => {
        const { map, brute } = build(list, family)
        for (const a of [...edges(list.map(n => n.prefix)), ...some])
          expect(told(map, lookup(map.map, a))).toBe(brute(a))
      }),
      { numRuns: 60 },
    )
  })

  test('widened by any choice keeps every choice, and its scope is exact: all within have the choice, and one bit less has not', () => {
    const choices = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 200, maxLength: 200 })
    fc.assert(
      fc.property(networks(prefix), choices, fc.array(address, { maxLength: 10 }), (list, pick, some) => {
        const { map } = build(list, family)
        const choiceOf = Int32Array.from({ length: map.rankings.length }, (_, ranking) => pick[ranking % pick.length]!)
        const wide = widen(map.map, choiceOf)
        const choice = (m: ClientMap, a: AddressBytes): number => choiceOf[leafRanking(lookup(m, a))]!
        const all = [...edges(list.map(n => n.prefix)), ...some]
        for (const a of all) {
          expect(choice(wide, a)).toBe(choice(map.map, a))
          const depth = leafDepth(lookup(wide, a))
          for (const b of all) {
            const within = truncate(b, depth).every((byte, i) => byte === truncate(a, depth)[i])
            if (within) expect(choice(map.map, b)).toBe(choice(map.map, a))
          }
          if (depth > 0) expect(hasOther(map.map, choiceOf, a, depth - 1)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** Whether a prefix of `bits` bits of an address holds more than one choice: all its leaves are visited. */
function hasOther(map: ClientMap, choiceOf: Int32Array, address: AddressBytes, bits: number): boolean {
  const mine = choiceOf[leafRanking(lookup(map, address))]!
  let at: AddressBytes = truncate(address, bits)
  const end = at.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, bits - i * 8))))
  for (;;) {
    const leaf = lookup(map, at)
    if (choiceOf[leafRanking(leaf)] !== mine) return true
    const depth = leafDepth(leaf)
    const last = truncate(at, depth).map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, depth - i * 8))))
    if (Buffer.compare(last, end) >= 0) return false
    at = next(last, 1)
  }
}

test.each([
  ['10.1.2.3', PRIVATE, 8],
  ['192.168.1.1', PRIVATE, 16],
  ['172.31.255.255', PRIVATE, 12],
  ['172.32.0.0', UNLOCATED, 11],
  ['127.0.0.1', PRIVATE, 8],
  ['8.8.8.8', UNLOCATED, 7],
])('without a database %s is ranked %d, by %d bits', (text, ranking, depth) => {
  const { map } = compileMap({ places: undefined }, 4, SPEC)
  const leaf = lookup(map, parseAddress(text)!)
  expect([leafRanking(leaf), leafDepth(leaf)]).toEqual([ranking, depth])
})

test.each([
  ['fc00::1', PRIVATE],
  ['fe80::1', PRIVATE],
  ['2001:db8::1', PRIVATE],
  ['::1', PRIVATE],
  ['2001:db9::1', UNLOCATED],
])('without a database %s is ranked %d', (text, ranking) => {
  expect(leafRanking(lookup(compileMap({ places: undefined }, 6, SPEC).map, parseAddress(text)!))).toBe(ranking)
})

test('an operator’s own word on a private network goes before its being private', () => {
  const { map } = build([{ prefix: '10.20.0.0/16', longitude: 90 }], 4)
  expect(told(map, lookup(map.map, parseAddress('10.20.1.1')!))).toContain('["b"]')
  expect(leafRanking(lookup(map.map, parseAddress('10.21.1.1')!))).toBe(PRIVATE)
})

test('two tables put the same rankings together exactly if each choice of one stands for one choice of the other', () => {
  const table = (...words: number[]): Int32Array => Int32Array.from(words)
  expect(samePartition(table(1, 1, 2), table(7, 7, 3))).toBe(true)
  expect(samePartition(table(1, 1, 2), table(7, 3, 3))).toBe(false)
  expect(samePartition(table(1, 2, 3), table(7, 7, 3))).toBe(false)
  expect(samePartition(table(1, 1, 1), table(7, 7, 3))).toBe(false)
})
