// What a node learns of latency: the learned tables of the document, by name, and the tables as they are in force with it.
import { createHash } from 'node:crypto'
import type { ClientKey } from '../geo/client-key.js'
import { agree, type Fit, fitModel } from '../geo/latency-model.js'
import type { LatencyRow, LatencyTable } from '../geo/latency-table.js'
import { bucketOf, type LatencySample, LearnedLatency, LONGEST_MS } from '../geo/learned-latency.js'
import type { Locate } from '../geo/library.js'
import type { TrafficDocument } from '../traffic/document.js'
import { measurementsOf } from './table-points.js'

/** What became of a batch. */
export interface Reported {
  readonly accepted: number
  /** Each sample that was not taken, by its place in the batch, and why; the first ones. */
  readonly refused: readonly { readonly index: number; readonly why: string }[]
  readonly refusedCount: number
}

/** More would say nothing new. */
const MOST_TOLD = 20

/** A table is fitted anew no more often than this while it is learned, ms: reading a geo database takes its time. */
const FIT_EVERY_MS = 3_600_000
/** As long as there was too little to fit anything to, ms. */
const FIT_AGAIN_MS = 60_000

interface Completion {
  /** Of which tables what was learned since comes into force. */
  readonly refresh: (name: string) => boolean
  /** Read only where a table is to be fitted; without it none is, and models stay as they are. */
  readonly locate?: () => Promise<Locate>
  /** Epoch ms. */
  readonly now: number
}

interface Completed {
  readonly from: LatencyTable
  readonly rows: ReadonlyMap<ClientKey, LatencyRow> | undefined
  readonly fit: Fit | undefined
  readonly table: LatencyTable
}

interface Fitted {
  readonly from: LatencyTable
  readonly at: number
  readonly fit: Fit | undefined
}

export class Learning {
  private readonly tables = new Map<string, LearnedLatency>()
  private readonly fitted = new Map<string, Fitted>()
  private readonly completed = new Map<string, Completed>()

  /** Tables that are gone are forgotten, and new ones begin empty. */
  configure({ latency }: Pick<TrafficDocument, 'latency'>): void {
    for (const name of this.tables.keys()) if (latency.get(name)?.learned === undefined) this.tables.delete(name)
    for (const [name, { learned }] of latency) {
      if (learned === undefined) continue
      const known = this.tables.get(name)
      if (known === undefined) this.tables.set(name, new LearnedLatency(learned))
      else known.configure(learned)
    }
  }

  /** By name, what was learned. */
  learned(): ReadonlyMap<string, LearnedLatency> {
    return this.tables
  }

  /** How often they are to be refreshed: as often as the one that wants it most, ms; Infinity where none is. */
  refreshMs(): number {
    return Math.min(...[...this.tables.values()].map(table => table.refreshMs))
  }

  /** @param regions those that there are  @param now epoch ms */
  report(
    table: LearnedLatency,
    samples: readonly LatencySample[],
    regions: { has(id: string): boolean },
    now: number,
  ): Reported {
    const refused: { index: number; why: string }[] = []
    let accepted = 0
    samples.forEach((sample, index) => {
      const network = bucketOf(sample.client)
      const why = network === undefined ? clientFault(sample.client) : sampleFault(sample, regions)
      if (network === undefined || why !== undefined) refused.push({ index, why: why ?? '' })
      else {
        table.add(network, sample, now)
        accepted++
      }
    })
    return { accepted, refused: refused.slice(0, MOST_TOLD), refusedCount: refused.length }
  }

  /**
   * The document with its tables as they are now: rows that were learned over those of the file, and a model that is
   * fitted to both. The very table of the last time where nothing has changed.
   */
  async complete(document: TrafficDocument, { refresh, locate, now }: Completion): Promise<TrafficDocument> {
    const latency = new Map<string, LatencyTable>()
    for (const [name, table] of document.latency) {
      const book = table.learned === undefined ? undefined : this.tables.get(name)
      const rows = refresh(name) ? book?.refresh(now) : book?.inForce()
      const before = this.completed.get(name)
      const fit = locate === undefined ? this.fit(name) : await this.fitOf(name, table, rows, document, locate, now)
      if (before?.from === table && before.rows === rows && before.fit === fit) latency.set(name, before.table)
      else {
        const done = completeTable(table, rows, document.regions, fit)
        this.completed.set(name, { from: table, rows, fit, table: done })
        latency.set(name, done)
      }
    }
    return { ...document, latency }
  }

