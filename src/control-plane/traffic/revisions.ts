// Revisions: every document that was ever in force, numbered, with who, when, why and what changed; kept in a journal.
import { join } from 'node:path'
import { type Extent, Journal } from '../state/journal.js'
import { NO_HASH } from '../state/journal-line.js'
import type { Change } from './diff.js'
import { fits, type Limits, pruned } from './revision-limits.js'
import { isRevisionLine, type Revision, type RevisionLine, revisionIn, textIn } from './revision-line.js'
import { type Base, keptText } from './revision-text.js'
import type { Author } from './store.js'

/** A revision that is about to be written, or was found. */
export interface NewRevision extends Author {
  /** The hash of its content, as a store tells it. */
  readonly revision: string
  readonly text: string
  readonly changes: readonly Change[]
  readonly note?: string | undefined
}

export interface RevisionsOptions {
  readonly limits: Limits
  /** Epoch ms. */
  readonly now?: () => number
  /** What an operator should look at: damage, or a disk that takes nothing. */
  readonly onProblem: (sentence: string, error?: unknown) => void
}

interface Kept {
  readonly revision: Revision
  readonly extent: Extent
  /** The revision from whose text this one's is told; undefined where it is kept whole. */
  readonly on: number | undefined
}

/** More differences than these are counted and not kept: the texts tell them all. */
const MAX_CHANGES = 200

export class Revisions {
  private readonly journal: Journal
  private readonly options: RevisionsOptions
  private kept: Kept[] = []
  /** Written before the document was replaced, and not known to have come into force; oldest first. */
  private intended: Kept[] = []
  /** Of all that are kept. */
  private bytes = 0
  private next = 1
  /** What the next text is told from; undefined where that is not at hand. */
  private base: Base | undefined
  /** What it will be when intended ones have come into force, by their numbers. */
  private readonly bases = new Map<number, Base>()
  /** What came into force last, on its way to the disk. */
  private confirming: Promise<void> = Promise.resolve()
  /** The journal is being made shorter; until then nothing may be written to it. */
  private shortening: Promise<void> | undefined

  private constructor(journal: Journal, options: RevisionsOptions) {
    this.journal = journal
    this.options = options
  }

  /** Reads what is kept in a folder; begins where nothing is. */
  static async open(folder: string, options: RevisionsOptions): Promise<Revisions> {
    const { journal, lines, damaged, torn } = await Journal.open(join(folder, 'revisions.log'), NO_HASH)
    if (damaged.length > 0)
      options.onProblem(`${journal.path}: lines ${damaged.join(', ')} are damaged, or were changed by hand`)
    if (torn > 0) options.onProblem(`${journal.path}: ${torn} bytes of a change that was never in force are gone`)
    const revisions = new Revisions(journal, options)
    for (const { record, offset, length } of lines)
      if (isRevisionLine(record)) revisions.take(record, { offset, length })
    return revisions
  }

  /** Oldest first; what never came into force is not among them. */
  list(): readonly Revision[] {
    return this.kept.map(({ revision }) => revision)
  }

  get(number: number): Revision | undefined {
    return this.kept.find(({ revision }) => revision.number === number)?.revision
  }

  /** The newest with this hash: a document that came back has several. */
  withHash(hash: string): Revision | undefined {
    return this.kept.findLast(({ revision }) => revision.revision === hash)?.revision
  }

  latest(): Revision | undefined {
    return this.kept.at(-1)?.revision
  }

  /** The document of a revision as it was written, with its comments. Undefined where it is not kept any more. */
  async text(number: number): Promise<string | undefined> {
    // The journal may be made shorter.
    await this.confirming
    // All at once: from now on they may get other places.
    return textIn(await this.linesTo(number))
  }

  private linesTo(number: number): Promise<readonly unknown[]> {
    return Promise.all(this.wayTo(number).map(({ extent }) => this.journal.read(extent)))
  }

  /** The revision and those that its text is told from, the one that is kept whole first; nothing where one is missing. */
  private wayTo(number: number): readonly Kept[] {
    const way: Kept[] = []
    for (let at: number | undefined = number; at !== undefined; ) {
      const wanted: number = at
      const kept = this.kept.findLast(({ revision }) => revision.number === wanted)
      if (kept === undefined) return []
      way.push(kept)
      at = kept.on
    }
    return way.reverse()
  }

  /**
   * To be called at a start with the document that is there: tells a change that came into force just before a crash from one
   * that did not, and from one that was made by hand meanwhile, which becomes a revision itself.
   */
  async begin(hash: string, found: () => NewRevision): Promise<void> {
    // Of those that were written together the last is the one that is there, if any is.
    const last = this.intended.findLastIndex(({ revision }) => revision.revision === hash)
    await this.conclude('live', this.intended.slice(0, last + 1))
    await this.conclude('void', this.intended)
    if (this.latest()?.revision !== hash) await this.record(found())
  }

