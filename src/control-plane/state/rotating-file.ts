// A file that is written to at its end, and put aside when it has become large: FILE, FILE.1 before it, FILE.2 before that.

import type { FileHandle } from 'node:fs/promises'
import { open, rename, rm, stat } from 'node:fs/promises'

export interface RotatingOptions {
  /** A file is put aside before it has more, bytes. */
  readonly limit: number
  /** How many of those that were put aside are kept. */
  readonly keep: number
  /** Each file begins, and ends, with this; one that is there already is then not gone on with. */
  readonly frame?: { readonly head: Uint8Array; readonly tail: Uint8Array }
  /** What went wrong, once until it goes well again. */
  readonly onProblem: (sentence: string, error: unknown) => void
}

/** Bytes that wait for the disk; what comes beyond is lost. */
const MOST_WAITING = 8 << 20

export class RotatingFile {
  /** Pieces that are in the file, and pieces that never will be. */
  written = 0
  lost = 0
  private readonly path: string
  private readonly options: RotatingOptions
  private handle: FileHandle | undefined
  private size = 0
  private pieces: Uint8Array[] = []
  private waiting = 0
  private failed = false
  private scheduled = false
  private queue: Promise<void> = Promise.resolve()

  /** The file is opened when there is something to be written. */
  constructor(path: string, options: RotatingOptions) {
    this.path = path
    this.options = options
  }

  /** Writes pieces, each whole into one file, soon. */
  write(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      if (this.waiting + piece.length > MOST_WAITING) {
        this.lost++
        continue
      }
      this.pieces.push(piece)
      this.waiting += piece.length
    }
    if (this.scheduled) return
    this.scheduled = true
    this.queue = this.queue.then(() => {
      this.scheduled = false
      return this.flush()
    })
  }

  /** Resolves when what was written is in the file, and the file closed. */
  async close(): Promise<void> {
    this.queue = this.queue.then(() => this.flush()).then(() => this.finish())
    await this.queue
  }

  private async flush(): Promise<void> {
    while (this.pieces.length > 0) {
      try {
        await this.makeRoom(this.pieces[0]!.length)
      } catch (error) {
        this.fail(this.pieces.length, error)
        this.take(this.pieces.length)
        return
      }
      const fitting = this.fitting()
      const batch = this.take(fitting)
      try {
        await this.append(Buffer.concat(batch))
        this.written += fitting
        this.failed = false
      } catch (error) {
        this.fail(fitting, error)
      }
    }
  }

  /** How many of the pieces that wait go into the file that is open; at least one. */
  private fitting(): number {
    let size = this.size
    let count = 0
    while (count < this.pieces.length) {
      size += this.pieces[count]!.length
      if (count > 0 && size > this.options.limit) break
      count++
    }
    return count
  }

  private take(count: number): Uint8Array[] {
    const batch = this.pieces.splice(0, count)
    this.waiting -= batch.reduce((sum, { length }) => sum + length, 0)
    return batch
  }

  private async makeRoom(length: number): Promise<void> {
    const { limit, frame } = this.options
    if (this.handle === undefined) {
      if (frame !== undefined) await this.putAside()
      await this.open()
    }
    if (this.size + length <= limit || this.size <= (frame?.head.length ?? 0)) return
    await this.finish()
    await this.putAside()
    await this.open()
  }

  private async open(): Promise<void> {
    this.handle = await open(this.path, 'a', 0o640)
    this.size = (await this.handle.stat()).size
    if (this.options.frame !== undefined) await this.append(this.options.frame.head)
  }

  private async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.handle!.write(bytes, at) // it was opened before
      at += bytesWritten
      this.size += bytesWritten
    }
  }

  private async finish(): Promise<void> {
    const { handle } = this
    if (handle === undefined) return
    try {
      if (this.options.frame !== undefined) await this.append(this.options.frame.tail)
    } catch (error) {
      this.fail(0, error)
    } finally {
      this.handle = undefined
      await handle.close().catch(error => this.fail(0, error))
    }
  }

  private async putAside(): Promise<void> {
    const { keep } = this.options
    const named = (number: number): string => (number === 0 ? this.path : `${this.path}.${number}`)
    await rm(named(keep), { force: true })
    for (let number = keep - 1; number >= 0; number--)
      if (await exists(named(number))) await rename(named(number), named(number + 1))
  }

  private fail(lost: number, error: unknown): void {
    this.lost += lost
    if (!this.failed) this.options.onProblem(`${this.path} cannot be written`, error)
    this.failed = true
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
