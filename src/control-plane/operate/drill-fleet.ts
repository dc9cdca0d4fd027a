// The drills of a fleet: one value each, which names the node that carries the drill on. Each of its moves is written by comparing and
// setting, and what it does depends on that value too: a node that was thought to be gone, and is not, does nothing for it any more.
import { MEMBERS } from '../fleet/member.js'
import { demand, type Replica } from '../fleet/replica.js'
import { Overtaken } from '../state/overtaken.js'
import type { Unchanged } from '../state/shared-value.js'
import { StoreAway } from '../state/store-away.js'
import { isUnderWay } from './drill.js'
import { isRecord } from './drill-book.js'
import { packRecord, unpackRecord } from './drill-packed.js'
import type { DrillRecord } from './drill-record.js'
import type { DrillShelf } from './drill-shelf.js'

const DRILLS = 'drills/'
/** Written by each that begins: of two that begin at the same moment, one sees the other. */
const TURN = 'drill-turn'
/** Those that are over beyond this many are forgotten, the oldest first. */
const MOST_OVER = 50
/** So often others may be faster before that is a fault. */
const MOST_TRIES = 20
/** For so long it is waited until all is heard that was done before, ms. */
const HEAR_MS = 5000

export interface DrillFleetOptions {
  readonly replica: Pick<Replica, 'get' | 'under' | 'commit' | 'refetch' | 'hears' | 'standing' | 'onChange'>
  /** What this node is called. */
  readonly node: string
  readonly onProblem: (sentence: string, error: unknown) => void
}

interface Known {
  readonly record: DrillRecord
  /** As it was written last. */
  readonly kept: DrillRecord
  readonly version: number
}

export class DrillFleet implements DrillShelf {
  readonly node: string
  private readonly options: DrillFleetOptions
  private readonly known = new Map<string, Known>()
  /** What is known, in its order, until something of it changes. */
  private listed: readonly DrillRecord[] | undefined
  private readonly listeners: ((record: DrillRecord) => void)[] = []
  private readonly goneListeners: ((record: DrillRecord) => void)[] = []
  /** Ids of those that this node is writing: what it hears of them is its own word, until it is told otherwise. */
  private readonly writing = new Set<string>()

  constructor(options: DrillFleetOptions) {
    this.options = options
    this.node = options.node
    const { replica } = options
    for (const key of [...replica.under(DRILLS).keys()]) this.read(key.slice(DRILLS.length))
    replica.onChange(keys => {
      for (const key of keys) if (key.startsWith(DRILLS)) this.hear(key.slice(DRILLS.length))
    })
  }

  list(): readonly DrillRecord[] {
    this.listed ??= [...this.known.values()]
      .map(({ record }) => record)
      .sort((a, b) => Number(a.drill.id) - Number(b.drill.id))
    return this.listed
  }

  get(id: string): DrillRecord | undefined {
    return this.known.get(id)?.record
  }

  async add(make: (id: string) => DrillRecord): Promise<DrillRecord> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const id = String(Math.max(0, ...[...this.known.keys()].map(Number)) + 1)
      const record = { ...make(id), runner: this.node }
      if ((await this.write(record, undefined)) !== undefined) return record
    }
    throw new Error(`drills: others were faster ${MOST_TRIES} times`)
  }

  put(record: DrillRecord): void {
    const { id } = record.drill
    this.know(id, { ...this.known.get(id)!, record }) // of one that is known
  }

  async save(record: DrillRecord): Promise<void> {
    const { id } = record.drill
    const before = this.known.get(id)
    if (before?.kept === record) return
    if ((await this.write(record, before)) === undefined)
      throw new Overtaken(`another node has done something with drill ${id}`)
    await this.forgetOldest()
  }

  isOwn({ runner }: DrillRecord): boolean {
    return runner === this.node && this.isLive
  }

  isOrphan({ runner }: DrillRecord): boolean {
    const { replica } = this.options
    return this.isLive && runner !== this.node && replica.get(MEMBERS + runner) === undefined
  }

  async claim(record: DrillRecord): Promise<DrillRecord> {
    const { replica } = this.options
    const own = { ...record, runner: this.node }
    await this.save(own)
    // What was done for it before this may be under way to us still.
    if (!(await replica.hears(this.versionOf(own.drill.id), HEAR_MS)))
      throw new StoreAway('etcd answers, but tells nothing of what happens')
    return own
  }

  unchanged(id: string): Unchanged {
    return [[DRILLS + id, this.versionOf(id)]]
  }

  onChange(listener: (record: DrillRecord) => void): void {
    this.listeners.push(listener)
  }

  onGone(listener: (record: DrillRecord) => void): void {
    this.goneListeners.push(listener)
  }

  async settled(): Promise<void> {}

  private get isLive(): boolean {
    return this.options.replica.standing().kind === 'live'
  }

  private versionOf(id: string): number {
    return this.known.get(id)?.version ?? 0
  }

  private know(id: string, known: Known | undefined): void {
    if (known === undefined) this.known.delete(id)
    else this.known.set(id, known)
    this.listed = undefined
  }

  /** @returns undefined where somebody was faster; then what there is now is known */
  private async write(record: DrillRecord, before: Known | undefined): Promise<number | undefined> {
    const { replica } = this.options
    const { id } = record.drill
    const key = DRILLS + id
    demand(replica)
    const begins = isUnderWay(record.drill) && before?.kept.drill.phase.kind === 'planned'
    const turn = begins ? [[TURN, replica.get(TURN)?.version ?? 0] as const] : []
    this.writing.add(id)
    try {
      const version = await replica.commit({
        unchanged: [[key, before?.version ?? 0], ...turn],
        put: [{ key, value: packRecord(record) }, ...(begins ? [{ key: TURN, value: id }] : [])],
      })
      // The turn is not read anew: whose it was is to be known by then, and the watch tells of both at once.
      if (version === undefined) await replica.refetch(key)
      else this.know(id, { record, kept: record, version })
      return version
    } finally {
      this.writing.delete(id)
      if ((replica.get(key)?.version ?? 0) > this.versionOf(id)) this.hear(id)
    }
  }

  private hear(id: string): void {
    if (this.writing.has(id)) return
    const before = this.get(id)
    this.read(id)
    const record = this.get(id)
    if (record !== undefined) for (const listener of this.listeners) listener(record)
    // As where the store has lost its data.
    else if (before !== undefined) for (const listener of this.goneListeners) listener(before)
  }

  private read(id: string): void {
    const entry = this.options.replica.get(DRILLS + id)
    if (entry === undefined) {
      this.know(id, undefined)
      return
    }
    const { value, version } = entry
    if (version <= this.versionOf(id)) return
    const record = unpackRecord(value)
    if (isRecord(record)) this.know(id, { record, kept: record, version })
    else this.options.onProblem(`what etcd holds as drill ${id} is damaged, or of another release`, undefined)
  }

  private async forgetOldest(): Promise<void> {
    const over = this.list().filter(({ drill }) => drill.phase.kind === 'over')
    for (const { drill } of over.slice(0, Math.max(0, over.length - MOST_OVER))) {
      const key = DRILLS + drill.id
      const gone = await this.options.replica.commit({ unchanged: this.unchanged(drill.id), put: [], remove: [key] })
      if (gone !== undefined) this.know(drill.id, undefined)
    }
  }
}