  /** What is in force already; on the disk when it resolves. */
  async record(revision: NewRevision): Promise<void> {
    await this.intend([revision])
    await this.confirm()
  }

  /** To be called before the document is replaced: changes that cannot be written down are not made. */
  async intend(revisions: readonly NewRevision[]): Promise<void> {
    await this.shortening
    const at = new Date(this.options.now?.() ?? Date.now()).toISOString()
    const bases: Base[] = []
    const lines = revisions.map(({ text, changes, ...rest }, i) => {
      const number = this.next + i
      const before = bases.at(-1) ?? this.base
      const kept = keptText(text, before)
      bases.push({ number, text, steps: 'delta' in kept ? (before?.steps ?? 0) + 1 : 0 })
      return {
        kind: 'revision' as const,
        number,
        at,
        ...rest,
        changeCount: changes.length,
        changes: changes.slice(0, MAX_CHANGES),
        ...kept,
      }
    })
    const extents = await Promise.all(lines.map(line => this.journal.append(line)))
    for (const [i, line] of lines.entries()) this.take(line, extents[i]!)
    for (const base of bases) this.bases.set(base.number, base)
  }

  /**
   * The document has been replaced, and is in history when this returns. Nobody need wait for the disk: what is not written is
   * found out at the next start, from the document that is there. Resolves when it is, and never rejects.
   */
  confirm(): Promise<void> {
    const written = this.conclude('live', this.intended)
    if (fits(this.kept.length, this.bytes, this.options.limits)) this.confirming = written
    else this.confirming = this.shortening = written.then(() => this.prune())
    return this.confirming
  }

  /** The document could not be replaced. */
  abandon(): Promise<void> {
    return this.conclude('void', this.intended)
  }

  async close(): Promise<void> {
    await this.confirming
    await this.journal.close()
  }

  private async conclude(kind: 'live' | 'void', intended: readonly Kept[]): Promise<void> {
    const lines = intended.map(({ revision }) => ({ kind, number: revision.number }))
    for (const [i, line] of lines.entries()) this.take(line, intended[i]!.extent)
    await Promise.all(lines.map(line => this.journal.append(line))).catch(error => {
      this.options.onProblem(`${this.journal.path} cannot be written`, error)
    })
  }

  private take(line: RevisionLine, extent: Extent): void {
    switch (line.kind) {
      case 'revision': {
        this.intended.push({ revision: revisionIn(line), extent, on: 'delta' in line ? line.delta.on : undefined })
        this.next = Math.max(this.next, line.number + 1)
        return
      }
      case 'live': {
        const live = this.intended.find(({ revision }) => revision.number === line.number)
        if (live === undefined) return
        this.intended = this.intended.filter(one => one !== live)
        this.kept.push(live)
        this.bytes += live.extent.length
        this.base = this.bases.get(line.number)
        this.bases.delete(line.number)
        return
      }
      case 'void':
        this.bases.delete(line.number)
        this.intended = this.intended.filter(({ revision }) => revision.number !== line.number)
        return
    }
  }

  private async prune(): Promise<void> {
    const keep = this.kept.slice(
      -pruned(
        this.kept.map(({ extent }) => extent.length),
        this.options.limits,
      ),
    )
    try {
      const lines: RevisionLine[] = []
      const oldest = keep[0]!.revision.number // one is kept at least
      for (const { extent, revision, on } of keep) {
        // What it was told from goes.
        const line = isToldFrom(on, oldest)
          ? { kind: 'revision', ...revision, text: textIn(await this.linesTo(revision.number)) }
          : await this.journal.read(extent)
        if (!isRevisionLine(line)) throw new Error(`revision ${revision.number} cannot be read back`)
        lines.push(line, { kind: 'live', number: revision.number })
      }
      const extents = await this.journal.rewrite(lines)
      this.kept = keep.map(({ revision, on }, i) => ({
        revision,
        extent: extents[2 * i]!,
        on: isToldFrom(on, oldest) ? undefined : on,
      }))
      this.bytes = this.kept.reduce((sum, { extent }) => sum + extent.length, 0)
    } catch (error) {
      this.options.onProblem(`${this.journal.path} could not be shortened`, error)
    }
  }
}

/** Whether a text is told from a revision that is older than the oldest that is kept. */
const isToldFrom = (on: number | undefined, oldest: number): boolean => on !== undefined && on < oldest
