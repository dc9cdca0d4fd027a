// The serials of zones on disk, so that they grow over restarts too. Of zones that change again and again it is written once for
// many changes how far their serials may come: an edit need not wait for the disk, and after a crash they go on from there.
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { replaceWhole } from '../control-plane/state/replace-whole.js'
import type { CountSerial, TrafficDocument } from '../control-plane/traffic/document.js'
import { countSerial, type Numbered, remember, type Serials } from '../control-plane/transfer/serials.js'
import { serialAfter } from '../dns/serial.js'
import type { Log } from '../log.js'

/** A change this soon after one that was written, ms, is one of many. */
const BUSY_MS = 2000
/** After so long without a change, ms, what is known is written as it is. */
const QUIET_MS = 1000
/** So many changes are written at once: ten seconds of a hundred edits each. */
const AHEAD = 1000

/** `upTo`: the zone may have had any content and any serial up to this one since. */
type Written = Readonly<Record<string, Numbered & { readonly upTo?: number }>>

export class SerialsFile {
  private readonly path: string
  private readonly log: Log
  /** ms of any clock that never goes back. */
  private readonly now: () => number
  private serials: Serials
  /** What is on the disk, or will be when `writing` has resolved. */
  private written: Written
  private wroteAt = -Infinity
  private writing: Promise<void> = Promise.resolve()
  private timer: NodeJS.Timeout | undefined

  /** What cannot be read is forgotten: serials then go on from the time. */
  constructor(path: string, log: Log, now: () => number = () => performance.now()) {
    this.path = path
    this.log = log
    this.now = now
    this.written = this.read()
    this.serials = known(this.written)
  }

  /** How the serial of a zone is counted now. */
  readonly count = (): CountSerial => countSerial(this.serials, Math.floor(Date.now() / 1000))

  /** To be called, and waited for, before a document is served: a serial that somebody may have seen is never forgotten. */
  async served(document: TrafficDocument): Promise<void> {
    const before = this.serials
    this.serials = remember(before, document)
    if (isDeepStrictEqual(before, this.serials)) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.write(0), QUIET_MS).unref()
    if (Object.entries(this.serials).every(([name, own]) => covers(this.written[name], own))) return
    await this.write(this.now() - this.wroteAt < BUSY_MS ? AHEAD : 0)
  }

  /** Writes what is known as it is. */
  async close(): Promise<void> {
    clearTimeout(this.timer)
    await this.write(0)
  }

  /** @param ahead how far serials may go on before it is written again, of zones that have changed */
  private async write(ahead: number): Promise<void> {
    const next = withRoom(this.serials, this.written, ahead)
    if (!isDeepStrictEqual(next, this.written)) {
      this.written = next
      this.wroteAt = this.now()
      this.writing = this.writing.then(() => this.replace(next))
    }
    await this.writing
  }

  private async replace(next: Written): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
      await replaceWhole(this.path, JSON.stringify(next))
    } catch (err) {
      this.written = {}
      this.log.warn({ err }, `${this.path} cannot be written`)
    }
  }

  private read(): Written {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Written // what replace has written
    } catch (err) {
      const none = err instanceof Error && 'code' in err && err.code === 'ENOENT'
      if (!none) this.log.warn({ err }, `${this.path} cannot be read; serials go on from the time`)
      return {}
    }
  }
}

/** Whether what is on the disk is enough for the zone never to have a lower serial, or this one with another content. */
function covers(written: Written[string] | undefined, { serial, digest }: Numbered): boolean {
  if (written === undefined) return false
  const { upTo } = written
  if (upTo === undefined) return written.serial === serial && written.digest === digest
  return !serialAfter(serial, upTo) && !serialAfter(written.serial, serial)
}

function withRoom(serials: Serials, written: Written, ahead: number): Written {
  return Object.fromEntries(
    Object.entries(serials).map(([name, own]) => {
      const { upTo, ...before } = written[name] ?? {}
      const asBefore = upTo === undefined && isDeepStrictEqual(before, own)
      return [name, ahead === 0 || asBefore ? own : { ...own, upTo: (own.serial + ahead) >>> 0 }]
    }),
  )
}

/** No content has this digest. */
const ANY = ''

/** What was left by a node that was stopped, or by one that crashed amid many changes. */
const known = (written: Written): Serials =>
  Object.fromEntries(
    Object.entries(written).map(([name, { upTo, ...own }]) => [
      name,
      upTo === undefined ? own : { serial: upTo, digest: ANY },
    ]),
  )
