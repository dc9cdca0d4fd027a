// What regions carry, as they report it, damped so that clients who are sent away and come back do not make waves.

/** What a region said last. */
export interface LoadReport {
  /** In the unit of `capacity`. */
  readonly current: number
  readonly capacity: number
  /** What it should carry at most; absent: what the policy says. */
  readonly target?: number
  /** Epoch ms. */
  readonly at: number
}

export interface LoadFacts extends LoadReport {
  readonly region: string
  /** What policies go by: 1 is the capacity. */
  readonly inForce: number
  /** Too old to go by. */
  readonly stale: boolean
}

/** How often what is reported comes into force, ms. */
export const LOAD_STEP_MS = 10_000
/** A report that is older than this is not believed, ms. */
const STALE_MS = 60_000
/**
 * How much of the way to what was reported each step goes. Clients follow after as long as they keep their answers, so that
 * going all the way would send too many away, and then take too many back. Relief is urgent and return is not.
 */
const GAIN = { up: 0.2, down: 0.05 }
/** Less than this is not worth new answers. */
const LEAST_CHANGE = 0.005

export class Loads {
  private readonly reports = new Map<string, LoadReport>()
  /** Where each region is on its way. */
  private readonly smooth = new Map<string, number>()
  private readonly alarmed = new Set<string>()
  private known: ReadonlyMap<string, number> = new Map()

  report(region: string, report: LoadReport): void {
    this.reports.set(region, report)
    this.alarmed.delete(region)
  }

  /** By region; those that are not there are taken to carry nothing. */
  inForce(): ReadonlyMap<string, number> {
    return this.known
  }

  /**
   * One step on the way. What is stale is not believed: its region is taken to carry less and less, so that its clients come
   * back little by little and not at once.
   * @param regions those that there are  @param now epoch ms
   * @returns regions whose reports have gone stale since the last step
   */
  step(regions: { has(id: string): boolean }, now: number): readonly string[] {
    const next = new Map(this.known)
    const stale: string[] = []
    for (const [region, report] of this.reports) {
      if (!regions.has(region)) {
        for (const map of [this.reports, this.smooth, next]) map.delete(region)
        continue
      }
      const isStale = now - report.at > STALE_MS
      if (isStale && !this.alarmed.has(region)) {
        this.alarmed.add(region)
        stale.push(region)
      }
      const before = this.smooth.get(region) ?? 0
      const wanted = isStale ? 0 : report.current / report.capacity
      const smooth = before + (wanted - before) * (wanted > before ? GAIN.up : GAIN.down)
      this.smooth.set(region, smooth)
      if (Math.abs(smooth - (next.get(region) ?? 0)) >= LEAST_CHANGE) next.set(region, Math.round(smooth * 200) / 200)
    }
    const same = next.size === this.known.size && [...next].every(([id, load]) => this.known.get(id) === load)
    if (!same) this.known = next
    return stale
  }

  list(now: number): readonly LoadFacts[] {
    return [...this.reports].map(([region, report]) => ({
      region,
      ...report,
      inForce: this.known.get(region) ?? 0,
      stale: now - report.at > STALE_MS,
    }))
  }
}