  /** A table with another file, over what is learned and the model of now. */
  withTable(name: string, table: LatencyTable, { regions }: Pick<TrafficDocument, 'regions'>): LatencyTable {
    return completeTable(table, this.tables.get(name)?.inForce(), regions, this.fit(name))
  }

  /** What the model of a table was fitted to; undefined where it is the usual one. */
  fit(name: string): Fit | undefined {
    return this.fitted.get(name)?.fit
  }

  private async fitOf(
    name: string,
    table: LatencyTable,
    rows: ReadonlyMap<ClientKey, LatencyRow> | undefined,
    { regions }: TrafficDocument,
    locate: () => Promise<Locate>,
    now: number,
  ): Promise<Fit | undefined> {
    const before = this.fitted.get(name)
    const isNew = before?.from.digest !== table.digest || before.from.file !== table.file
    const wait = before?.fit === undefined ? FIT_AGAIN_MS : FIT_EVERY_MS
    if (before !== undefined && !isNew && (rows === undefined || now - before.at < wait)) return before.fit
    const both = rows === undefined ? table.rows : overlaid(table.rows, rows, regions)
    const found = fitModel(await measurementsOf(both, regions, locate))
    // So nearly the same is no reason to make maps anew.
    const fit =
      before?.fit !== undefined && found !== undefined && agree(before.fit.model, found.model) ? before.fit : found
    this.fitted.set(name, { from: table, at: now, fit })
    return fit
  }
}

function completeTable(
  table: LatencyTable,
  learned: ReadonlyMap<ClientKey, LatencyRow> | undefined,
  regions: { has(id: string): boolean },
  fit: Fit | undefined,
): LatencyTable {
  const rows = learned === undefined || learned.size === 0 ? table.rows : overlaid(table.rows, learned, regions)
  const model = fit === undefined ? {} : { model: fit.model }
  if (rows === table.rows) return fit === undefined ? table : { ...table, ...model, digest: digestOf(table, [], fit) }
  return { ...table, ...model, rows, digest: digestOf(table, learned ?? [], fit) }
}

/** Characters that are hashed at a time: a call for each of a hundred thousand rows takes longer than its hashing. */
const CHUNK = 1 << 16

function digestOf(
  { digest }: LatencyTable,
  rows: Iterable<readonly [ClientKey, LatencyRow]>,
  fit: Fit | undefined,
): string {
  const hash = createHash('sha256')
  let text = `${digest} ${JSON.stringify(fit?.model)}\n`
  for (const [key, row] of rows) {
    text += key
    for (const [region, ms] of row) text += ` ${region} ${inTenths(ms)}`
    text += '\n'
    if (text.length < CHUNK) continue
    hash.update(text)
    text = ''
  }
  return hash.update(text).digest('hex')
}

/** What tells a number from all others: nearly all are tenths, and whole numbers are written in half of the time. */
function inTenths(ms: number): string | number {
  const tenths = Math.round(ms * 10)
  return tenths / 10 === ms ? tenths : `${ms} ms`
}

/** What was learned goes before what the file says of the same clients. Regions that there are not are left out. */
function overlaid(
  file: ReadonlyMap<ClientKey, LatencyRow>,
  learned: ReadonlyMap<ClientKey, LatencyRow>,
  regions: { has(id: string): boolean },
): ReadonlyMap<ClientKey, LatencyRow> {
  if (file.size === 0 && haveAll(regions, learned)) return learned
  const rows = new Map(file)
  for (const [key, row] of learned) {
    const own = hasAll(regions, row) ? row : new Map([...row].filter(([id]) => regions.has(id)))
    const below = file.get(key)
    if (own.size > 0) rows.set(key, below === undefined ? own : new Map([...below, ...own]))
  }
  return rows
}

function haveAll(regions: { has(id: string): boolean }, rows: ReadonlyMap<ClientKey, LatencyRow>): boolean {
  for (const row of rows.values()) if (!hasAll(regions, row)) return false
  return true
}

function hasAll(regions: { has(id: string): boolean }, row: LatencyRow): boolean {
  for (const id of row.keys()) if (!regions.has(id)) return false
  return true
}

const clientFault = (client: string): string =>
  `"${client}" is no address, and no network of at least /24 (IPv4) or /48 (IPv6)`

function sampleFault({ region, rttMs }: LatencySample, regions: { has(id: string): boolean }): string | undefined {
  if (!regions.has(region)) return `no region is named "${region}"`
  return rttMs > 0 && rttMs <= LONGEST_MS ? undefined : `${rttMs} ms is no round-trip time up to ${LONGEST_MS} ms`
}
