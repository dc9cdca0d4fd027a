// The memory of a batch: one arena holds everything that the kernel is told of, so that nothing of it is ever collected while
// it is in use.
//
//   packets   BATCH × SLOT      queries, and over them their answers
//   names     BATCH × 32        who sent them (sockaddr_in, sockaddr_in6)
//   controls  BATCH × 64        which of our addresses they went to, on wildcard sockets (IP_PKTINFO)
//   vectors   BATCH × 16 × 2    struct iovec, to receive and to send
//   headers   BATCH × 64 × 2    struct mmsghdr, to receive and to send

export const BATCH = 64
/** Longer than any query that is not hostile, and than any answer by UDP. */
export const SLOT = 2048
export const NAME = 32
export const CONTROL = 64
const IOVEC = 16
export const HEADER = 64

export const AT = {
  names: BATCH * SLOT,
  controls: BATCH * (SLOT + NAME),
  receiveVectors: BATCH * (SLOT + NAME + CONTROL),
  sendVectors: BATCH * (SLOT + NAME + CONTROL + IOVEC),
  receiveHeaders: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC),
  sendHeaders: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC + HEADER),
  end: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC + 2 * HEADER),
} as const

/** struct mmsghdr, in 32-bit words. */
export const WORD = {
  name: 0,
  nameLength: 2,
  vectors: 4,
  vectorCount: 6,
  control: 8,
  controlLength: 10,
  length: 14,
} as const
export const HEADER_WORDS = HEADER / 4
/** struct iovec, in 32-bit words: where, and how long. */
export const IOVEC_WORDS = IOVEC / 4
export const IOVEC_LENGTH = 2

export class Arena {
  readonly bytes = new Uint8Array(new SharedArrayBuffer(AT.end))
  readonly words = new Int32Array(this.bytes.buffer)
  /** Where it lies in memory. */
  readonly base: number

  /** @param addressOf tells where memory lies */
  constructor(addressOf: (memory: Uint8Array) => number) {
    this.base = addressOf(this.bytes)
  }

  /** Writes where byte `to` of the arena lies, as a pointer that begins at word `at`. */
  point(at: number, to: number): void {
    const address = this.base + to
    this.words[at] = address | 0
    this.words[at + 1] = Math.floor(address / 0x100000000)
  }

  /** Points the kernel's structures for what is received at their memory, once and for all. */
  wire(family: 4 | 6, wildcard: boolean): void {
    const nameLength = family === 4 ? 16 : 28
    for (let i = 0; i < BATCH; i++) {
      const vector = AT.receiveVectors / 4 + i * IOVEC_WORDS
      this.point(vector, i * SLOT)
      this.words[vector + IOVEC_LENGTH] = SLOT
      this.point(AT.sendVectors / 4 + i * IOVEC_WORDS, i * SLOT)
      const header = AT.receiveHeaders / 4 + i * HEADER_WORDS
      this.point(header + WORD.name, AT.names + i * NAME)
      this.words[header + WORD.nameLength] = nameLength
      this.point(header + WORD.vectors, AT.receiveVectors + i * IOVEC)
      this.words[header + WORD.vectorCount] = 1
      this.words[AT.sendHeaders / 4 + i * HEADER_WORDS + WORD.nameLength] = nameLength
      if (!wildcard) continue
      this.point(header + WORD.control, AT.controls + i * CONTROL)
      this.words[header + WORD.controlLength] = CONTROL
    }
  }
}
