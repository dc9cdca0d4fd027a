// How long answering takes: from when packets are in hand until their answers are handed to the system. One batch in ten
// milliseconds is timed, so that it costs nothing where there is much to do, and nearly all are where there is little.
import { type Counters, countDuration } from './counters.js'

const EVERY_MS = 10

export class Stopwatch {
  private readonly counters: Counters
  private due = 0
  /** ms of a clock that only goes forward; 0 while nothing is timed. */
  private began = 0

  constructor(counters: Counters) {
    this.counters = counters
  }

  /** @param now epoch ms, as the batch has it */
  start(now: number): void {
    // What came of the batch before may not have been told.
    this.began = 0
    // A clock that was set back must not keep it from ever looking again.
    if (now < this.due && this.due - now <= EVERY_MS) return
    this.due = now + EVERY_MS
    this.began = performance.now()
  }

  stop(queries: number): void {
    if (this.began === 0) return
    countDuration(this.counters, (performance.now() - this.began) * 1000, queries)
    this.began = 0
  }
}
