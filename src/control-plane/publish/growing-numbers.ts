// A list of whole numbers from 0 on that grows, in words that are as narrow as its greatest number allows: rankings of
// hundreds of regions are hundreds of millions of small ones.
import type { Narrow } from './rankings.js'

const BYTE = 1 << 8
const SHORT = 1 << 16

export class GrowingNumbers {
  private words: Narrow = new Uint8Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.words.length || value > this.most()) this.grow(value)
    this.words[this.length++] = value
  }

  get(at: number): number {
    return this.words[at]!
  }

  /** Whether the first `length` numbers of `others` lie here from `at` on. */
  matches(at: number, others: Int32Array, length: number): boolean {
    const { words } = this
    for (let i = 0; i < length; i++) if (words[at + i] !== others[i]) return false
    return true
  }

  shareNarrow(): Narrow {
    const { BYTES_PER_ELEMENT: width } = this.words
    const shared = narrow(width, new SharedArrayBuffer(this.length * width))
    shared.set(this.words.subarray(0, this.length))
    return shared
  }

  share(): Int32Array {
    const shared = new Int32Array(new SharedArrayBuffer(this.length * 4))
    shared.set(this.words.subarray(0, this.length))
    return shared
  }

  private most(): number {
    const { BYTES_PER_ELEMENT: width } = this.words
    return width === 1 ? BYTE - 1 : width === 2 ? SHORT - 1 : Infinity
  }

  private grow(value: number): void {
    const room = this.length === this.words.length ? this.length * 2 : this.words.length
    const width = Math.max(this.words.BYTES_PER_ELEMENT, value < BYTE ? 1 : value < SHORT ? 2 : 4)
    const bigger = narrow(width, new ArrayBuffer(room * width))
    bigger.set(this.words.subarray(0, this.length))
    this.words = bigger
  }
}

/** @param width bytes a number: 1, 2 or 4 */
export const narrow = (width: number, buffer: ArrayBufferLike, at = 0, length?: number): Narrow =>
  width === 1
    ? new Uint8Array(buffer, at, length)
    : width === 2
      ? new Uint16Array(buffer, at, length)
      : new Int32Array(buffer, at, length)
