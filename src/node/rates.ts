// Looks at the counters every ten seconds, and remembers how much they grew.
import type { Counts } from '../control-plane/admin/port.js'
import { LOOK_MS, Rates, type Series, type Span, type Totals } from '../control-plane/operate/rates.js'

export interface WatchedRates {
  series(span: Span): Series
  stop(): void
}

export function watchRates(counts: () => Counts): WatchedRates {
  const rates = new Rates()
  const look = (): void => rates.take(Date.now(), totals(counts()))
  look()
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return { series: span => rates.series(span, Date.now()), stop: () => clearInterval(timer) }
}

function totals({ queries, responses, regions, rungs, durations, scalars }: Counts): Totals {
  return {
    queries: queries.reduce((total, { count }) => total + count, 0),
    limited: scalars['limited'] ?? 0,
    dropped: scalars['dropped'] ?? 0,
    regions: byName(regions.map(({ region, count }) => [region, count])),
    rcodes: byName(responses.map(({ rcode, count }) => [rcode, count])),
    rungs: byName(rungs.map(({ rung, count }) => [rung, count])),
    durations: byName(durations.map(({ belowUs, count }) => [String(belowUs), count])),
  }
}

/** A name may come several times: responses are counted by zone. */
function byName(entries: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const [name, count] of entries) sums[name] = (sums[name] ?? 0) + count
  return sums
}
