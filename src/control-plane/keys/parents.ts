// What the parents of signed zones have, as they were last asked: while keys are exchanged each minute, and else from time to time, since
// a parent whose DS leads to no key makes a whole zone bogus, and nothing on this node would tell of it.
import type { Zone } from '../traffic/document/zone.js'
import { inTurns } from './in-turns.js'
import { type KeyStore, stateKey } from './key-store.js'
import { type ParentSeen, type ParentStanding, standingOf } from './parent-seen.js'

/** What is known of one; nothing where it has not been asked since the start. */
export interface ParentKnown {
  /** What all of its servers said last. */
  readonly seen?: ParentSeen
  /** Why they did not when they were asked after that, and when that was, seconds since 1970. */
  readonly silence?: { readonly at: number; readonly why: string }
}

interface ParentsOptions {
  readonly keys: Pick<KeyStore, 'storedOf'>
  /** Seconds since 1970. */
  readonly now: () => number
  /** @throws Error in words where it is not told */
  readonly ask: (zone: Zone) => Promise<ParentSeen>
  /** Told when the parent of a zone has come to stand otherwise than before; before the first time it is not known how. */
  readonly onStanding?: (zone: Zone, standing: ParentStanding, before: ParentStanding | undefined) => void
}

/** Between two looks at a parent of which nothing is waited for, seconds. */
const EVERY = 3600

export class Parents {
  private readonly options: ParentsOptions
  private readonly known = new Map<string, ParentKnown>()
  private readonly standings = new Map<string, ParentStanding>()

  constructor(options: ParentsOptions) {
    this.options = options
  }

  of({ origin }: Pick<Zone, 'origin'>): ParentKnown {
    return this.known.get(stateKey(origin)) ?? {}
  }

  /** Asks the parent now. @returns undefined where it is not told; `of` says why */
  async ask(zone: Zone): Promise<ParentSeen | undefined> {
    const key = stateKey(zone.origin)
    try {
      const seen = await this.options.ask(zone)
      this.known.set(key, { seen })
      this.judge(zone, seen)
      return seen
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.known.set(key, { ...this.known.get(key), silence: { at: this.options.now(), why } })
      return undefined
    }
  }

  /** Asks those that have not been asked for a while. */
  async look(zones: Iterable<Zone>): Promise<void> {
    const stale = [...zones].filter(zone => zone.dnssec !== undefined && this.isStale(zone))
    await inTurns(stale, zone => this.ask(zone))
  }

  private isStale(zone: Zone): boolean {
    const { seen, silence } = this.of(zone)
    return Math.max(seen?.at ?? 0, silence?.at ?? 0) + EVERY <= this.options.now()
  }

  private judge(zone: Zone, seen: ParentSeen): void {
    const stored = this.options.keys.storedOf(zone.origin)
    // Of a zone that is not signed there are no keys that a DS could lead to.
    if (stored.length === 0) return
    const key = stateKey(zone.origin)
    const before = this.standings.get(key)
    const standing = standingOf(zone.origin, stored, seen)
    this.standings.set(key, standing)
    if (standing !== before) this.options.onStanding?.(zone, standing, before)
  }
}
