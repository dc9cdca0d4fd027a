// How long things took, counted by bounds: what a histogram of Prometheus is made of (prometheus.io/docs/concepts/metric_types).

/** Seconds: from what is there at once to what somebody has given up. */
export const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Of one kind of thing. */
export interface DurationCounts {
  readonly labels: Readonly<Record<string, string>>
  /** Seconds, of all together. */
  readonly sum: number
  /** How many took at most each of the bounds, and more than the one before; at the end those that took longer than any. */
  readonly counts: readonly number[]
}

/** Since it was made. There are as many kinds as labels differ: they are few, and not for callers to choose. */
export class Durations {
  readonly #kinds = new Map<string, { readonly labels: DurationCounts['labels']; sum: number; counts: number[] }>()

  add(labels: DurationCounts['labels'], seconds: number): void {
    const key = Object.values(labels).join(' ')
    const kind = this.#kinds.get(key) ?? { labels, sum: 0, counts: new Array<number>(BOUNDS.length + 1).fill(0) }
    const place = BOUNDS.findIndex(bound => seconds <= bound)
    kind.counts[place === -1 ? BOUNDS.length : place]!++
    kind.sum += seconds
    this.#kinds.set(key, kind)
  }

  list(): readonly DurationCounts[] {
    return [...this.#kinds.values()].map(kind => ({ ...kind, counts: [...kind.counts] }))
  }
}
