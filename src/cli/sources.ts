// The files that an import reads: those that are named, and all below a folder that is named.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../control-plane/migrate/source.js'

/** Bytes; what is larger, such as a geo database, is no configuration. */
const LARGEST = 64 * 2 ** 20

/** @throws Error of the system where one cannot be read */
export const readSources = (paths: readonly string[]): readonly Source[] =>
  paths.flatMap(path =>
    statSync(path).isDirectory() ? below(path) : [{ name: path, text: readFileSync(path, 'utf8') }],
  )

function below(folder: string): readonly Source[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return names.flatMap(name => {
    const path = join(folder, name)
    const about = statSync(path, { throwIfNoEntry: false })
    if (about === undefined || !about.isFile() || about.size > LARGEST) return []
    const bytes = readFileSync(path)
    return bytes.includes(0) ? [] : [{ name: path, text: bytes.toString('utf8') }]
  })
}

/** A file that the others name; undefined where there is none. */
export function readBeside(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
