// Many records in little memory: their bytes side by side in one array, their numbers in columns of another.
import type { Name } from './name.js'

/** One record in the wire's terms, and where it was written. */
export interface TableRecord {
  readonly owner: Name
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  /** Wire form, names uncompressed. */
  readonly rdata: Uint8Array
}

/** Words of a record. */
const WORDS = 6
const AT = {
  owner: 0,
  rdata: 1,
  /** Length of the owner << 16 | length of the data. */
  lengths: 2,
  /** Number of the file << 16 | type. */
  type: 3,
  ttl: 4,
  line: 5,
} as const

const MAX_FILES = 0x7fff

/** A table as another thread can have it, which need not copy it. */
export interface RecordTableParts {
  readonly length: number
  readonly numbers: Int32Array
  readonly bytes: Uint8Array
  readonly used: number
  readonly files: readonly string[]
}

/** Records in the order in which they were appended. What it hands out are views into its own bytes. */
export class RecordTable implements Iterable<TableRecord> {
  length = 0
  private numbers = new Int32Array(WORDS * 256)
  private bytes = new Uint8Array(4096)
  private used = 0
  private readonly files: string[] = []

  static from({ length, numbers, bytes, used, files }: RecordTableParts): RecordTable {
    const table = new RecordTable()
    Object.assign(table, { length, numbers, bytes, used })
    table.files.push(...files)
    return table
  }

  parts(): RecordTableParts {
    const { length, numbers, bytes, used, files } = this
    return { length, numbers, bytes, used, files }
  }

  /** @returns the number of the file; those beyond the most that can be told apart share one */
  addFile(name: string): number {
    if (this.files.length < MAX_FILES) this.files.push(name)
    return this.files.length - 1
  }

  /** Keeps the first `length` of the bytes as an owner. @returns what `append` wants to know of it */
  addOwner(name: Uint8Array, length = name.length): number {
    return this.keep(name, length)
  }

  /** @param ownerAt from `addOwner` */
  append(
    ownerAt: number,
    ownerLength: number,
    type: number,
    ttl: number,
    rdata: Uint8Array,
    file: number,
    line: number,
  ): void {
    const at = this.length * WORDS
    if (at + WORDS > this.numbers.length) this.numbers = grown(this.numbers, new Int32Array(this.numbers.length * 2))
    const { numbers } = this
    numbers[at + AT.owner] = ownerAt
    numbers[at + AT.rdata] = this.keep(rdata, rdata.length)
    numbers[at + AT.lengths] = (ownerLength << 16) | rdata.length
    numbers[at + AT.type] = (file << 16) | type
    numbers[at + AT.ttl] = ttl
    numbers[at + AT.line] = line
    this.length++
  }

  /** What the records take of memory. */
  get byteLength(): number {
    return this.numbers.byteLength + this.bytes.byteLength
  }

  owner(i: number): Name {
    const at = this.number(i, AT.owner)
    return this.bytes.subarray(at, at + (this.number(i, AT.lengths) >>> 16))
  }

  rdata(i: number): Uint8Array {
    const at = this.number(i, AT.rdata)
    return this.bytes.subarray(at, at + (this.number(i, AT.lengths) & 0xffff))
  }

  type(i: number): number {
    return this.number(i, AT.type) & 0xffff
  }

  ttl(i: number): number {
    return this.number(i, AT.ttl)
  }

  setTtl(i: number, ttl: number): void {
    this.numbers[i * WORDS + AT.ttl] = ttl
  }

  /** Where the record was written; lines count from 1. */
  place(i: number): { readonly file: string; readonly line: number } {
    return { file: this.files[this.number(i, AT.type) >>> 16] ?? '', line: this.number(i, AT.line) }
  }

  at(i: number): TableRecord {
    return { owner: this.owner(i), type: this.type(i), ttl: this.ttl(i), rdata: this.rdata(i) }
  }

  *[Symbol.iterator](): IterableIterator<TableRecord> {
    for (let i = 0; i < this.length; i++) yield this.at(i)
  }

  /** Takes out the records whose byte is set, and gives back the room that was kept for more. */
  compact(dropped: Uint8Array): void {
    let kept = 0
    for (let i = 0; i < this.length; i++) {
      if (dropped[i] === 1) continue
      this.numbers.copyWithin(kept * WORDS, i * WORDS, (i + 1) * WORDS)
      kept++
    }
    this.length = kept
    this.numbers = this.numbers.slice(0, Math.max(1, kept) * WORDS)
    this.bytes = this.bytes.slice(0, Math.max(1, this.used))
  }

  private number(i: number, word: number): number {
    return this.numbers[i * WORDS + word]!
  }

  private keep(bytes: Uint8Array, length: number): number {
    const at = this.used
    if (at + length > this.bytes.length)
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(this.bytes.length * 2, at + length)))
    const to = this.bytes
    for (let i = 0; i < length; i++) to[at + i] = bytes[i]!
    this.used += length
    return at
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
