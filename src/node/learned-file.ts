// What was learned of latency, on disk: one file a table, written anew every few minutes and at the end.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LearnedLatency } from '../control-plane/geo/learned-latency.js'
import { replaceWhole } from '../control-plane/state/replace-whole.js'
import type { Log } from '../log.js'

/** The form of the file; one of another form is left alone. */
const FORM = 'meridian learned latency 1'

export class LearnedFiles {
  private readonly folder: string
  private readonly log: Log
  /** Of each table, the samples that were heard when it was written last. */
  private readonly written = new Map<string, number>()

  constructor(folder: string, log: Log) {
    this.folder = folder
    this.log = log
  }

  /** What cannot be read is forgotten, and told of: it is learned again. */
  async restore(tables: ReadonlyMap<string, LearnedLatency>): Promise<void> {
    for (const [name, table] of tables) {
      try {
        const [form, ...lines] = (await readFile(this.file(name), 'utf8')).trimEnd().split('\n')
        if (form !== FORM) throw new Error('it is of another form')
        table.restore(lines)
      } catch (err) {
        const none = err instanceof Error && 'code' in err && err.code === 'ENOENT'
        if (!none) this.log.warn({ err }, `${this.file(name)} cannot be used; the latency table ${name} begins anew`)
      }
    }
  }

  /** Writes those that have heard something since. */
  async write(tables: ReadonlyMap<string, LearnedLatency>): Promise<void> {
    for (const [name, table] of tables) {
      const { samples } = table.counts()
      if (samples === (this.written.get(name) ?? 0)) continue
      try {
        await mkdir(this.folder, { recursive: true, mode: 0o700 })
        await replaceWhole(this.file(name), `${[FORM, ...table.saved()].join('\n')}\n`)
        this.written.set(name, samples)
      } catch (err) {
        this.log.warn({ err }, `${this.file(name)} cannot be written`)
      }
    }
  }

  private file(name: string): string {
    return join(this.folder, `${name}.learned`)
  }
}
