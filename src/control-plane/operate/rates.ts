// How much was asked and answered over the last minutes, hours and days: counters, looked at every ten seconds, in rings of
// a fixed size. For longer there is Prometheus.

/** Counters as they stand; they only grow, but for a restart of what counts them. */
export interface Totals {
  readonly queries: number
  readonly limited: number
  readonly dropped: number
  readonly regions: Readonly<Record<string, number>>
  readonly rcodes: Readonly<Record<string, number>>
  readonly rungs: Readonly<Record<string, number>>
  /** Of queries that were timed, by less than how many µs they took to answer, in powers of two. */
  readonly durations: Readonly<Record<string, number>>
}

/** What was counted in the time that ends at `until`. */
export interface Slice extends Totals {
  /** Epoch ms. */
  readonly until: number
}

export const SPANS = {
  '15m': { stepMs: 10_000, slices: 90 },
  '6h': { stepMs: 60_000, slices: 360 },
  '7d': { stepMs: 600_000, slices: 1008 },
} as const

export type Span = keyof typeof SPANS

/** How often to look. */
export const LOOK_MS = SPANS['15m'].stepMs

export interface Series {
  readonly stepMs: number
  /** Oldest first. Steps in which nothing was looked at are left out. */
  readonly slices: readonly Slice[]
}

export class Rates {
  private before: Totals | undefined
  private readonly rings: ReadonlyMap<Span, Slice[]> = new Map(
    (Object.keys(SPANS) as Span[]).map(span => [span, []]), // keys of the constant above
  )

  /** Takes the counters at a moment, epoch ms. The first time there is nothing to compare them with. */
  take(at: number, totals: Totals): void {
    const { before } = this
    this.before = totals
    if (before === undefined) return
    const delta = difference(totals, before)
    for (const [span, ring] of this.rings) {
      const { stepMs, slices } = SPANS[span]
      const until = Math.ceil(at / stepMs) * stepMs
      const last = ring.at(-1)
      if (last?.until === until) ring[ring.length - 1] = { until, ...sum(last, delta) }
      else if (ring.push({ until, ...delta }) > slices) ring.shift()
    }
  }

  series(span: Span, now: number): Series {
    const { stepMs, slices } = SPANS[span]
    const oldest = now - stepMs * slices
    return { stepMs, slices: this.rings.get(span)!.filter(({ until }) => until > oldest) }
  }
}

/** Answers a second by region, over the last minute as far as it was looked at. */
export function perSecond({ slices, stepMs }: Series): Readonly<Record<string, number>> {
  const last = slices.slice(-60_000 / stepMs)
  const sums: Record<string, number> = {}
  for (const { regions } of last) for (const [id, count] of Object.entries(regions)) sums[id] = (sums[id] ?? 0) + count
  return Object.fromEntries(Object.entries(sums).map(([id, sum]) => [id, (sum * 1000) / (last.length * stepMs)]))
}

const difference = (after: Totals, before: Totals): Totals => combine(after, before, grown)
const sum = (a: Totals, b: Totals): Totals => combine(a, b, (x, y) => x + y)

/** A counter that fell was begun anew. */
const grown = (after: number, before: number): number => (after >= before ? after - before : after)

function combine(a: Totals, b: Totals, by: (a: number, b: number) => number): Totals {
  return {
    queries: by(a.queries, b.queries),
    limited: by(a.limited, b.limited),
    dropped: by(a.dropped, b.dropped),
    regions: combineEach(a.regions, b.regions, by),
    rcodes: combineEach(a.rcodes, b.rcodes, by),
    rungs: combineEach(a.rungs, b.rungs, by),
    durations: combineEach(a.durations, b.durations, by),
  }
}

function combineEach(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
  by: (a: number, b: number) => number,
): Readonly<Record<string, number>> {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  const entries = [...keys].map(key => [key, by(a[key] ?? 0, b[key] ?? 0)] as const)
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}
