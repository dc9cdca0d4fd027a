// The most that probes were late of late: the worst of this minute and of the one before.

const MINUTE_MS = 60_000

export class LateWatch {
  #began = performance.now()
  #now = 0
  #before = 0

  saw(ms: number): void {
    this.#turn()
    this.#now = Math.max(this.#now, ms)
  }

  worstMs(): number {
    this.#turn()
    return Math.max(this.#now, this.#before)
  }

  #turn(): void {
    const passed = performance.now() - this.#began
    if (passed < MINUTE_MS) return
    this.#before = passed < 2 * MINUTE_MS ? this.#now : 0
    this.#now = 0
    this.#began += passed
  }
}
