// Latency tables as people and programs deal with them: shown, reported to, and exchanged for better ones.
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ClientKey } from '../geo/client-key.js'
import { type Fit, type LatencyModel, USUAL } from '../geo/latency-model.js'
import type { LatencyRow, LatencyTable } from '../geo/latency-table.js'
import { bucketOf, type LatencySample, type LearnedLatency } from '../geo/learned-latency.js'
import type { Locate } from '../geo/library.js'
import type { Publisher } from '../publish/publisher.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Passage, TrafficStore } from '../traffic/store.js'
import { turns } from '../traffic/turns.js'
import { replaceFile } from '../traffic/write-file.js'
import { Learning, type Reported } from './learning.js'
import { proposedTable, rowsFor, type Unsound } from './proposed-table.js'
import type { Refusal } from './safety/judge.js'
import { type TableChange, tableChange } from './table-change.js'
import { type NewFile, TableFiles } from './table-files.js'
import { worldChange } from './world-change.js'

export interface DeskOptions {
  readonly store: TrafficStore
  readonly publisher: Pick<Publisher, 'compileAside' | 'current' | 'setDocument'>
  readonly locate: () => Promise<Locate>
  readonly now: () => number
  /** What stands against other rows of a learned table: what was learned since waits. Nothing unless told. */
  readonly against?: (name: string, table: LatencyTable) => readonly Refusal[]
  /** Called when a file, or what was learned, is held back that was not before. */
  readonly onHeld?: (name: string, why: readonly string[]) => void
}

/** One table, and how it came about. */
export interface TableFacts {
  readonly name: string
  readonly file?: string
  readonly rows: number
  readonly model: LatencyModel
  /** What the model was fitted to; absent where it is the usual one. */
  readonly fit?: Fit
  readonly learned?: ReturnType<LearnedLatency['counts']> & { readonly rows: number }
  /** Why its newest file, or what was learned of late, is not in force; absent where it is. */
  readonly held?: readonly string[]
}

/** A file in place of the one that a table has, and what would come of it. */
export interface Proposal extends TableChange {
  /** As the document would have it. */
  readonly table: LatencyTable
}

