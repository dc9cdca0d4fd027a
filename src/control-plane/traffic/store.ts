// The port to wherever the traffic document is kept: read, change at once or not at all, and be told of changes.
import type { TrafficDocument } from './document.js'
import type { Edit } from './edit.js'
import { formatProblem, type Problem } from './problem.js'
import type { Revision } from './revision-line.js'

/** Who made a change, and why. */
export interface Author {
  /** The name of a token, `file` for whoever edits by hand, or what a protocol calls the sender. */
  readonly actor: string
  readonly reason?: string | undefined
  /** Ids of the safety rules that were overridden for it. */
  readonly overrode?: readonly string[] | undefined
}

export interface EditOptions extends Partial<Omit<Author, 'overrode'>> {
  /** The change is made to this revision and to no other. */
  readonly ifRevision?: string | undefined
  /** Only finds out what would come of it. */
  readonly dryRun?: boolean | undefined
  /**
   * Asked when the outcome is known and sound, and before it is written; not in a dry run. What it throws leaves everything
   * as it is.
   */
  readonly guard?: ((outcome: Loaded) => Passage) | undefined
}

/** A change that was let pass and is not in force yet. */
export interface Passage {
  /** Ids of the safety rules that were overridden. */
  readonly overrode: readonly string[]
  /** To be called once, with whether it came into force; of those that did not, the last one first. */
  settle(happened: boolean): void
}

/** What to write, given what is there when its turn has come: edits, or a whole text. What it throws keeps all as it is. */
export type Plan = (loaded: Loaded) => readonly Edit[] | string

export interface Loaded {
  readonly document: TrafficDocument
  /** What is odd in its zone files, and does no harm. */
  readonly warnings?: readonly Problem[]
  /** The document as it is written: what the paths of edits lead through. */
  readonly written: unknown
  /** A short hash of the content; serves as an ETag. */
  readonly revision: string
  /** Epoch ms. */
  readonly loadedAt: number
}

/** What is in the store cannot be used. */
export interface Refused {
  readonly problems: readonly Problem[]
  /** Epoch ms. */
  readonly at: number
}

/** What was in force before. */
export interface PastRevisions {
  /** Oldest first; what never came into force is not among them. */
  list(): readonly Revision[]
  get(number: number): Revision | undefined
  /** The newest with this hash: a document that came back has several. */
  withHash(hash: string): Revision | undefined
  latest(): Revision | undefined
  /** The document of a revision as it was written, with its comments. Undefined where it is not kept any more. */
  text(number: number): Promise<string | undefined>
}

export interface TrafficStore {
  /** What people call it: the path of the file. */
  readonly name: string
  /** The last good document. */
  current(): Loaded
  /** Set while what is in the store cannot be used; the last good document goes on serving. */
  refused(): Refused | undefined
  /**
   * Makes all edits or none, one call after the other; resolves after the listeners have finished. Calls that come while
   * one is being written are written together, each as a revision of its own.
   * @throws EditRefused where the outcome would be no sound document, or what is in the store is not one already
   * @throws EditConflict where the revision is not `ifRevision`
   * @throws StoreAway where it is kept elsewhere, and cannot be reached
   */
  edit(edits: readonly Edit[] | Plan, options?: EditOptions): Promise<Loaded>
  /** As `edit`, with a whole text in place of the one that is there; what it throws is the same. */
  replace(text: string, options?: EditOptions): Promise<Loaded>
  /** What was in force before, and who changed it; undefined where nobody writes it down. */
  readonly revisions: PastRevisions | undefined
  /** Looks at once whether something has changed, and resolves after the listeners have finished. */
  reread(): Promise<void>
  /** Called with every new good document; of those that were written together, with the last. A listener must not throw: it would reach whoever made the change. */
  onChange(listener: (loaded: Loaded) => void | Promise<void>): void
  onRefused(listener: (refused: Refused) => void): void
  /** Stops watching. */
  close(): void
}

/** There is no sound document to begin with. */
export class TrafficRefused extends Error {
  override readonly name = 'TrafficRefused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** An edit that would leave no sound document. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** Somebody else was faster. */
export class EditConflict extends Error {
  override readonly name = 'EditConflict'
  /** The current one. */
  readonly revision: string
  constructor(revision: string) {
    super(`the document has changed: its revision is ${revision} now`)
    this.revision = revision
  }
}
