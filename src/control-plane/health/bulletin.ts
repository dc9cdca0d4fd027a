// What is known of all regions, as a value that is made anew only where something happened, and those who are told when it does.
import type { Health } from './health.js'
import type { HealthListener, ProberLog } from './prober.js'
import { healthOf, type Roster } from './roster.js'
import type { Change } from './view.js'

type Regions = Roster['regions']

export class Bulletin {
  readonly #regions: () => Regions
  readonly #log: ProberLog
  readonly #listeners: HealthListener[] = []
  /** Regions in which something happened since `#current` was made. */
  readonly #stale = new Set<string>()
  #current: Health = new Map()

  constructor(regions: () => Regions, log: ProberLog) {
    this.#regions = regions
    this.#log = log
  }

  onChange(listener: HealthListener): void {
    this.#listeners.push(listener)
  }

  /** Something happened in these regions. */
  mark(ids: Iterable<string>): void {
    for (const id of ids) this.#stale.add(id)
  }

  /** The regions are others now. */
  renew(): void {
    this.#current = healthOf(this.#regions())
    this.#stale.clear()
  }

  health(): Health {
    if (this.#stale.size === 0) return this.#current
    const next = new Map(this.#current)
    for (const id of this.#stale)
      next.set(
        id,
        this.#regions()
          .get(id)
          ?.views.map(view => view.health) ?? [],
      )
    this.#stale.clear()
    this.#current = next
    return next
  }

  tell(changes: readonly Change[]): void {
    for (const listener of this.#listeners) {
      // Probing goes on whatever becomes of those who listen.
      try {
        listener(this.health(), changes)
      } catch (err) {
        this.#log.warn({ err }, 'a listener to health failed')
      }
    }
  }
}