/** Why something cannot be done with a table, in a sentence. */
export class TableError extends Error {
  override readonly name = 'TableError'
  readonly kind: 'not-found' | 'not-learned' | 'no-file' | 'not-ready' | 'broken'
  constructor(kind: TableError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

export class LatencyDesk {
  readonly learning = new Learning()
  private readonly options: DeskOptions
  /** The one that is served, as the store has it. */
  private document: TrafficDocument | undefined
  private readonly files: TableFiles
  /** By name, the safety rules that what was learned waits for. */
  private readonly waiting = new Map<string, readonly string[]>()
  private readonly inTurn = turns()
  private readonly exchangeInTurn = turns()

  constructor(options: DeskOptions) {
    this.options = options
    this.files = new TableFiles({
      changeOf: file => this.changeOf(file),
      onHeld: (name, objections) => options.onHeld?.(name, objections),
    })
  }

  /** Resolves when the document is served, with its tables as they are now. @throws what the publisher throws */
  serve(document: TrafficDocument): Promise<void> {
    return this.inTurn(async () => {
      this.learning.configure(document)
      const settled = await this.files.settle(document)
      await this.options.publisher.setDocument(await this.complete(settled))
      this.document = settled
    })
  }

  /** What was learned since comes into force, where it says something new; and then the lines that are fitted to it. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      const { document } = this
      if (document === undefined) return
      this.look(document)
      const now = this.options.now()
      // What was measured does not wait for what is only likely, which may put everybody's regions in another order.
      await this.renew(await this.learning.complete(document, { refresh: name => !this.waiting.has(name), now }))
      await this.renew(await this.complete(document))
    })
  }

  /** Serves the document where its tables are others than those that are in force. */
  private async renew(next: TrafficDocument): Promise<void> {
    const { publisher } = this.options
    const served = publisher.current()?.world.document.latency
    const same = [...next.latency].every(([name, { digest }]) => served?.get(name)?.digest === digest)
    if (!same && served !== undefined) await publisher.setDocument(next)
  }

  /** @throws TableError */
  report(name: string | undefined, samples: readonly LatencySample[]): Reported {
    const { document } = this.options.store.current()
    const table = this.learnedNamed(name)
    return this.learning.report(table, samples, document.regions, this.options.now())
  }

  list(): readonly TableFacts[] {
    const tables = this.served().latency
    return [...tables].map(([name, table]) => this.facts(name, table))
  }

  /** What a table has for the network of a client, and what is known of it beyond that. @throws TableError */
  about(
    name: string,
    client: ClientKey,
  ): { readonly row: LatencyRow; readonly known: ReturnType<LearnedLatency['about']> } {
    const table = this.tableNamed(name)
    const network = bucketOf(client) ?? client
    return {
      row: table.rows.get(network) ?? new Map(),
      known: this.learning.learned().get(name)?.about(network) ?? [],
    }
  }

  facts(name: string, table: LatencyTable = this.tableNamed(name)): TableFacts {
    const fit = this.learning.fit(name)
    const learned = this.learning.learned().get(name)
    const held = [...this.files.objections(name), ...(this.waiting.get(name) ?? [])]
    return {
      name,
      ...(table.file === undefined ? {} : { file: table.file }),
      rows: [...table.rows.values()].reduce((sum, { size }) => sum + size, 0),
      model: table.model ?? USUAL,
      ...(fit === undefined ? {} : { fit }),
      ...(learned === undefined ? {} : { learned: { ...learned.counts(), rows: learned.inForce().size } }),
      ...(held.length === 0 ? {} : { held }),
    }
  }

  /** @throws TableError */
  tableNamed(name: string): LatencyTable {
    const tables = this.served().latency
    const table = tables.get(name)
    if (table !== undefined) return table
    const known = tables.size === 0 ? 'the document has none' : `there is ${[...tables.keys()].join(', ')}`
    throw new TableError('not-found', `no latency table is named "${name}"; ${known}`)
  }

  /** The text of the file that the table has: the way back from another one. @throws TableError */
  async text(name: string): Promise<string> {
    const { store } = this.options
    const { file } = this.fileTable(store.current().document, name)
    try {
      return await readFile(resolve(dirname(store.name), file), 'utf8')
    } catch {
      throw new TableError('broken', `${file} cannot be read`)
    }
  }

  /** What would come of the text of a CSV file in place of the one that the table has. @throws TableError */
  async propose(name: string, text: string): Promise<Proposal | Unsound> {
    const { document } = this.options.store.current()
    const table = this.fileTable(document, name)
    const after = proposedTable(name, table, text, document)
    if ('problems' in after) return after
    const before = this.files.current(name) ?? table
    return { ...(await this.changeOf({ document: this.served(), name, before, after })), table: after }
  }

  /**
   * Puts the text where the table has its file, and resolves when it is served.
   * @param decide asked when it is known what comes of it, and before anything is written; what it throws leaves all as it is
   * @throws TableError, or the system's error
   */
  exchange(name: string, text: string, decide: (proposal: Proposal) => Passage): Promise<Proposal | Unsound> {
    return this.exchangeInTurn(async () => {
      const { store } = this.options
      // What is wrong with its own file is mended by another one.
      const isOther = ({ path }: { readonly path: string }): boolean => !path.startsWith(`latency.${name}.file`)
      if (store.refused()?.problems.some(isOther))
        throw new TableError('broken', `nothing can be changed while ${store.name} cannot be read`)
      const { file } = this.fileTable(store.current().document, name)
      const proposal = await this.propose(name, text)
      if ('problems' in proposal) return proposal
      const passage = decide(proposal)
      let written = false
      try {
        await replaceFile(resolve(dirname(store.name), file), text)
        written = true
        this.files.insist(name, proposal.table.digest)
        await store.reread()
      } finally {
        passage.settle(written)
      }
      return proposal
    })
  }

  /** What the rows of a file in place of those before do to clients, whatever else is other in the document. */
  private async changeOf({ document, name, before, after }: NewFile): Promise<TableChange> {
    const { publisher } = this.options
    const published = publisher.current()
    if (published === undefined) throw new TableError('not-ready', 'nothing is served yet')
    const served = published.world.document
    const known = [...served.latency].filter(([other]) => document.latency.has(other))
    const around = { ...document, latency: new Map([...document.latency, ...known]) }
    const world = document === served ? published.world : await publisher.compileAside(around)
    const proposed = this.learning.withTable(name, after, document)
    const next = await publisher.compileAside({ ...around, latency: new Map([...around.latency, [name, proposed]]) })
    return tableChange(
      rowsFor(before, document),
      after.rows,
      worldChange({ ...published, world }, next),
      after.refuse ?? { dropped: 1, moved: 1 },
    )
  }

  /** Which learned tables wait: safety rules are against moving the clients of what they steer. */
  private look(document: TrafficDocument): void {
    const { against = () => [], onHeld } = this.options
    for (const name of this.waiting.keys()) if (!this.learning.learned().has(name)) this.waiting.delete(name)
    for (const name of this.learning.learned().keys()) {
      const table = document.latency.get(name)
      // Whatever they are: the clients of all names that it steers may move.
      const other = table && { ...table, digest: `${table.digest} other` }
      const why = other === undefined ? [] : against(name, other).map(({ rule, words }) => `${rule}: ${words}`)
      if (why.length > 0 && !this.waiting.has(name)) onHeld?.(name, why)
      if (why.length > 0) this.waiting.set(name, why)
      else this.waiting.delete(name)
    }
  }

  private fileTable({ latency }: TrafficDocument, name: string): LatencyTable & { readonly file: string } {
    const table = latency.get(name) ?? this.tableNamed(name)
    if (table.file === undefined)
      throw new TableError('no-file', `"${name}" is learned only: give it a file in the document to put rows there`)
    return { ...table, file: table.file }
  }

  private learnedNamed(name: string | undefined): LearnedLatency {
    const all = this.learning.learned()
    const [only] = all.keys()
    if (only === undefined) throw new TableError('not-learned', 'no latency table of the document is learned')
    if (name === undefined && all.size > 1)
      throw new TableError('not-learned', `say which table is meant: ${[...all.keys()].join(' or ')}`)
    const table = all.get(name ?? only)
    if (table !== undefined) return table
    this.tableNamed(name ?? only)
    throw new TableError('not-learned', `"${name}" is not learned; ${[...all.keys()].join(', ')} is`)
  }

  private served(): TrafficDocument {
    return this.options.publisher.current()?.world.document ?? this.options.store.current().document
  }

  /** With what is in force of that which was learned, and models that are fitted to it where it is time. */
  private complete(document: TrafficDocument): Promise<TrafficDocument> {
    const { locate, now } = this.options
    return this.learning.complete(document, { refresh: () => false, locate, now: now() })
  }
}
