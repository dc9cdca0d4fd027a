// Widened maps: made aside for what is published, and kept for as long as answers come from them.
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { MapMaker } from './map-maker.js'
import type { Wanted, Widened } from './settle-world.js'
import { samePartition } from './widen.js'

interface Events {
  /** What was wanted is there, and can be published. */
  readonly onWidened: () => void
  readonly onProblem: (error: unknown) => void
}

export class Widening {
  private readonly maker: MapMaker
  private readonly events: Events
  private maps: readonly Widened[] = []
  private running = false

  constructor(maker: MapMaker, events: Events) {
    this.maker = maker
    this.events = events
  }

  get widened(): readonly Widened[] {
    return this.maps
  }

  /** Forgets those that these steerings do not use. */
  keep(steerings: Snapshot['steerings']): void {
    const inUse = new Set(steerings.flatMap(({ v4, v6 }) => [v4.map, v6.map]))
    this.maps = this.maps.filter(({ map }) => inUse.has(map))
  }

  /** One round at a time: whatever changed meanwhile is seen when this one is published. */
  async widen(wanted: readonly Wanted[]): Promise<void> {
    if (this.running) return
    this.running = true
    try {
      for (const { family, base, choiceOf } of wanted) {
        if (this.maps.some(entry => entry.base === base && samePartition(entry.choiceOf, choiceOf))) continue
        const map = await this.maker.widen(family, base, choiceOf)
        // Only now: whatever was published meanwhile has put another list in its place. A copy: what it lies in is as long as
        // those of all steerings.
        this.maps = [...this.maps, { base, choiceOf: choiceOf.slice(), map }]
      }
      this.running = false
      this.events.onWidened()
    } catch (error) {
      this.running = false
      this.events.onProblem(error)
    }
  }
}
