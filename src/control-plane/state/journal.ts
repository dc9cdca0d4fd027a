// A file that only grows: records that are on the disk when `append` resolves, those that come together with one write.
import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatLine, type Line, NO_HASH, readLine, readLines } from './journal-line.js'
import { replaceWhole, syncFolder } from './replace-whole.js'

export interface OpenedJournal {
  readonly journal: Journal
  readonly lines: readonly Line[]
  /** Numbers of lines that are damaged, or were changed; they stay where they are. */
  readonly damaged: readonly number[]
  /** Bytes of a line that was being written when the machine went down; they are gone. */
  readonly torn: number
}

/** Where a record stands in the file, without its line end. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

interface Waiting {
  readonly json: string
  readonly resolve: (extent: Extent) => void
  readonly reject: (error: unknown) => void
}

/** A write is on the disk when it returns (man 2 open): elsewhere that takes a call of its own. */
const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | SYNCED

export class Journal {
  readonly path: string
  private file: FileHandle
  private size: number
  private last: string
  private waiting: Waiting[] = []
  private writing: Promise<void> | undefined

  private constructor(path: string, file: FileHandle, size: number, last: string) {
    this.path = path
    this.file = file
    this.size = size
    this.last = last
  }

  /** Makes the file, readable by its owner only, where there is none. @param first see `readLines` */
  static async open(path: string, first?: string): Promise<OpenedJournal> {
    const file = await open(path, FLAGS, 0o600)
    await syncFolder(dirname(path))
    const bytes = await readFile(path)
    const { lines, damaged, whole } = readLines(bytes, first)
    if (whole < bytes.length) {
      await file.truncate(whole)
      await file.datasync()
    }
    const journal = new Journal(path, file, whole, lines.at(-1)?.hash ?? first ?? NO_HASH)
    return { journal, lines, damaged, torn: bytes.length - whole }
  }

  /** The hash of the last record: who notes it elsewhere can tell later whether the end was cut off. */
  get head(): string {
    return this.last
  }

  /** Bytes. */
  get length(): number {
    return this.size
  }

  /** Rejects with the system's error where it could not be written; then nothing of it is there. */
  append(record: object): Promise<Extent> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ json: JSON.stringify(record), resolve, reject })
      this.writing ??= this.write()
    })
  }

  /** The record at a place that `append` or `open` told of; undefined where it is damaged. */
  async read({ offset, length }: Extent): Promise<unknown> {
    const bytes = Buffer.alloc(length)
    await this.file.read(bytes, 0, length, offset)
    return readLine(bytes.toString('utf8'), undefined, offset, length)?.record
  }

  /** The file anew with these records only, all or nothing, and where they stand. Call nothing else until it resolves. */
  async rewrite(records: readonly object[]): Promise<readonly Extent[]> {
    await this.writing
    const extents: Extent[] = []
    let text = ''
    let size = 0
    let last = NO_HASH
    for (const record of records) {
      const line = formatLine(JSON.stringify(record), last)
      const length = Buffer.byteLength(line.text)
      extents.push({ offset: size, length: length - 1 })
      size += length
      text += line.text
      last = line.hash
    }
    await replaceWhole(this.path, text)
    await this.file.close()
    this.file = await open(this.path, FLAGS)
    this.size = size
    this.last = last
    return extents
  }

  async close(): Promise<void> {
    await this.writing
    await this.file.close()
  }

  private async write(): Promise<void> {
    // Whatever is appended in this turn of the loop is in the first batch.
    await undefined
    while (this.waiting.length > 0) {
      const batch = this.waiting
      this.waiting = []
      await this.writeBatch(batch)
    }
    this.writing = undefined
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    let { size, last } = this
    let text = ''
    const extents = batch.map(({ json }) => {
      const line = formatLine(json, last)
      const length = Buffer.byteLength(line.text)
      const extent = { offset: size, length: length - 1 }
      text += line.text
      size += length
      last = line.hash
      return extent
    })
    try {
      await this.file.appendFile(text)
      if (SYNCED === 0) await this.file.datasync()
    } catch (error) {
      // A disk that is full takes a part of it. What cannot even be cut is cut at the next start, or shows as damage.
      await this.file.truncate(this.size).catch(() => undefined)
      for (const { reject } of batch) reject(error)
      return
    }
    this.size = size
    this.last = last
    for (const [i, { resolve }] of batch.entries()) resolve(extents[i]!)
  }
}
