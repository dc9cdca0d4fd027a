import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameAfter, nameAfterAll, nameBefore } from '../../src/dns/dnssec-neighbour.js'
import { compareNames } from '../../src/dns/dnssec-order.js'
import { canonical, equalNames, isWithin, MAX_NAME, type Name, parseName } from '../../src/dns/name.js'

const APEX = parseName('a.test.')
/** Of bytes at which something ends: nothing, capitals and small letters, everything. */
const anyByte = fc.constantFrom(0, 1, 64, 65, 90, 91, 96, 97, 122, 254, 255)
const anyLabel = fc.oneof(
  fc.array(anyByte, { minLength: 1, maxLength: 3 }),
  fc.tuple(anyByte, fc.integer({ min: 60, max: 63 })).map(([byte, length]) => Array<number>(length).fill(byte)),
)
const anyBelow = fc
  .array(anyLabel, { minLength: 1, maxLength: 4 })
  .map(labels => canonical(Uint8Array.from([...labels.flatMap(label => [label.length, ...label]), ...APEX])))
  .filter(name => name.length <= MAX_NAME)
const anyPair = fc.oneof(
  fc.tuple(anyBelow, anyBelow),
  // Names that are near each other.
  anyBelow.chain(name =>
    fc.tuple(
      fc.constant(name),
      anyByte.map(byte => (name.length + 2 > MAX_NAME ? name : Uint8Array.from([1, byte === 90 ? 91 : byte, ...name]))),
    ),
  ),
)

const isName = (name: Name): boolean =>
  name.length <= MAX_NAME && name.at(-1) === 0 && equalNames(canonical(name), name)
const isBetween = (name: Name, from: Name, to: Name): boolean =>
  compareNames(from, name) < 0 && (equalNames(to, APEX) || compareNames(name, to) < 0)

test('no name lies between a name and the one after it', () => {
  fc.assert(
    fc.property(anyPair, ([name, other]) => {
      const next = nameAfter(name, APEX)
      expect(isName(next) && isWithin(next, APEX)).toBe(true)
      expect(equalNames(next, APEX) || compareNames(name, next) < 0).toBe(true)
      expect(isBetween(canonical(other), name, next)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('between a name and the one after all below it lies what is below it, and nothing else', () => {
  fc.assert(
    fc.property(anyPair, ([name, other]) => {
      const next = nameAfterAll(name, APEX)
      expect(isName(next) && isWithin(next, APEX)).toBe(true)
      const below = canonical(other)
      expect(isBetween(below, name, next)).toBe(isWithin(below, name) && !equalNames(below, name))
    }),
    { numRuns: 500 },
  )
})

test('the name before a name comes before it, and beside it or just above', () => {
  fc.assert(
    fc.property(anyBelow, name => {
      const before = nameBefore(name)
      const above = name.subarray(name[0]! + 1)
      expect(isName(before)).toBe(true)
      expect(compareNames(before, name)).toBeLessThan(0)
      expect(isWithin(before, above)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
