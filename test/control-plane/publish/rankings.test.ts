import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PlacedRanking, RankingList } from '../../../src/control-plane/publish/ranking-list.js'
import { type CompactRanking, rankingAt, rankingReader, tiersOf } from '../../../src/control-plane/publish/rankings.js'

const placed = ({ tiers, inside }: CompactRanking): PlacedRanking => ({
  tiers: tiers.map(tier => tier.map(place => ({ place }))),
  inside,
})

/** Regions in some order, cut into tiers at some of the places between them. */
const ranking = (regions: number): fc.Arbitrary<CompactRanking> =>
  fc
    .tuple(
      fc.shuffledSubarray([...Array(regions).keys()]),
      fc.array(fc.boolean(), { minLength: regions, maxLength: regions }),
      fc.nat(),
    )
    .map(([order, cuts, inside]) => {
      const tiers: number[][] = []
      for (const [i, place] of order.entries()) {
        const last = tiers.at(-1)
        if (last === undefined || cuts[i]) tiers.push([place])
        else last.push(place)
      }
      return { tiers, inside: inside % (tiers.length + 1) }
    })

test.each([3, 7, 300])(
  'of %d regions, equal rankings have one number, others another, and each is read back as it was',
  regions => {
    const text = (one: CompactRanking): string => JSON.stringify([one.tiers, one.inside])
    fc.assert(
      fc.property(fc.array(ranking(regions), { maxLength: 30 }), all => {
        const list = new RankingList()
        const numbers = [...all, ...all].map(one => list.numberOf(placed(one)))
        const shared = list.share()
        expect(shared.length).toBe(new Set(all.map(text)).size)
        for (const [i, one] of [...all, ...all].entries()) {
          expect(text(rankingAt(shared, numbers[i]!))).toBe(text(one))
          expect(list.isAt(numbers[i]!, placed(one))).toBe(true)
        }
      }),
      { numRuns: regions > 100 ? 20 : 100 },
    )
  },
)

test('what is added apart is not found again, however like it another is', () => {
  const list = new RankingList()
  const one = placed({ tiers: [[0], [1]], inside: 2 })
  expect(list.addApart(one)).toBe(0)
  expect(list.numberOf(one)).toBe(1)
  expect(list.numberOf(one)).toBe(1)
  expect(list.isAt(0, one)).toBe(true)
})

test('thousands are told apart, and take a byte for each of their tiers', () => {
  const list = new RankingList()
  const orders = Array.from({ length: 5000 }, (_, i) =>
    [i % 10, 10 + (Math.floor(i / 10) % 10), 20 + Math.floor(i / 100)].map(place => [place]),
  )
  const numbers = orders.map(tiers => list.numberOf(placed({ tiers, inside: 3 })))
  expect(numbers).toEqual(orders.map((_, i) => i))
  expect(orders.map(tiers => list.numberOf(placed({ tiers, inside: 3 })))).toEqual(numbers)
  const shared = list.share()
  expect(shared.rows).toBeInstanceOf(Uint8Array)
  expect(shared.rows.length).toBe(15_000)
  expect(shared.rows.buffer).toBeInstanceOf(SharedArrayBuffer)
})

test('more tiers than a byte can name are named by two, those before them as well', () => {
  const list = new RankingList()
  for (let place = 0; place < 400; place++) list.numberOf(placed({ tiers: [[place]], inside: 1 }))
  const shared = list.share()
  expect(shared.rows).toBeInstanceOf(Uint16Array)
  expect([0, 255, 256, 399].map(number => rankingAt(shared, number).tiers)).toEqual([[[0]], [[255]], [[256]], [[399]]])
})

test('tiers are the same objects each time, and so are rankings of one reader', () => {
  const list = new RankingList()
  list.numberOf(placed({ tiers: [[1, 0], [2]], inside: 1 }))
  const shared = list.share()
  expect(rankingAt(shared, 0).tiers[0]).toBe(tiersOf(shared)[0])
  const read = rankingReader()
  expect(read(shared, 0)).toBe(read(shared, 0))
})
