// Zone files on this machine: read where a document names them, kept until they change.
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { type Name, nameKey } from '../../dns/name.js'
import { RecordTable } from '../../dns/record-table.js'
import { readZoneFile, type ZoneFile } from '../../dns/zonefile.js'
import { LARGE, readAside, type ZoneRead } from './aside.js'
import { isMap } from './edit-value.js'
import { sizeOf, stampOf, textOf } from './named-file.js'
import { readName } from './parse-name.js'
import type { ReadZone } from './parse-zone-file.js'

/** What was read, and of which files: one at least, more where files include others. */
interface Read {
  readonly outcome: ZoneFile | Error
  readonly digest: string
  /** Path → what it looked like just before it was read. */
  readonly stamps: ReadonlyMap<string, string>
}

export class ZoneFiles {
  private readonly folder: string
  /** By path and origin: the records depend on both. */
  private reads = new Map<string, Read>()
  private used = new Map<string, Read>()

  /** @param document the path of the document, which relative paths start from */
  constructor(document: string) {
    this.folder = dirname(document)
  }

  /** Reads the file, unless nothing has changed since it was read last. */
  readonly read: ReadZone = (path, origin) => {
    const file = resolve(this.folder, path)
    const key = keyOf(file, origin)
    const known = this.used.get(key) ?? this.reads.get(key)
    const read = known !== undefined && isCurrent(known) ? known : readZoneFileNow(file, origin)
    this.used.set(key, read)
    if (read.outcome instanceof Error) throw read.outcome
    return read.outcome
  }

  /**
   * Reads files of the document that are large and were not read yet, or have changed, in threads: `read` finds them then.
   * What the document says need not be sound. A file whose thread dies, as where there is no memory for it, cannot be read until it changes.
   */
  async readLarge(document: unknown): Promise<void> {
    for (const { path, origin } of zoneFilesOf(document)) {
      const file = resolve(this.folder, path)
      const key = keyOf(file, origin)
      const known = this.used.get(key) ?? this.reads.get(key)
      if ((known !== undefined && isCurrent(known)) || sizeOf(file) < LARGE) continue
      const stamps = new Map([[file, stampOf(file)]])
      const { outcome, ...read } = await readAside({ kind: 'zone', file, origin }).catch((outcome: Error) => ({
        outcome,
        digest: outcome.message,
        stamps,
      }))
      this.reads.set(key, { ...read, outcome: outcome instanceof Error ? outcome : zoneFileFrom(outcome) })
    }
  }

  /** To be called when a document has been read: forgets the files that it does not name. */
  settle(): void {
    this.reads = this.used
    this.used = new Map()
  }

  /** Whether one of the files has changed since it was read; asks the file system and reads nothing. */
  changed(): boolean {
    return [...this.reads.values()].some(read => !isCurrent(read))
  }

  /** Changes whenever what was read changes; empty where no file is named. */
  digest(): string {
    return [...this.reads.values()].map(({ digest }) => digest).join(' ')
  }
}

const isCurrent = ({ stamps }: Read): boolean => [...stamps].every(([path, stamp]) => stampOf(path) === stamp)

const keyOf = (file: string, origin: Name): string => `${file} ${nameKey(origin)}`

const zoneFileFrom = ({ records, problems }: Exclude<ZoneRead['outcome'], Error>): ZoneFile => ({
  records: RecordTable.from(records),
  problems,
})

/** The zone files that a document names, as it is written. */
function zoneFilesOf(document: unknown): readonly { readonly path: string; readonly origin: Name }[] {
  const zones = isMap(document) ? document['zones'] : undefined
  return Object.entries(isMap(zones) ? zones : {}).flatMap(([text, zone]) => {
    const path = isMap(zone) ? zone['file'] : undefined
    const origin = typeof path === 'string' ? readName(text, { path: [] }, () => {}) : undefined
    return typeof path === 'string' && origin !== undefined ? [{ path, origin }] : []
  })
}

/** Reads the file and what it includes, whatever they are. */
export function readZoneFileNow(file: string, origin: Name): Read {
  const stamps = new Map<string, string>()
  const hash = createHash('sha256')
  const text = (path: string): string => {
    stamps.set(path, stampOf(path))
    const content = textOf(path)
    hash.update(content)
    return content
  }
  try {
    const include = (path: string, from: string): { file: string; text: string } => {
      const included = resolve(dirname(from), path)
      return { file: included, text: text(included) }
    }
    const outcome = readZoneFile(text(file), { file, origin, include })
    return { outcome, digest: hash.digest('hex'), stamps }
  } catch (error) {
    const outcome = error instanceof Error ? error : new Error(String(error))
    return { outcome, digest: outcome.message, stamps }
  }
}
