// Which files of latency tables are in force. One that somebody edited, or that a job wrote, is no better than one that is
// uploaded: where it changes more than the table permits, the rows of before stay in force until somebody insists.
import type { LatencyTable } from '../geo/latency-table.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { TableChange } from './table-change.js'

/** A table as it is in force, and as its file has it now. */
export interface NewFile {
  readonly document: TrafficDocument
  readonly name: string
  readonly before: LatencyTable
  readonly after: LatencyTable
}

export interface TableFilesOptions {
  /** What would come of a new file. */
  readonly changeOf: (file: NewFile) => Promise<Pick<TableChange, 'objections'>>
  /** Called when a file is held back that was not before. */
  readonly onHeld: (name: string, objections: readonly string[]) => void
}

export class TableFiles {
  private readonly options: TableFilesOptions
  /** By name, as documents had them. */
  private readonly inForce = new Map<string, LatencyTable>()
  private readonly held = new Map<string, { readonly digest: string; readonly objections: readonly string[] }>()
  /** By name, the digest of the file that somebody insisted on. */
  private readonly insisted = new Map<string, string>()

  constructor(options: TableFilesOptions) {
    this.options = options
  }

  /** The document with those tables as they were whose new files are held back; the very document where none is. */
  async settle(document: TrafficDocument): Promise<TrafficDocument> {
    const latency = new Map<string, LatencyTable>()
    for (const [name, table] of document.latency) latency.set(name, await this.sift(document, name, table))
    for (const known of [this.inForce, this.held, this.insisted])
      for (const name of known.keys()) if (!document.latency.has(name)) known.delete(name)
    return this.held.size === 0 ? document : { ...document, latency }
  }

  /** From now on the file with this digest is in force, however much it changes. */
  insist(name: string, digest: string): void {
    this.insisted.set(name, digest)
  }

  /** The table as a document had it when its file came into force; undefined where it never did. */
  current(name: string): LatencyTable | undefined {
    return this.inForce.get(name)
  }

  /** Why the newest file of a table is held back; empty where it is in force. */
  objections(name: string): readonly string[] {
    return this.held.get(name)?.objections ?? []
  }

  private async sift(document: TrafficDocument, name: string, after: LatencyTable): Promise<LatencyTable> {
    const before = this.inForce.get(name)
    const objections =
      before === undefined || !isNewFile(before, after) || this.insisted.get(name) === after.digest
        ? []
        : (await this.options.changeOf({ document, name, before, after })).objections
    if (before === undefined || objections.length === 0) {
      this.inForce.set(name, after)
      this.held.delete(name)
      return after
    }
    if (this.held.get(name)?.digest !== after.digest) this.options.onHeld(name, objections)
    this.held.set(name, { digest: after.digest, objections })
    return { ...after, digest: before.digest, rows: before.rows }
  }
}

/** Another text under the same path: who names another file in the document means it. */
const isNewFile = (before: LatencyTable, after: LatencyTable): boolean =>
  after.file !== undefined && before.file === after.file && before.digest !== after.digest
