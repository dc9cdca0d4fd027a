// Revisions: every document that was ever in force, numbered, with who, when, why and what changed; kept in a journal.
import { join } from 'node:path'
import { type Extent, Journal } from '../state/journal.js'
import { NO_HASH } from '../state/journal-line.js'
import type { Change } from './diff.js'
import { fits, type Limits, pruned } from './revision-limits.js'
import { isRevisionLine, type Revision, type RevisionLine } from './revision-line.js'
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
}

/** More differences than these are counted and not kept: the texts tell them all. */
const MAX_CHANGES = 200

export class Revisions {
  private readonly journal: Journal
  private readonly options: RevisionsOptions
  private kept: Kept[] = []
  /** Written before the document was replaced, and not known to have come into force. */
  private intended: Kept | undefined
  private next = 1

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
    const kept = this.kept.find(({ revision }) => revision.number === number)
    if (kept === undefined) return undefined
    const line = await this.journal.read(kept.extent)
    return isRevisionLine(line) && line.kind === 'revision' ? line.text : undefined
  }

  /**
   * To be called at a start with the document that is there: tells a change that came into force just before a crash from one
   * that did not, and from one that was made by hand meanwhile, which becomes a revision itself.
   */
  async begin(hash: string, found: () => NewRevision): Promise<void> {
    const { intended } = this
    if (intended !== undefined) await this.conclude(intended.revision.revision === hash ? 'live' : 'void')
    if (this.latest()?.revision !== hash) await this.record(found())
  }

  /** What is in force already; on the disk when it resolves. */
  async record(revision: NewRevision): Promise<void> {
    await this.intend(revision)
    await this.confirm()
  }

  /** To be called before the document is replaced: a change that cannot be written down is not made. */
  async intend({ text, changes, ...rest }: NewRevision): Promise<void> {
    const line: RevisionLine = {
      kind: 'revision',
      number: this.next,
      at: new Date(this.options.now?.() ?? Date.now()).toISOString(),
      ...rest,
      changeCount: changes.length,
      changes: changes.slice(0, MAX_CHANGES),
      text,
    }
    this.take(line, await this.journal.append(line))
  }

  /** The document has been replaced. What cannot be written now is found out at the next start. */
  async confirm(): Promise<void> {
    await this.conclude('live')
    if (!fits(this.sizes(), this.options.limits)) await this.prune()
  }

  /** The document could not be replaced. */
  abandon(): Promise<void> {
    return this.conclude('void')
  }

  close(): Promise<void> {
    return this.journal.close()
  }

  private async conclude(kind: 'live' | 'void'): Promise<void> {
    const { intended } = this
    if (intended === undefined) return
    const line = { kind, number: intended.revision.number }
    this.take(line, intended.extent)
    await this.journal.append(line).catch(error => {
      this.options.onProblem(`${this.journal.path} cannot be written`, error)
    })
  }

  private take(line: RevisionLine, extent: Extent): void {
    switch (line.kind) {
      case 'revision': {
        const { kind: _, text: __, ...revision } = line
        this.intended = { revision, extent }
        this.next = Math.max(this.next, line.number + 1)
        return
      }
      case 'live':
        if (this.intended?.revision.number === line.number) this.kept.push(this.intended)
        this.intended = undefined
        return
      case 'void':
        this.intended = undefined
        return
    }
  }

  private readonly sizes = (): readonly number[] => this.kept.map(({ extent }) => extent.length)

  private async prune(): Promise<void> {
    const keep = this.kept.slice(-pruned(this.sizes(), this.options.limits))
    try {
      const lines: RevisionLine[] = []
      for (const { extent, revision } of keep) {
        const line = await this.journal.read(extent)
        if (!isRevisionLine(line)) throw new Error(`revision ${revision.number} cannot be read back`)
        lines.push(line, { kind: 'live', number: revision.number })
      }
      const extents = await this.journal.rewrite(lines)
      this.kept = keep.map(({ revision }, i) => ({ revision, extent: extents[2 * i]! }))
    } catch (error) {
      this.options.onProblem(`${this.journal.path} could not be shortened`, error)
    }
  }
}
