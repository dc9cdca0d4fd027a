// What takes long to read, read in a thread of its own, which is gone afterwards.
import { Worker } from 'node:worker_threads'
import type { RecordTableParts } from '../../dns/record-table.js'
import type { ZoneProblem } from '../../dns/zonefile-problem.js'
import type { PackedTree } from './packed-tree.js'
import type { Problem } from './problem.js'

export type Job =
  | { readonly kind: 'yaml'; readonly text: string; readonly file: string }
  | { readonly kind: 'zone'; readonly file: string; readonly origin: Uint8Array }

/** What a thread has made of a YAML text. */
export type TreeRead =
  | { readonly problems: readonly Problem[] }
  /** Undefined where the text is empty, or nothing but comments. */
  | { readonly tree: PackedTree | undefined; readonly anchored: boolean }

/** What a thread has made of a zone file. */
export interface ZoneRead {
  readonly outcome: { readonly records: RecordTableParts; readonly problems: readonly ZoneProblem[] } | Error
  readonly digest: string
  readonly stamps: ReadonlyMap<string, string>
}

interface Outcomes {
  readonly yaml: TreeRead
  readonly zone: ZoneRead
}

/** Smaller texts are read at once: a thread takes as long to be there. Characters, or bytes of a file. */
export const LARGE = 128 * 1024

/** As much as the main thread has: a text that is nested too deeply for the one is for the other. */
const STACK_MB = 1

const THREAD = new URL('./reader-thread.js', import.meta.url)

/** @throws Error where the thread dies */
export function readAside<K extends Job['kind']>(job: Extract<Job, { readonly kind: K }>): Promise<Outcomes[K]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { workerData: job, name: 'reader', resourceLimits: { stackSizeMb: STACK_MB } })
    worker.once('message', resolve)
    worker.once('error', error =>
      reject(new Error(`cannot be read: ${error instanceof Error ? error.message : error}`)),
    )
    worker.once('exit', () => reject(new Error('cannot be read: the thread that reads it ended')))
  })
}
