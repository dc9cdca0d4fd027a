// A file that a document names: its text, and what it looks like from outside, so that a change is seen without reading.
import { readFileSync, statSync } from 'node:fs'

/** @throws Error with a sentence where it cannot be read */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException // what readFileSync throws
    throw new Error(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`)
  }
}

/** To be taken before reading: a change meanwhile is seen by the next look, and not missed. */
export function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return 'unreadable' // why, is said by who reads it
  }
}

/** Bytes; 0 where there is no such file. */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
