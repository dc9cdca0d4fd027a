// Health on disk, so that a restart neither forgets nor waits.
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Prober } from '../control-plane/health/prober.js'
import type { Log } from '../log.js'

/** Health that was saved longer ago than this is not believed at a start, ms. */
const SAVED_HEALTH_MS = 60_000
/** Health is saved no more often than this, ms. */
const SAVE_EVERY_MS = 1000

export class HealthFile {
  private readonly path: string
  private readonly prober: Prober
  private readonly log: Log
  private timer: NodeJS.Timeout | undefined

  constructor(path: string, prober: Prober, log: Log) {
    this.path = path
    this.prober = prober
    this.log = log
  }

  async restore(): Promise<void> {
    try {
      this.prober.restore(JSON.parse(await readFile(this.path, 'utf8')), SAVED_HEALTH_MS, Date.now())
    } catch (err) {
      const none = err instanceof Error && 'code' in err && err.code === 'ENOENT'
      if (!none) this.log.warn({ err }, `${this.path} cannot be read; health begins anew`)
    }
  }

  save(): void {
    this.timer ??= setTimeout(() => void this.write(), SAVE_EVERY_MS).unref()
  }

  async write(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const aside = `${this.path}.new`
    try {
      await writeFile(aside, JSON.stringify(this.prober.saved()))
      await rename(aside, this.path)
    } catch (err) {
      this.log.warn({ err }, `${this.path} cannot be written`)
    }
  }
}
