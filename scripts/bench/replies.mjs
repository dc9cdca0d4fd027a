// The check of replies: each one's id, rcode and count of answers; of every 32nd also the question, and whom it was sent to.

const SAMPLE = 32

/** Counts what comes back for `pool`. `expected` undefined accepts what an echo gives: the query itself. */
export class Replies {
  answered = 0
  wrong = 0
  stray = 0
  lost = 0
  addresses = new Set()

  constructor(pool, expected) {
    this.pool = pool
    this.rcode = expected?.rcode ?? 0
    this.answers = expected?.answers ?? 0
    this.pending = new Uint8Array(pool.count)
  }

  /** Marks questions as sent. One that is sent again before its reply came was lost. */
  sent(first, count) {
    for (let id = first; id < first + count; id++) {
      this.lost += this.pending[id]
      this.pending[id] = 1
    }
  }

  /** Takes one reply, which begins at `at` in `bytes`; returns its id, or -1 where nobody asked. */
  take(bytes, at) {
    const id = (bytes[at] << 8) | bytes[at + 1]
    if (this.pending[id] !== 1) {
      this.stray++
      return -1
    }
    this.pending[id] = 0
    this.answered++
    const good =
      (bytes[at + 2] & 0x80) !== 0 &&
      (bytes[at + 3] & 15) === this.rcode &&
      bytes[at + 7] === this.answers &&
      (this.answered % SAMPLE !== 0 || this.sample(bytes, at, id))
    if (!good) this.wrong++
    return id
  }

  /** The question must be ours, byte for byte; an answer is one address, right behind it, owned by a pointer to it. */
  sample(bytes, at, id) {
    const { packets, stride, questionEnds } = this.pool
    const end = questionEnds[id]
    for (let i = 12; i < end; i++) if (bytes[at + i] !== packets[id * stride + i]) return false
    if (this.answers === 0) return true
    const data = at + end + 12
    this.addresses.add(`${bytes[data]}.${bytes[data + 1]}.${bytes[data + 2]}.${bytes[data + 3]}`)
    return bytes[at + end + 3] === 1 && bytes[data - 1] === 4
  }

  /** Forgets what was counted, but not what is under way. */
  restart() {
    this.answered = this.wrong = this.stray = this.lost = 0
    this.addresses.clear()
  }

  /** Whatever is under way is lost now. */
  finish() {
    for (let id = 0; id < this.pending.length; id++) this.lost += this.pending[id]
    this.pending.fill(0)
  }
}
