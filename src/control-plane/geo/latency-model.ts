// Expected round-trip times where nothing was measured: a straight line over distance, fitted to what was measured elsewhere.

/** ms = endsMs + msPerKm · km, there and back. */
export interface LatencyModel {
  /** What the two ends cost whatever the distance. */
  readonly endsMs: number
  readonly msPerKm: number
}

// Light in fibre needs 1 ms for 100 km there and back; cables are about half as long again as the great circle, and the
// two ends cost some ms whatever the distance.
export const USUAL: LatencyModel = { endsMs: 4, msPerKm: 0.015 }

/** ms to be expected over a distance of so many km. */
export const modelled = (km: number, { endsMs, msPerKm }: LatencyModel = USUAL): number => endsMs + msPerKm * km

export interface Measurement {
  readonly km: number
  readonly ms: number
}

/** What a fit was made of, and how far off it is. */
export interface Fit {
  readonly model: LatencyModel
  readonly points: number
  /** The median of how far the points lie from the line, ms. */
  readonly errorMs: number
}

/** Fewer say more of their own than of the world. */
const FEWEST = 12
/** Points that are compared with each other; 80,000 pairs. */
const MOST = 400
/** Two points that are nearer to each other than this say nothing of a slope, km. */
const APART = 200
/** No cable is faster than light in fibre along the great circle, and none that is in use goes round five times. */
const SLOPES = { least: 0.01, most: 0.05 }

/**
 * The line of Theil and Sen: the median of the slopes between pairs of points, then the median of what is left. Up to 29 %
 * of the points may be nonsense. Undefined where there are too few, or all are at one distance.
 */
export function fitModel(measurements: readonly Measurement[]): Fit | undefined {
  if (measurements.length < FEWEST) return undefined
  const points = thinned(measurements, MOST)
  const slopes: number[] = []
  for (const [i, a] of points.entries())
    for (const b of points.slice(i + 1)) if (Math.abs(a.km - b.km) >= APART) slopes.push((a.ms - b.ms) / (a.km - b.km))
  if (slopes.length < FEWEST) return undefined
  const msPerKm = Math.min(SLOPES.most, Math.max(SLOPES.least, median(slopes)))
  const endsMs = Math.max(0, median(points.map(({ km, ms }) => ms - msPerKm * km)))
  const model: LatencyModel = { endsMs: round(endsMs, 10), msPerKm: round(msPerKm, 1e5) }
  return {
    model,
    points: measurements.length,
    errorMs: round(median(points.map(({ km, ms }) => Math.abs(ms - modelled(km, model)))), 10),
  }
}

/** Whether two lines say so nearly the same that it is not worth moving anybody. */
export const agree = (a: LatencyModel, b: LatencyModel): boolean =>
  Math.abs(a.endsMs - b.endsMs) <= 5 && Math.abs(a.msPerKm - b.msPerKm) <= 0.1 * a.msPerKm

/** At most so many of them, evenly. */
export function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!) // i is below most
}

/** The upper one of two in the middle. @param values not empty */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[sorted.length >> 1]!
}

const round = (value: number, parts: number): number => Math.round(value * parts) / parts
