// Typed arrays over shared memory: written once by the control plane, then read by every thread, never copied.

export const sharedInt32 = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4))

export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

export function shareInt32(values: ArrayLike<number>): Int32Array {
  const shared = sharedInt32(values.length)
  shared.set(values)
  return shared
}

export function shareBytes(values: ArrayLike<number>): Uint8Array {
  const shared = sharedBytes(values.length)
  shared.set(values)
  return shared
}

/** A list of words that grows while a snapshot is being compiled, and is shared at the end. */
export class Words {
  private words = new Int32Array(1024)
  length = 0

  /** Appends and returns where the first of the values lies. */
  push(...values: readonly number[]): number {
    const at = this.length
    this.reserve(values.length)
    for (const value of values) this.words[this.length++] = value
    return at
  }

  /** The same for four values, without a list: millions of them are pushed. */
  push4(a: number, b: number, c: number, d: number): number {
    const at = this.length
    this.reserve(4)
    this.words[at] = a
    this.words[at + 1] = b
    this.words[at + 2] = c
    this.words[at + 3] = d
    this.length += 4
    return at
  }

  /** Appends bytes, in the order in which they lie in memory, filled up with zeroes to whole words. */
  pushBytes(values: ArrayLike<number>): number {
    const at = this.length
    this.reserve((values.length + 3) >> 2)
    new Uint8Array(this.words.buffer).set(values, at * 4)
    this.length += (values.length + 3) >> 2
    return at
  }

  get(at: number): number {
    return this.words[at]!
  }

  /** Fills up with zeroes to a multiple of `step`. */
  align(step: number): void {
    const more = (step - (this.length % step)) % step
    this.reserve(more)
    this.length += more
  }

  set(at: number, value: number): void {
    this.words[at] = value
  }

  share(): Int32Array {
    return shareInt32(this.words.subarray(0, this.length))
  }

  private reserve(more: number): void {
    if (this.length + more <= this.words.length) return
    const bigger = new Int32Array(Math.max(this.words.length * 2, this.length + more))
    bigger.set(this.words)
    this.words = bigger
  }
}

/** The same for bytes. */
export class Bytes {
  private bytes = new Uint8Array(4096)
  length = 0

  push(values: ArrayLike<number>): number {
    const at = this.length
    if (at + values.length > this.bytes.length) {
      const bigger = new Uint8Array(Math.max(this.bytes.length * 2, at + values.length))
      bigger.set(this.bytes)
      this.bytes = bigger
    }
    this.bytes.set(values, at)
    this.length += values.length
    return at
  }

  share(): Uint8Array {
    return shareBytes(this.bytes.subarray(0, this.length))
  }
}
