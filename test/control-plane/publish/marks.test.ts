import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KnownNetworks, Marks, NOTHING } from '../../../src/control-plane/publish/marks.js'
import { contains, formatPrefix, parsePrefix, truncate } from '../../../src/dns/address.js'

type Texts = Readonly<Record<keyof KnownNetworks, readonly string[]>>

const marksOf = (family: 4 | 6, { ruled, rows, privates }: Texts): Marks =>
  new Marks(family, { ruled, rows, privates: privates.map(text => parsePrefix(text)!) })

/** What the trie says of an address, bit by bit. */
function markOf(marks: Marks, address: Uint8Array) {
  let at = marks.root
  for (let depth = 0; at >= 0; depth++) at = marks.child(at, ((address[depth >> 3]! >> (7 - (depth & 7))) & 1) as 0 | 1)
  const mark = ~at
  expect(mark).toBeLessThan(marks.count)
  return {
    isNothing: mark === NOTHING,
    networks: marks.networks(mark),
    isNamed: marks.isNamed(mark),
    hasRows: marks.hasRows(mark),
  }
}

/** The same, by looking at one network after the other. */
function expected({ ruled, rows, privates }: Texts, address: Uint8Array): ReturnType<typeof markOf> {
  const holds = (text: string): boolean => contains(parsePrefix(text)!, address)
  const lengthOf = (text: string): number => Number(text.split('/')[1])
  const networks = [...new Set([...ruled, ...rows])].filter(holds).sort((a, b) => lengthOf(b) - lengthOf(a))
  return {
    isNothing: networks.length === 0 && !privates.some(holds),
    networks,
    isNamed: networks.length > 0,
    hasRows: rows.some(holds),
  }
}

/** Few bits are other than zero, so that many lie in one another, and some are the same. */
const addresses = (size: 4 | 16) =>
  fc
    .uint8Array({ minLength: size, maxLength: size })
    .map(bytes => bytes.map((byte, i) => (i % 3 === 0 ? byte & 0x83 : byte & 1)))
const networks = (size: 4 | 16) =>
  fc.uniqueArray(
    fc
      .tuple(addresses(size), fc.integer({ min: 0, max: size * 8 }))
      .map(([bytes, length]) => formatPrefix({ bytes: truncate(bytes, length), length })),
    { maxLength: 12 },
  )

test.each([
  [4, 4],
  [6, 16],
] as const)(
  'an IPv%d address is known by all networks around it, the smallest first, by whether one has a row, and by whether one is private where none has a name',
  (family, size) => {
    const RUNS = Number(process.env['MERIDIAN_RUNS'] ?? 200)
    fc.assert(
      fc.property(
        networks(size),
        networks(size),
        networks(size),
        fc.array(addresses(size)),
        fc.nat({ max: 4 }),
        (ruled, rows, privates, some, shared) => {
          // Some are named by rules, have rows, and are private.
          const texts = {
            ruled,
            rows: [...new Set([...rows, ...ruled.slice(0, shared)])],
            privates: [...new Set([...privates, ...rows.slice(0, shared)])],
          }
          const marks = marksOf(family, texts)
          const edges = [...ruled, ...rows, ...privates].map(text => parsePrefix(text)!.bytes)
          for (const address of [...some, ...edges]) expect(markOf(marks, address)).toEqual(expected(texts, address))
        },
      ),
      { numRuns: RUNS },
    )
  },
)

test('of more networks than there was room for at first each is found, in whichever order they come', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => {
    const n = (i * 7919) % 20_000
    return `20.${n >> 8}.${n & 255}.0/24`
  })
  const marks = marksOf(4, { ruled: [], rows, privates: [] })
  expect(rows.filter(text => markOf(marks, parsePrefix(text)!.bytes).networks[0] !== text)).toEqual([])
})

test('a network that a rule and a row name counts once', () => {
  const marks = marksOf(4, {
    ruled: ['192.0.2.0/24', '198.51.100.0/24'],
    rows: ['203.0.113.0/24', '192.0.2.0/24'],
    privates: [],
  })
  expect(markOf(marks, Uint8Array.of(192, 0, 2, 1))).toMatchObject({ networks: ['192.0.2.0/24'], hasRows: true })
  expect(markOf(marks, Uint8Array.of(198, 51, 100, 1))).toMatchObject({ networks: ['198.51.100.0/24'], hasRows: false })
})
