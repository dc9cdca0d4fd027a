// What regions would be asked, beside what they are asked and can carry.
import { increase, type Moves, NOWHERE } from './moves.js'

/** By region, answers a second as they are and as they would be. */
export type ExpectedLoad = Readonly<
  Record<string, { readonly now: number; readonly expected: number; readonly capacity?: number }>
>

interface Load {
  readonly now: ReadonlyMap<string, number>
  readonly expected: ReadonlyMap<string, number>
}

/** A name with what is asked for it, a second. */
type Asked = Moves & { readonly queries?: number }

/** Each name has its own clients. */
export function loadOfNames(names: readonly Asked[]): Load {
  const now = new Map<string, number>()
  const expected = new Map<string, number>()
  for (const { queries = 0, before, after } of names) {
    for (const [id, share] of Object.entries(before)) increase(now, id, queries * share)
    for (const [id, share] of Object.entries(after)) increase(expected, id, queries * share)
  }
  return { now, expected }
}

/** What each region is asked now goes where its clients go, by the mean of all names. */
export function loadByRates(names: readonly Moves[], rates: Readonly<Record<string, number>>): Load {
  const before = new Map<string, number>()
  const moved = new Map<string, Map<string, number>>()
  for (const { before: shares, moves } of names) {
    for (const [id, share] of Object.entries(shares)) increase(before, id, share)
    for (const { from, to, share } of moves) {
      const own = moved.get(from) ?? new Map<string, number>()
      increase(own, to, share)
      moved.set(from, own)
    }
  }
  const expected = new Map<string, number>()
  for (const [from, rate] of Object.entries(rates)) {
    let stays = rate
    for (const [to, share] of moved.get(from) ?? []) {
      const goes = rate * Math.min(1, share / (before.get(from) || 1))
      stays -= goes
      increase(expected, to, goes)
    }
    increase(expected, from, Math.max(0, stays))
  }
  return { now: new Map(Object.entries(rates)), expected }
}

export function told(
  { now, expected }: Load,
  regions: ReadonlyMap<string, { readonly capacity?: number }>,
): ExpectedLoad {
  const ids = [...regions.keys(), NOWHERE].filter(id => (now.get(id) ?? 0) > 0 || (expected.get(id) ?? 0) > 0)
  return Object.fromEntries(
    ids.map(id => {
      const capacity = regions.get(id)?.capacity
      return [
        id,
        { now: now.get(id) ?? 0, expected: expected.get(id) ?? 0, ...(capacity === undefined ? {} : { capacity }) },
      ]
    }),
  )
}
