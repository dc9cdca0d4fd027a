// The lines of a journal: JSON objects, each with a hash over itself and the line before, so that a change in between shows. Pure.
import { createHash } from 'node:crypto'

/** What the first line of a journal follows. */
export const NO_HASH = '0'.repeat(64)

const TAIL = /,"hash":"([0-9a-f]{64})"\}$/

export interface Line {
  /** Without its hash. */
  readonly record: unknown
  readonly hash: string
  /** Whether it follows the line before it, and says what it said when it was written. */
  readonly chained: boolean
  /** Bytes from the beginning of the file, and without the line end. */
  readonly offset: number
  readonly length: number
}

export interface ReadLines {
  readonly lines: readonly Line[]
  /** Numbers, from 1 on, of lines that are no line of a journal, or do not follow the line before. */
  readonly damaged: readonly number[]
  /** Bytes up to the end of the last whole line; what comes after was being written when the machine went down. */
  readonly whole: number
}

/** The line for a record, with its end. @param json an object with at least one key */
export function formatLine(json: string, previous: string): { readonly text: string; readonly hash: string } {
  const hash = hashOf(json, previous)
  return { text: `${json.slice(0, -1)},"hash":"${hash}"}\n`, hash }
}

/** `first` is the hash before the first line; where older lines have been dropped nobody knows it, and any will do. */
export function readLines(bytes: Buffer, first?: string): ReadLines {
  const lines: Line[] = []
  const damaged: number[] = []
  let previous = first
  let start = 0
  for (let number = 1; ; number++) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0) return { lines, damaged, whole: start }
    const line = readLine(bytes.toString('utf8', start, end), previous, start, end - start)
    if (line?.chained !== true) damaged.push(number)
    if (line !== undefined) {
      lines.push(line)
      previous = line.hash
    }
    start = end + 1
  }
}

/** Undefined where it is no line of a journal. Without `previous` it is taken to follow. */
export function readLine(text: string, previous: string | undefined, offset: number, length: number): Line | undefined {
  const hash = TAIL.exec(text)?.[1]
  if (hash === undefined) return undefined
  const json = `${text.slice(0, text.length - `,"hash":"${hash}"}`.length)}}`
  try {
    const record: unknown = JSON.parse(json)
    return { record, hash, chained: previous === undefined || hashOf(json, previous) === hash, offset, length }
  } catch {
    return undefined
  }
}

const hashOf = (json: string, previous: string): string =>
  createHash('sha256').update(`${previous}\n${json}`).digest('hex')
