import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  buildMarks,
  type Mark,
  type Marks,
  markChild,
  namedNetworks,
} from '../../../src/control-plane/publish/marks.js'
import { parsePrefix } from '../../../src/dns/address.js'

/** What the trie says of an address, bit by bit. */
function markOf(marks: Marks, address: readonly number[]): Mark {
  let at = marks.root
  for (let depth = 0; at >= 0; depth++)
    at = markChild(marks, at, ((address[depth >> 3]! >> (7 - (depth & 7))) & 1) as 0 | 1)
  return marks.list[~at]!
}

/** The same, by looking at one network after the other. */
function expected(texts: readonly string[], privates: readonly string[], address: readonly number[]): Mark {
  const holds = (text: string): boolean => {
    const { bytes, length } = parsePrefix(text)!
    for (let depth = 0; depth < length; depth++)
      if (((bytes[depth >> 3]! ^ address[depth >> 3]!) >> (7 - (depth & 7))) & 1) return false
    return true
  }
  const lengthOf = (text: string): number => Number(text.split('/')[1])
  const networks = texts.filter(holds).sort((a, b) => lengthOf(b) - lengthOf(a))
  return { networks, isPrivate: privates.some(holds) }
}

const prefixes = fc
  .uniqueArray(
    fc.record({
      a: fc.integer({ min: 9, max: 11 }),
      b: fc.integer({ min: 0, max: 255 }),
      length: fc.integer({ min: 0, max: 32 }),
    }),
    { maxLength: 12, selector: ({ a, b, length }) => prefix(a, b, length) },
  )
  .map(list => list.map(({ a, b, length }) => prefix(a, b, length)))

function prefix(a: number, b: number, length: number): string {
  const word = ((a << 24) | (b << 16) | (b << 8) | b) & (length === 0 ? 0 : -1 << (32 - length))
  return `${[24, 16, 8, 0].map(shift => (word >>> shift) & 255).join('.')}/${length}`
}

test('an address is known by all networks around it, the smallest first, and by whether one of them is private', () => {
  const RUNS = Number(process.env['MERIDIAN_RUNS'] ?? 200)
  fc.assert(
    fc.property(
      prefixes,
      prefixes,
      fc.integer({ min: 9, max: 11 }),
      fc.integer({ min: 0, max: 255 }),
      (texts, privates, a, b) => {
        const marks = buildMarks(
          namedNetworks(texts, 4),
          privates.map(text => parsePrefix(text)!),
        )
        const address = [a, b, b, b]
        expect(markOf(marks, address)).toEqual(expected(texts, privates, address))
      },
    ),
    { numRuns: RUNS },
  )
})

test('of more networks than there was room for at first each is found, in whichever order they come', () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => {
    const n = (i * 7919) % 20_000
    return `20.${n >> 8}.${n & 255}.0/24`
  })
  const marks = buildMarks(namedNetworks(texts, 4), [])
  const lost = texts.filter(text => markOf(marks, text.split(/[./]/).slice(0, 4).map(Number)).networks[0] !== text)
  expect(lost).toEqual([])
})

test('networks of the other family are no business of a trie', () => {
  expect(namedNetworks(['2001:db8::/32', '192.0.2.0/24', 'DE'], 6).map(({ text }) => text)).toEqual(['2001:db8::/32'])
})
