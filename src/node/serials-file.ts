// The serials of zones on disk, so that they grow over restarts too.
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { replaceWhole } from '../control-plane/state/replace-whole.js'
import type { CountSerial, TrafficDocument } from '../control-plane/traffic/document.js'
import { countSerial, remember, type Serials } from '../control-plane/transfer/serials.js'
import type { Log } from '../log.js'

export class SerialsFile {
  private readonly path: string
  private readonly log: Log
  private serials: Serials

  /** What cannot be read is forgotten: serials then go on from the time. */
  constructor(path: string, log: Log) {
    this.path = path
    this.log = log
    this.serials = this.read()
  }

  /** How the serial of a zone is counted now. */
  readonly count = (): CountSerial => countSerial(this.serials, Math.floor(Date.now() / 1000))

  /** To be called, and waited for, before a document is served: a serial that somebody may have seen is never forgotten. */
  async served(document: TrafficDocument): Promise<void> {
    const before = this.serials
    this.serials = remember(before, document)
    if (isDeepStrictEqual(before, this.serials)) return
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
      await replaceWhole(this.path, JSON.stringify(this.serials))
    } catch (err) {
      this.log.warn({ err }, `${this.path} cannot be written`)
    }
  }

  private read(): Serials {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Serials // what served has written
    } catch (err) {
      const none = err instanceof Error && 'code' in err && err.code === 'ENOENT'
      if (!none) this.log.warn({ err }, `${this.path} cannot be read; serials go on from the time`)
      return {}
    }
  }
}
