// The audit log: every change and every refusal, in a chain that shows when a line was changed or taken out.
import { readFile, rename } from 'node:fs/promises'
import { Journal } from '../state/journal.js'
import { NO_HASH, readLines } from '../state/journal-line.js'
import { isMap } from '../traffic/edit-value.js'

/** What somebody did or was kept from doing; JSON values only. */
export interface AuditEntry {
  readonly actor: string
  readonly what: string
  readonly [detail: string]: unknown
}

/** An entry with its time, RFC 3339, and its number since the node was started or, before that, back from there. */
export interface KeptEntry extends AuditEntry {
  readonly at: string
  readonly number: number
}

/** Entries that are at hand without reading the file. */
const RECENT = 2000

/** Bytes after which a new file is begun; the one before is kept. */
const MAX_BYTES = 64e6

/** The file before: its chain goes on in the newer one. */
export const olderFile = (path: string): string => `${path}.1`

export class Audit {
  private journal: Journal
  private readonly onProblem: (sentence: string, error: unknown) => void
  private readonly now: () => number
  private readonly maxBytes: number
  private turning: Promise<void> = Promise.resolve()
  /** Oldest first. */
  private readonly recent: KeptEntry[]

  private constructor(
    journal: Journal,
    recent: KeptEntry[],
    { onProblem, now = Date.now, maxBytes = MAX_BYTES }: AuditOptions,
  ) {
    this.journal = journal
    this.recent = recent
    this.onProblem = onProblem
    this.now = now
    this.maxBytes = maxBytes
  }

  static async open(path: string, options: AuditOptions): Promise<Audit> {
    const before = await lastHash(olderFile(path))
    const { journal, lines, damaged } = await Journal.open(path, before)
    if (damaged.length > 0)
      options.onProblem(`${path}: lines ${damaged.slice(0, 10).join(', ')} are damaged, or were changed`, undefined)
    const recent = lines
      .slice(-RECENT)
      .flatMap(({ record }, i) => (isEntry(record) ? [{ ...record, number: i + 1 }] : []))
    return new Audit(journal, recent, options)
  }

  /** The hash of the last line: noted elsewhere, it shows later whether the end was cut off. */
  get head(): string {
    return this.journal.head
  }

  /** On the disk when it resolves; never rejects: what was done is done, and what cannot be written is told. */
  async record(entry: AuditEntry): Promise<void> {
    try {
      await this.turn()
      const kept = { at: new Date(this.now()).toISOString(), ...entry }
      await this.journal.append(kept)
      this.recent.push({ ...kept, number: (this.recent.at(-1)?.number ?? 0) + 1 })
      if (this.recent.length > RECENT) this.recent.shift()
    } catch (error) {
      this.onProblem(`an entry of the audit log could not be written: ${entry.actor}, ${entry.what}`, error)
    }
  }

  /** The last entries that are on the disk, newest first; `before` is the number of one, `wanted` picks. */
  list(limit: number, before = Infinity, wanted: (entry: KeptEntry) => boolean = () => true): readonly KeptEntry[] {
    const found: KeptEntry[] = []
    for (let i = this.recent.length - 1; i >= 0 && found.length < limit; i--) {
      const entry = this.recent[i]!
      if (entry.number < before && wanted(entry)) found.push(entry)
    }
    return found
  }

  close(): Promise<void> {
    return this.journal.close()
  }

  private turn(): Promise<void> {
    this.turning = this.turning.then(async () => {
      if (this.journal.length < this.maxBytes) return
      const { path, head } = this.journal
      await this.journal.close()
      await rename(path, olderFile(path))
      this.journal = (await Journal.open(path, head)).journal
    })
    return this.turning
  }
}

export interface AuditOptions {
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now?: () => number
  readonly maxBytes?: number
}

export interface Verified {
  readonly lines: number
  /** Sentences; empty: nothing was changed or taken out between the first line and the last. */
  readonly faults: readonly string[]
  readonly head: string
  /** Whether a hash that was asked for is among them; true where none was. */
  readonly has: boolean
}

/** Reads the log and the file before it, and follows the chain from one end to the other. @throws where there is none */
export async function verifyAudit(path: string, known?: string): Promise<Verified> {
  const older = await readFile(olderFile(path)).catch(() => undefined)
  const files = [
    ...(older === undefined ? [] : [{ path: olderFile(path), bytes: older }]),
    { path, bytes: await readFile(path) },
  ]
  const faults: string[] = []
  let lines = 0
  let has = known === undefined
  // The first line follows what is not there any more, unless nothing was before it.
  let head: string | undefined = older === undefined ? NO_HASH : undefined
  for (const { path, bytes } of files) {
    const read = readLines(bytes, head)
    faults.push(...read.damaged.map(line => `${path}: line ${line} was changed, or a line before it was taken out`))
    if (read.whole < bytes.length) faults.push(`${path}: the last line is torn`)
    lines += read.lines.length
    has ||= read.lines.some(({ hash }) => hash === known)
    head = read.lines.at(-1)?.hash ?? head
  }
  return { lines, faults, head: head ?? NO_HASH, has }
}

/** Bytes from the disk. */
const isEntry = (record: unknown): record is AuditEntry & { readonly at: string } =>
  isMap(record) &&
  typeof record['actor'] === 'string' &&
  typeof record['what'] === 'string' &&
  typeof record['at'] === 'string'

async function lastHash(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes === undefined ? NO_HASH : (readLines(bytes).lines.at(-1)?.hash ?? NO_HASH)
}
