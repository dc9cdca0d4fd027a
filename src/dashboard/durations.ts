// How long answering took, from counts by powers of two of µs. Pure.

/**
 * The µs within which a share of the queries was answered; between two powers of two they are taken to lie evenly.
 * @param durations how many took less than so many µs, and half of it at least
 * @param share 0 to 1
 * @returns undefined where nothing was timed
 */
export function within(durations: Readonly<Record<string, number>>, share: number): number | undefined {
  const rows = Object.entries(durations)
    .map(([below, count]) => [Number(below), count] as const)
    .sort(([a], [b]) => a - b)
  let left = share * rows.reduce((sum, [, count]) => sum + count, 0)
  for (const [below, count] of rows) {
    if (count >= left) return below / 2 + (below / 2) * (left / count)
    left -= count
  }
  return rows.at(-1)?.[0]
}
