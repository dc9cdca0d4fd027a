// The traffic document in a YAML file on this machine: it is the truth, whoever edits it.
import { readFile } from 'node:fs/promises'
import { type Backing, type Content, contentOf } from './backing.js'
import type { CountSerial } from './document.js'
import { type DocumentStoreOptions, openDocumentStore } from './document-store.js'
import type { Revisions } from './revisions.js'
import type { TrafficStore } from './store.js'
import { watchFile } from './watch-file.js'
import { hasStamp, type Stamp, writeBeside } from './write-file.js'

export interface FileStoreOptions extends Omit<DocumentStoreOptions, 'fallback'> {
  /** The SOA serial of zones that do not write one, or how to count it, asked for at every load; the epoch's seconds unless told. */
  readonly serial?: () => number | CountSerial
  /** Where each document that comes into force is written down. */
  readonly revisions?: Revisions
}

/** Edits that are written together: so many that whoever comes first does not wait long for the last. */
const TOGETHER = 50

/**
 * Reads the file and watches it, and the files that it names with it.
 * @throws TrafficRefused where it is no sound document
 */
export function openFileStore(path: string, options: FileStoreOptions = {}): Promise<TrafficStore> {
  return openDocumentStore(fileBacking(path, options), options)
}

function fileBacking(path: string, { serial = seconds, revisions }: FileStoreOptions): Backing {
  /** What was written here last. */
  let own: { readonly text: string; readonly stamp: Stamp } | undefined
  return {
    name: path,
    base: path,
    revisions,
    serial,
    nextSerial: serial,
    async read(known) {
      const stamp = known !== undefined && 'text' in known && known.text === own?.text ? own.stamp : undefined
      return known !== undefined && stamp !== undefined && (await hasStamp(path, stamp)) ? known : readContent(path)
    },
    async begin(revision, found) {
      const latest = revisions?.latest()
      const before = latest === undefined ? undefined : await revisions?.text(latest.number)
      await revisions?.begin(revision, () => found(before))
    },
    async found(revision) {
      await revisions?.record(revision)
    },
    together: TOGETHER,
    async replace(next) {
      const { text } = next.at(-1)! // there is one at least
      const [intent, beside] = await Promise.allSettled([
        revisions?.intend(next.map(({ document: _, ...revision }) => revision)),
        writeBeside(path, text),
      ])
      try {
        // Written down first: after a crash there is never a document in force that nobody answers for.
        if (intent.status === 'rejected') throw intent.reason
        if (beside.status === 'rejected') throw beside.reason
        await beside.value.commit()
        own = { text, stamp: beside.value.stamp }
      } catch (error) {
        if (beside.status === 'fulfilled') await beside.value.discard()
        await revisions?.abandon()
        throw error
      }
      void revisions?.confirm()
      return true
    },
    watch: look => watchFile(path, look),
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000)

async function readContent(path: string): Promise<Content> {
  try {
    return contentOf(await readFile(path, 'utf8'))
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException // what readFile rejects with
    const message = code === 'ENOENT' ? 'the file is gone' : `the file cannot be read (${code})`
    return { problem: { path: '', message, at: { file: path, line: 1, column: 1 } }, revision: code }
  }
}
