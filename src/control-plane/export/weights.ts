// Shares of clients as the weights of another system: whole numbers, up to what it takes.

/** Whole numbers from 1 to `most` in nearly the same ratio. */
export const rounded = (shares: readonly number[], most: number): readonly number[] =>
  shares.map(share => Math.max(1, Math.round((share / Math.max(...shares)) * most)))

/** What makes these shares whole numbers from 1 to `most`; undefined where nothing does. */
export function timesToWhole(shares: readonly number[], most: number): number | undefined {
  for (let times = 1; times <= most; times++)
    for (const by of [times, 1 / times])
      if (shares.every(share => Number.isInteger(share * by) && share * by >= 1 && share * by <= most)) return by
  return undefined
}
