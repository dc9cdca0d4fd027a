// Letting queries gather: where they come close together, each by itself would wake the thread, and take the core from whoever
// is at work there. As network cards do with interrupts, the thread waits a moment, and answers all that came meanwhile.

/** So many in a millisecond are close together: a query comes every 30 µs, and being woken costs several. */
const DENSE = 32
/** A batch of so many is worth being woken for. */
const WORTHWHILE = 16
/** For how long they gather, µs: little beside the millisecond that an answer may take. */
export const GATHER_US = 120

export class Gathering {
  private at = 0
  private inThisMs = 0
  private dense = false

  /**
   * To be called once a batch.
   * @param now epoch ms
   * @returns whether to wait for more before the next batch
   */
  due(now: number, received: number): boolean {
    if (now !== this.at) {
      this.dense = now - this.at === 1 && this.inThisMs >= DENSE
      this.at = now
      this.inThisMs = 0
    }
    this.inThisMs += received
    return this.dense && received < WORTHWHILE
  }
}
