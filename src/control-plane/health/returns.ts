// Regions on their way back: where each stands, for each family of addresses, and when that changes by itself.
import { GIVES, type Gives } from './endpoints.js'
import { admitted, begin, type Failback, next, nextStepMs, release } from './failback.js'
import { regionUp } from './region-up.js'
import type { Roster, RosterRegion } from './roster.js'
import { stateOf } from './verdict.js'

export class Returns {
  readonly #states = new Map<string, Failback>()
  /** When a state changes by itself, epoch ms; by the key of the state. */
  readonly #due = new Map<string, number>()
  readonly #onStep: (ids: ReadonlySet<string>) => void
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `onStep` is called when time alone is to change something, with the ids of the regions to review. */
  constructor(onStep: (ids: ReadonlySet<string>) => void) {
    this.#onStep = onStep
  }

  /** Forgets the regions that are no more. */
  keep({ regions }: Pick<Roster, 'regions'>): void {
    for (const key of this.#states.keys()) {
      if (regions.has(regionOf(key))) continue
      this.#states.delete(key)
      this.#due.delete(key)
    }
  }

  /** Brings these regions up to now. Returns the ids of those whose addresses have changed. */
  review(ids: Iterable<string>, { regions }: Pick<Roster, 'regions'>, now: number): readonly string[] {
    const changed = new Set<string>()
    for (const id of ids) {
      const region = regions.get(id)
      if (region === undefined) continue
      for (const gives of GIVES) {
        const key = keyOf(id, gives)
        const state = this.#advance(region, gives, this.#states.get(key), now)
        if (state === undefined) continue
        this.#states.set(key, state)
        const step = nextStepMs(state, region.failback, now)
        if (Number.isFinite(step)) this.#due.set(key, now + step)
        else this.#due.delete(key)
        if (admit(region, gives, admitted(state, region.failback, now))) changed.add(id)
      }
    }
    this.#wake(now)
    return [...changed]
  }

  /** Somebody says that the region may come back. False: it does not wait for that. */
  release(id: string, { regions }: Pick<Roster, 'regions'>, now: number): boolean {
    const region = regions.get(id)
    let released = false
    for (const gives of GIVES) {
      const key = keyOf(id, gives)
      const before = this.#states.get(key)
      if (region === undefined || before === undefined) continue
      const after = release(before, region.failback, now)
      released ||= after !== before
      this.#states.set(key, after)
    }
    return released
  }

  /** What waits for a word, to keep over a restart. */
  waiting(): readonly string[] {
    return [...this.#states].filter(([, { kind }]) => kind === 'waiting').map(([key]) => key)
  }

  /** Takes over what waited before the restart. */
  restore(waiting: readonly string[], now: number): void {
    for (const key of waiting) if (!this.#states.has(key)) this.#states.set(key, { kind: 'waiting', upSince: now })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #advance(
    { views, minimumUp, failback }: RosterRegion,
    gives: Gives,
    before: Failback | undefined,
    now: number,
  ): Failback | undefined {
    const own = views.filter(view => view.gives === gives).map(({ health }) => health)
    if (own.length === 0) return undefined
    // While nothing is known of it, it is neither up nor down.
    if (before === undefined && own.some(health => stateOf(health) === 'unknown')) return undefined
    const ups = own.map(({ up }) => up)
    const up = regionUp(ups, minimumUp)
    return before === undefined ? begin(up) : next(before, up, failback, now)
  }

  #wake(now: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#due.size === 0) return
    const wait = Math.min(...this.#due.values()) - now
    this.#timer = setTimeout(
      () => {
        const at = Date.now()
        this.#onStep(new Set([...this.#due].filter(([, due]) => due <= at).map(([key]) => regionOf(key))))
      },
      Math.min(Math.max(1, wait), MAX_TIMER_MS),
    )
  }
}

/** setTimeout takes no more. */
const MAX_TIMER_MS = 2 ** 31 - 1

const keyOf = (region: string, gives: Gives): string => `${region}/${gives}`

const regionOf = (key: string): string => key.slice(0, key.lastIndexOf('/'))

/** Writes it into the addresses of the family; whether it was different before. */
function admit({ views }: RosterRegion, gives: Gives, percent: number): boolean {
  let changed = false
  for (const view of views) {
    if (view.gives !== gives || (view.health.admitted ?? 100) === percent) continue
    const { admitted: _, ...health } = view.health
    view.health = percent === 100 ? health : { ...health, admitted: percent }
    changed = true
  }
  return changed
}
