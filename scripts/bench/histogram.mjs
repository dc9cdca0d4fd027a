// Latencies in steps of one microsecond, up to a second; what is longer counts as a second.

const STEPS = 1_000_000

/** What a quantile is, µs, that falls among those that took a second or were lost. */
export const SLOWEST = STEPS

export class Histogram {
  counts = new Uint32Array(STEPS + 1)
  total = 0

  add(microseconds, times = 1) {
    this.counts[Math.min(STEPS, Math.max(0, Math.round(microseconds)))] += times
    this.total += times
  }

  clear() {
    this.counts.fill(0)
    this.total = 0
  }

  /** The latency, µs, that `share` of all are not above; undefined where there are none. */
  quantile(share) {
    let left = Math.ceil(this.total * share)
    if (this.total === 0) return undefined
    for (let step = 0; step <= STEPS; step++) {
      left -= this.counts[step]
      if (left <= 0) return step
    }
    return STEPS
  }
}

export const quantiles = histogram => ({
  p50_us: histogram.quantile(0.5),
  p99_us: histogram.quantile(0.99),
  p999_us: histogram.quantile(0.999),
})
