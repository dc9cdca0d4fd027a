// Text files on this machine that a document names: read where it names them, kept until they change.
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { stampOf, textOf } from './named-file.js'

export interface NamedText {
  readonly text: string
  /** Changes with the text. */
  readonly digest: string
  /** What problems call it. */
  readonly file: string
}

/** Reads a file by its path as the document has it. @throws Error with a sentence where it cannot be read */
export type ReadText = (path: string) => NamedText

interface Read {
  readonly outcome: NamedText | Error
  /** What it looked like just before it was read. */
  readonly stamp: string
}

export class WatchedTexts {
  private readonly folder: string
  private reads = new Map<string, Read>()
  private used = new Map<string, Read>()

  /** @param document the path of the document, which relative paths start from */
  constructor(document: string) {
    this.folder = dirname(document)
  }

  /** Reads the file, unless it has not changed since it was read last. */
  readonly read: ReadText = path => {
    const file = resolve(this.folder, path)
    const known = this.used.get(file) ?? this.reads.get(file)
    const read = known !== undefined && stampOf(file) === known.stamp ? known : readNow(file)
    this.used.set(file, read)
    if (read.outcome instanceof Error) throw read.outcome
    return read.outcome
  }

  /** To be called when a document has been read: forgets the files that it does not name. */
  settle(): void {
    this.reads = this.used
    this.used = new Map()
  }

  /** Whether one of the files has changed since it was read; asks the file system and reads nothing. */
  changed(): boolean {
    return [...this.reads].some(([file, { stamp }]) => stampOf(file) !== stamp)
  }

  /** Changes whenever what was read changes; empty where no file is named. */
  digest(): string {
    return [...this.reads.values()]
      .map(({ outcome }) => (outcome instanceof Error ? outcome.message : outcome.digest))
      .join(' ')
  }
}

function readNow(file: string): Read {
  const stamp = stampOf(file)
  try {
    const text = textOf(file)
    return { outcome: { text, digest: createHash('sha256').update(text).digest('hex'), file }, stamp }
  } catch (error) {
    return { outcome: error instanceof Error ? error : new Error(String(error)), stamp }
  }
}
