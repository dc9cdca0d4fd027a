// Settling all rankings of a map, each way once, comes to what settling each by itself comes to.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BalancedSharing } from '../../../src/control-plane/publish/balanced.js'
import { RankingList } from '../../../src/control-plane/publish/ranking-list.js'
import { rankingAt } from '../../../src/control-plane/publish/rankings.js'
import { PLAIN, settle } from '../../../src/control-plane/publish/settle.js'
import { settler } from '../../../src/control-plane/publish/settler.js'
import type { Standing } from '../../../src/control-plane/publish/standing.js'

const REGIONS = 6

const standing = fc.record({
  up: fc.boolean(),
  enabled: fc.boolean(),
  hasAddresses: fc.constantFrom(true, true, true, false),
  leave: fc.constantFrom(0, 0, 0.25),
  weight: fc.constantFrom(0, 1, 3),
  changeIn: fc.constantFrom(1, 7, 30, Infinity),
  ttl: fc.constantFrom(3, 20, 90),
})
const candidates = fc.array(standing, { minLength: REGIONS, maxLength: REGIONS }).map(all =>
  all.map(
    (one, i): Standing => ({
      ...one,
      id: `r${i}`,
      drain: one.leave * 100,
      serves: one.up && one.enabled && one.hasAddresses,
    }),
  ),
)
const ranking = fc
  .tuple(
    fc.shuffledSubarray([...Array(REGIONS).keys()], { minLength: 1 }),
    fc.array(fc.boolean(), { minLength: REGIONS, maxLength: REGIONS }),
    fc.nat(),
  )
  .map(([order, cuts, inside]) => {
    const tiers: { place: number }[][] = []
    for (const [i, place] of order.entries()) {
      if (i === 0 || cuts[i]) tiers.push([{ place }])
      else tiers.at(-1)!.push({ place }) // the first one made a tier
    }
    return { tiers, inside: inside % (tiers.length + 1) }
  })
const sharing: fc.Arbitrary<BalancedSharing> = fc.constantFrom(
  PLAIN,
  { ...PLAIN, take: 2 },
  { ...PLAIN, take: Infinity },
  { ...PLAIN, trickle: { share: 0.2 } },
  { ...PLAIN, trickle: { share: 0.2, to: new Set(['r0', 'r3']) } },
)
const whenAllDown = fc.constantFrom('serve-all', 'last-good', 'first-choice', 'nodata', 'servfail' as const)

test('each ranking is settled to what it comes to by itself', () => {
  fc.assert(
    fc.property(
      candidates,
      candidates,
      fc.array(ranking, { maxLength: 20 }),
      sharing,
      whenAllDown,
      (states, reserves, rankings, how, down) => {
        const list = new RankingList()
        list.addApart({ tiers: [], inside: 0 })
        for (const one of rankings) list.numberOf(one)
        const shared = list.share()
        const fallback = reserves.slice(0, 1)
        const record = { ttl: { min: 1, max: 60 }, whenAllDown: down }
        const choiceOf = settler(shared, states, fallback, record, how)
        for (let number = 0; number < shared.length; number++)
          expect(choiceOf(number)).toEqual(settle(rankingAt(shared, number), states, fallback, record, how))
      },
    ),
    { numRuns: 200 },
  )
})
