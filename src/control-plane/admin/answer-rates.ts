// How much each region is answered with, as the node has counted.
import type { AdminPort } from './port.js'

/** Answers a second by region, over the last minute. */
export function answerRates(port: Pick<AdminPort, 'rates'>): Readonly<Record<string, number>> {
  const { slices, stepMs } = port.rates('15m')
  const last = slices.slice(-6)
  const sums: Record<string, number> = {}
  for (const { regions } of last) for (const [id, count] of Object.entries(regions)) sums[id] = (sums[id] ?? 0) + count
  return Object.fromEntries(Object.entries(sums).map(([id, sum]) => [id, (sum * 1000) / (last.length * stepMs)]))
}
