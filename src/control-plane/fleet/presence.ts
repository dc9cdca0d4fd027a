// This node in its fleet: what it says of itself under its lease, in a steady rhythm and when something changes, and whether
// what it says comes back to it. What does not come back means that the watch hears nothing, however well etcd answers.
import { StoreAway } from '../state/store-away.js'
import type { Lease } from './lease.js'
import type { Replica } from './replica.js'

export interface PresenceOptions {
  readonly lease: Pick<Lease, 'say' | 'end'>
  readonly replica: Pick<Replica, 'hears' | 'doubt' | 'standing' | 'onStanding'>
  /** Between two signs of life, ms. */
  readonly everyMs: number
  /** All that is to be said, by key; asked for at each sign of life. @param lagMs how long the last change took to be heard */
  readonly words: (lagMs: number) => ReadonlyMap<string, string>
  /** Whether there is anything but the time in what would be said now that was not said last. */
  readonly isNews: () => boolean
  readonly onProblem: (sentence: string, error: unknown) => void
}

/** Changes that come within this are told together, ms. */
const GATHER_MS = 50

export class Presence {
  private readonly options: PresenceOptions
  private timer: NodeJS.Timeout | undefined
  private dueAt = Number.POSITIVE_INFINITY
  private speaking: Promise<void> | undefined
  private again = false
  /** What was said last may have been lost. */
  private isUnsure = false
  /** When a sign of life is due, news or not, ms on the monotonic clock. */
  private beatAt = Number.NEGATIVE_INFINITY
  private closed = false
  private lagMs = 0

  constructor(options: PresenceOptions) {
    this.options = options
    options.replica.onStanding(({ kind }) => {
      if (kind !== 'live') return
      this.isUnsure = true
      this.changed()
    })
  }

  /** There may be something new to say: where there is none, a sign of life is soon enough. */
  changed(): void {
    this.schedule(GATHER_MS)
  }

  /** Says good-bye where it can. */
  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    await this.speaking
    if (this.options.replica.standing().kind === 'live') await this.options.lease.end().catch(() => undefined)
  }

  private schedule(ms: number): void {
    const at = performance.now() + ms
    if (this.closed || this.dueAt <= at) return
    clearTimeout(this.timer)
    this.dueAt = at
    this.timer = setTimeout(() => {
      this.dueAt = Number.POSITIVE_INFINITY
      const beatInMs = this.beatAt - performance.now()
      if (this.speaking !== undefined) this.again = true
      else if (beatInMs <= 0 || this.isUnsure || this.options.isNews())
        this.speaking = this.speak().finally(() => this.spoken())
      else this.schedule(beatInMs)
    }, ms).unref()
  }

  private spoken(): void {
    this.speaking = undefined
    this.beatAt = performance.now() + this.options.everyMs
    this.schedule(this.again ? GATHER_MS : this.options.everyMs)
    this.again = false
  }

  private async speak(): Promise<void> {
    const { lease, replica, words, everyMs, onProblem } = this.options
    this.isUnsure = false
    // Who is away says nothing; the replica looks for etcd in a rhythm of its own.
    if (replica.standing().kind === 'away') return
    try {
      const version = await lease.say(words(this.lagMs))
      if (version === undefined) return
      const at = performance.now()
      if (await replica.hears(version, everyMs)) this.lagMs = Math.round(performance.now() - at)
      else replica.doubt('etcd answers, but tells nothing of what happens')
    } catch (error) {
      if (error instanceof StoreAway) replica.doubt(error.message)
      else onProblem('this node could not say that it is here', error)
    }
  }
}
