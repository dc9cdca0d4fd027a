// Drills as they are kept over a restart: a file each, which is replaced as a whole, in a folder of the state directory.
import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { KeptValue, readKept } from '../state/kept-value.js'
import type { Unchanged } from '../state/shared-value.js'
import { isMap } from '../traffic/edit-value.js'
import type { DrillRecord } from './drill-record.js'
import type { DrillShelf } from './drill-shelf.js'

/** Those that are over beyond this many are forgotten, the oldest first. */
const MOST_OVER = 200

const fileOf = (id: string): string => `${id}.json`

export class DrillBook implements DrillShelf {
  /** It is alone. */
  readonly node = undefined
  private readonly folder: string
  private readonly files = new Map<string, KeptValue<DrillRecord>>()
  private readonly records = new Map<string, DrillRecord>()
  private last = 0

  private constructor(folder: string) {
    this.folder = folder
  }

  /** A file that cannot be used is told of, and left alone. @throws where the folder cannot be made or read */
  static async open(folder: string, onProblem: (sentence: string, error: unknown) => void): Promise<DrillBook> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const book = new DrillBook(folder)
    const ids = (await readdir(folder)).flatMap(name => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
    for (const id of ids.sort((a, b) => Number(a) - Number(b))) {
      book.last = Math.max(book.last, Number(id))
      try {
        const record = await readKept(join(folder, fileOf(id)), isRecord)
        if (record !== undefined) book.records.set(id, record)
      } catch (error) {
        onProblem(`${join(folder, fileOf(id))} cannot be used: drill ${id} is not known any more`, error)
      }
    }
    return book
  }

  /** Oldest first. */
  list(): readonly DrillRecord[] {
    return [...this.records.values()]
  }

  get(id: string): DrillRecord | undefined {
    return this.records.get(id)
  }

  /** On the disk with the first `save`. An id is given once, as long as a newer one is kept. */
  async add(make: (id: string) => DrillRecord): Promise<DrillRecord> {
    const record = make(String(++this.last))
    this.put(record)
    return record
  }

  /** What is known of it from now on; what is on the disk is for `save`. */
  put(record: DrillRecord): void {
    this.records.set(record.drill.id, record)
  }

  /** On the disk when it resolves, whether or not it is what is known. Rejects with the system's error. */
  async save(record: DrillRecord): Promise<void> {
    const { id } = record.drill
    const file = this.files.get(id) ?? new KeptValue<DrillRecord>(join(this.folder, fileOf(id)))
    this.files.set(id, file)
    await file.save(record)
    await this.forgetOldest()
  }

  isOwn(): boolean {
    return true
  }

  isOrphan(): boolean {
    return false
  }

  async claim(record: DrillRecord): Promise<DrillRecord> {
    return record
  }

  unchanged(): Unchanged {
    return []
  }

  /** Nobody else writes. */
  onChange(): void {}

  onGone(): void {}

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.files.values()].map(file => file.settled()))
  }

  private async forgetOldest(): Promise<void> {
    const over = this.list().filter(({ drill }) => drill.phase.kind === 'over')
    for (const { drill } of over.slice(0, Math.max(0, over.length - MOST_OVER))) {
      this.records.delete(drill.id)
      this.files.delete(drill.id)
      await unlink(join(this.folder, fileOf(drill.id)))
    }
  }
}

/** What comes back from a file is not believed on its word. */
export const isRecord = (value: unknown): value is DrillRecord => {
  if (!isMap(value) || !Array.isArray(value['seconds']) || !isMap(value['drill'])) return false
  const { id, plan, phase, timeline } = value['drill']
  return (
    typeof id === 'string' &&
    isMap(plan) &&
    isMap(phase) &&
    ['targets', 'steps', 'back'].every(key => Array.isArray(plan[key])) &&
    isMap(plan['guards']) &&
    ['planned', 'out', 'back', 'over'].includes(String(phase['kind'])) &&
    Array.isArray(timeline)
  )
}
