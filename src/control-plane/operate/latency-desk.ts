// Latency tables as people and programs deal with them: shown, reported to, and exchanged for better ones.
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { ClientKey } from '../geo/client-key.js'
import { type Fit, type LatencyModel, USUAL } from '../geo/latency-model.js'
import type { LatencyRow, LatencyTable } from '../geo/latency-table.js'
import { bucketOf, type LatencySample, type LearnedLatency } from '../geo/learned-latency.js'
import type { Locate } from '../geo/library.js'
import type { Publisher } from '../publish/publisher.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Finding, toProblems } from '../traffic/finding.js'
import { parseTable } from '../traffic/parse-latency.js'
import type { TrafficStore } from '../traffic/store.js'
import { replaceFile } from '../traffic/write-file.js'
import { Learning, type Reported } from './learning.js'
import { type TableChange, tableChange } from './table-change.js'
import { worldChange } from './world-change.js'

export interface DeskOptions {
  readonly store: TrafficStore
  readonly publisher: Pick<Publisher, 'compileAside' | 'current' | 'setDocument'>
  readonly locate: () => Promise<Locate>
  readonly now: () => number
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
}

/** Why something cannot be done with a table, in a sentence. */
export class TableError extends Error {
  override readonly name = 'TableError'
  readonly kind: 'not-found' | 'not-learned' | 'no-file' | 'not-ready'
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
  private queue: Promise<unknown> = Promise.resolve()

  constructor(options: DeskOptions) {
    this.options = options
  }

  /** Resolves when the document is served, with its tables as they are now. @throws what the publisher throws */
  serve(document: TrafficDocument): Promise<void> {
    return this.inTurn(async () => {
      this.learning.configure(document)
      await this.options.publisher.setDocument(await this.complete(document, false))
      this.document = document
    })
  }

  /** What was learned since comes into force, where it says something new. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      const { document } = this
      const served = this.options.publisher.current()?.world.document
      if (document === undefined || served === undefined) return
      const next = await this.complete(document, true)
      const same = [...next.latency].every(([name, { digest }]) => served.latency.get(name)?.digest === digest)
      if (!same) await this.options.publisher.setDocument(next)
    })
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
    return {
      name,
      ...(table.file === undefined ? {} : { file: table.file }),
      rows: [...table.rows.values()].reduce((sum, { size }) => sum + size, 0),
      model: table.model ?? USUAL,
      ...(fit === undefined ? {} : { fit }),
      ...(learned === undefined ? {} : { learned: { ...learned.counts(), rows: learned.inForce().size } }),
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

  /** What would come of the text of a CSV file in place of the one that the table has. @throws TableError */
  async propose(
    name: string,
    text: string,
  ): Promise<TableChange | { readonly problems: ReturnType<typeof toProblems> }> {
    const { store, publisher } = this.options
    const { document } = store.current()
    const table = this.fileTable(document, name)
    const findings: Finding[] = []
    const parsed = parseTable(
      { text, digest: createHash('sha256').update(text).digest('hex'), file: 'the body' },
      new Set(document.regions.keys()),
      ['latency', name],
      () => undefined,
      finding => findings.push(finding),
    )
    if (findings.length > 0) return { problems: toProblems(findings) }
    const published = publisher.current()
    if (published === undefined) throw new TableError('not-ready', 'nothing is served yet')
    const proposed = this.learning.withTable(name, { ...table, ...parsed }, document)
    const served = this.served()
    const after = { ...served, latency: new Map([...served.latency, [name, proposed]]) }
    const names = worldChange(published, await publisher.compileAside(after))
    return tableChange(table.rows, parsed.rows, names, table.refuse ?? { dropped: 1, moved: 1 })
  }

  /** Puts the text where the table has its file, and resolves when it is served. @throws TableError, or the system's error */
  async exchange(name: string, text: string): Promise<void> {
    const { store } = this.options
    const { file } = this.fileTable(store.current().document, name)
    await replaceFile(resolve(dirname(store.name), file), text)
    await store.reread()
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

  private complete(document: TrafficDocument, refresh: boolean): Promise<TrafficDocument> {
    const { locate, now } = this.options
    return this.learning.complete(document, { refresh, locate, now: now() })
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.queue.then(task)
    this.queue = done.catch(() => undefined)
    return done
  }
}
