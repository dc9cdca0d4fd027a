// Which queries are sampled: while they are few, each of them; the more there are, the fewer, down to one in as many as the
// settings say. Which one it is is left to chance, so that no rhythm of queries is met by one of ours.

/** Samples a second up to which every query is one; each time as many again, the step between them doubles. */
export const EVERY_ONE = 100

export class SampleRhythm {
  /** How many queries the next sample stands for. */
  weight = 1
  /** Of the batch: seconds since 1970, and ms of that second. */
  second = 0
  millis = 0
  /** One in so many at the least. */
  private readonly oneIn: number
  private random: number
  private left = 1
  /** Queries from one sample to the next, on average. */
  private step = 1
  /** Samples of this second, and the queries that they stand for. */
  private kept = 0
  private seen = 0

  /** @param seed not 0 */
  constructor(oneIn: number, seed: number) {
    this.oneIn = oneIn
    this.random = seed
  }

  /** To be called once a batch, with the time in ms since 1970. */
  setTime(ms: number): void {
    const second = Math.floor(ms / 1000)
    this.millis = ms - second * 1000
    if (second !== this.second) this.turn(second)
  }

  /** Whether the query that begins now is a sample. */
  due(): boolean {
    return --this.left <= 0
  }

  /** The sample that was due has been taken: chooses the next one. */
  taken(): void {
    this.seen += this.weight
    if (++this.kept % EVERY_ONE === 0 && this.step < this.oneIn) this.step = Math.min(this.oneIn, this.step * 2)
    this.choose()
  }

  private choose(): void {
    const { step } = this
    this.weight = step
    this.left = 1
    if (step === 1) return
    // Xorshift (Marsaglia 2003).
    let x = this.random
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.random = x
    this.left = 1 + ((x >>> 0) % (2 * step - 1))
  }

  /** A new second begins with the step that would have suited the last one. */
  private turn(second: number): void {
    const passed = Math.max(1, second - this.second)
    const suited = Math.ceil(this.seen / passed / EVERY_ONE)
    const before = this.step
    this.second = second
    this.kept = 0
    this.seen = 0
    this.step = Math.max(1, Math.min(this.oneIn, suited))
    // What was chosen when there were many may be far away now that there are few.
    if (this.step < before) this.choose()
  }
}
