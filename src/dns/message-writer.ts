// Writing a message record by record, names compressed (RFC 1035 §4.1.4): for what is too rare or too long for the line.
import type { ResourceRecord } from './message.js'
import { CLASS, TYPE } from './numbers.js'
import { HEADER_LENGTH } from './question.js'
import { namesIn } from './rdata.js'

export const SECTION = { answer: 6, authority: 8, additional: 10 } as const
export type Section = (typeof SECTION)[keyof typeof SECTION]

/** A pointer has 14 bits. */
const POINTERS_TO = 0x4000

/** Records are written in the order of their sections. */
export class MessageWriter {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly limit: number
  private end = HEADER_LENGTH
  /** Names as they stand, letter case and all, so that none comes out in another case than it was written in. */
  private readonly names = new Map<string, number>()

  /** @param flags the second word of the header @param limit bytes that the message may have */
  constructor(id: number, flags: number, limit: number) {
    this.bytes = new Uint8Array(limit)
    this.view = new DataView(this.bytes.buffer)
    this.limit = limit
    this.view.setUint16(0, id)
    this.view.setUint16(2, flags)
  }

  get length(): number {
    return this.end
  }

  /** To be called before any record; there is room for a question. */
  question(name: Uint8Array, type: number, qclass: number = CLASS.IN): void {
    this.name(name)
    this.word(type)
    this.word(qclass)
    this.view.setUint16(4, 1)
  }

  /** Appends a record. @returns false where it does not fit, and nothing has been written */
  record(section: Section, { owner, type, rclass, ttl, rdata }: ResourceRecord): boolean {
    // Compressed or not, this is the most that it takes.
    if (this.end + owner.length + 10 + rdata.length > this.limit) return false
    this.name(owner)
    this.word(type)
    this.word(rclass)
    this.view.setUint32(this.end, ttl)
    this.end += 6
    const lengthAt = this.end - 2
    this.rdata(type, rdata)
    this.view.setUint16(lengthAt, this.end - lengthAt - 2)
    this.view.setUint16(section, this.view.getUint16(section) + 1)
    return true
  }

  /** Appends an OPT record (RFC 6891 §6.1). @param rdata its options */
  opt(udpSize: number, rdata: Uint8Array = new Uint8Array()): void {
    this.record(SECTION.additional, {
      owner: new Uint8Array(1),
      type: TYPE.OPT,
      rclass: udpSize,
      ttl: 0,
      rdata,
    })
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.end)
  }

  private rdata(type: number, rdata: Uint8Array): void {
    let at = 0
    for (const { offset, length, compressible } of namesIn(type, rdata)) {
      if (!compressible) continue
      this.copy(rdata, at, offset)
      this.name(rdata.subarray(offset, offset + length))
      at = offset + length
    }
    this.copy(rdata, at, rdata.length)
  }

  private name(name: Uint8Array): void {
    for (let at = 0; name[at]! > 0; at += name[at]! + 1) {
      const suffix = Buffer.from(name.buffer, name.byteOffset + at, name.length - at).toString('latin1')
      const known = this.names.get(suffix)
      if (known !== undefined) {
        this.word(0xc000 | known)
        return
      }
      if (this.end < POINTERS_TO) this.names.set(suffix, this.end)
      this.copy(name, at, at + name[at]! + 1)
    }
    this.bytes[this.end++] = 0
  }

  private copy(from: Uint8Array, start: number, end: number): void {
    this.bytes.set(from.subarray(start, end), this.end)
    this.end += end - start
  }

  private word(value: number): void {
    this.view.setUint16(this.end, value)
    this.end += 2
  }
}
