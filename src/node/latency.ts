// Latency on a node: the desk, joined to its clock and its files.
import { LatencyDesk } from '../control-plane/operate/latency-desk.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import type { Log } from '../log.js'
import { LearnedFiles } from './learned-file.js'

/** How often what was learned is written down, ms. */
const SAVE_EVERY_MS = 300_000
/** How often it is looked whether a table is due, ms. */
const LOOK_MS = 1000

interface NodeLatencyOptions extends Omit<ConstructorParameters<typeof LatencyDesk>[0], 'now' | 'onHeld'> {
  /** Where learned tables are kept. */
  readonly folder: string
  readonly log: Log
}

export class NodeLatency {
  readonly desk: LatencyDesk
  private readonly files: LearnedFiles
  private readonly log: Log
  private timer: NodeJS.Timeout | undefined
  private refreshedAt = 0
  private savedAt = Date.now()

  constructor({ folder, log, ...options }: NodeLatencyOptions) {
    this.desk = new LatencyDesk({
      ...options,
      now: Date.now,
      onHeld: (table, why) => log.error({ table, why }, `latency table ${table} stays as it is: ${why.join('; ')}`),
    })
    this.files = new LearnedFiles(folder, log)
    this.log = log
  }

  /** What was known before a restart, before anything is served. */
  async restore(document: TrafficDocument): Promise<void> {
    this.desk.learning.configure(document)
    await this.files.restore(this.desk.learning.learned())
  }

  /** From now on what is learned comes into force. */
  start(): void {
    const look = async (): Promise<void> => {
      await this.look(Date.now()).catch(err => this.log.error({ err }, 'what was learned of latency is not in force'))
      if (this.timer !== undefined) this.timer = setTimeout(look, LOOK_MS).unref()
    }
    this.timer = setTimeout(look, LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.files.write(this.desk.learning.learned())
  }

  private async look(now: number): Promise<void> {
    const due = this.desk.learning.refreshMs()
    if (now - this.refreshedAt >= due) {
      this.refreshedAt = now
      await this.desk.refresh()
    }
    if (now - this.savedAt < SAVE_EVERY_MS) return
    this.savedAt = now
    await this.files.write(this.desk.learning.learned())
  }
}
