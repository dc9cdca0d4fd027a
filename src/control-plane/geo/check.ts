// Is a file a sound geo database? Reading all of it takes some tenths of a second and its whole size in memory, so a
// node does it in a thread that is gone afterwards.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Family } from '../../dns/address.js'
import { type GeoDatabase, openDatabase } from './database.js'

/** What there is to say of a sound file. */
export interface Checked {
  /** SHA-256, hex. */
  readonly hash: string
  readonly type: string
  /** Seconds. */
  readonly buildEpoch: number
  readonly families: readonly Family[]
  /** What it is for: places of clients, or the numbers of their autonomous systems and no more. */
  readonly about: 'places' | 'systems'
}

/** `path` is where to read it, `file` its name for messages. Rejects with a sentence where it is not sound. */
export type Checker = (path: string, file: string) => Promise<Checked>

/** @throws GeoDatabaseError, or the system's error */
export function check(path: string, file: string): Checked {
  const bytes = readFileSync(path)
  const database = openDatabase(bytes, file)
  const { type, buildEpoch, root } = database
  return {
    hash: createHash('sha256').update(bytes).digest('hex'),
    type,
    buildEpoch,
    families: ([4, 6] as const).filter(family => root(family) !== undefined),
    about: aboutOf(database),
  }
}

/** Told by the first record, since the schema is told from records everywhere. */
function aboutOf({ nodeCount, root, child, place }: GeoDatabase): Checked['about'] {
  const first = (at: number): number | undefined =>
    at >= nodeCount ? (at > nodeCount ? at : undefined) : (first(child(at, 0)) ?? first(child(at, 1)))
  const record = first(root(4) ?? nodeCount) ?? first(root(6) ?? nodeCount)
  const { asn, location, country, continent } = record === undefined ? {} : place(record)
  return asn !== undefined && location === undefined && country === undefined && continent === undefined
    ? 'systems'
    : 'places'
}

/** Where it is called; for tools and tests. */
export const checkHere: Checker = async (path, file) => check(path, file)

export type CheckReport = { readonly checked: Checked } | { readonly error: string }

/** In a thread of its own. */
export const checkAside: Checker = (path, file) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./check-thread.js', import.meta.url), {
      workerData: { path, file },
      name: 'geo-check',
    })
    worker.once('message', (report: CheckReport) => {
      if ('checked' in report) resolve(report.checked)
      else reject(new Error(report.error))
    })
    worker.once('error', reject)
  })
