// The last events of this life of the server, each under an id, so that a reader who comes again has missed none.
import type { NodeEvent } from '../operate/event.js'

export interface Logged {
  readonly id: string
  readonly event: NodeEvent
}

/** What happens in hours that are not quiet; a reader who was away for longer looks at everything anew. */
const MOST = 1000

export class EventLog {
  /** Ids of another life mean nothing here. */
  readonly #life: string
  readonly #most: number
  readonly #kept: NodeEvent[] = []
  #count = 0

  /** @param life unlike that of any other life of this server; without a hyphen */
  constructor(life: string, most = MOST) {
    this.#life = life
    this.#most = most
  }

  /** The id of the last event; there is one before the first, too. */
  get lastId(): string {
    return this.#idOf(this.#count)
  }

  add(event: NodeEvent): Logged {
    this.#kept[this.#count % this.#most] = event
    this.#count++
    return { id: this.lastId, event }
  }

  /** What happened after the event of this id, oldest first; undefined where some of it is not known any more. */
  since(id: string): readonly Logged[] | undefined {
    const [life, written = ''] = id.split('-')
    if (life !== this.#life || !/^[0-9]{1,15}$/.test(written)) return undefined
    const heard = Number(written)
    if (heard > this.#count || heard < this.#count - this.#most) return undefined
    const missed: Logged[] = []
    for (let number = heard + 1; number <= this.#count; number++) {
      const event = this.#kept[(number - 1) % this.#most]
      if (event !== undefined) missed.push({ id: this.#idOf(number), event })
    }
    return missed
  }

  #idOf(number: number): string {
    return `${this.#life}-${number}`
  }
}
