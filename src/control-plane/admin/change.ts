// One change of the document by a caller: on the newest revision or the one that it names, live when this resolves, and logged.
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { compareTexts } from '../traffic/compare.js'
import { formatChange } from '../traffic/diff.js'
import { refine } from '../traffic/edit-value.js'
import { formatPath } from '../traffic/path.js'
import { EditConflict, EditRefused, type Loaded, type Plan, type TrafficStore } from '../traffic/store.js'
import { ApiProblem } from './problems.js'
import { requiredRevision } from './revisions.js'
import { valueAt } from './value-at.js'

export interface Change {
  /** The If-Match header. */
  readonly ifMatch: string | undefined
  readonly actor: string
  readonly reason: string | undefined
  readonly log: FastifyBaseLogger
  /** Only finds out what would come of it. */
  readonly dryRun?: boolean
  readonly plan: Plan
}

export interface Changed {
  readonly before: Loaded
  /** In force, unless it was a dry run. */
  readonly after: Loaded
}

/** The reason of a request: in its body, or as X-Reason, where text beyond ASCII is written `utf-8''` and percent-encoded. */
export function reasonOf({ headers }: FastifyRequest, body?: { readonly reason?: string } | null): string | undefined {
  const header = headers['x-reason']
  return body?.reason ?? (typeof header === 'string' ? decoded(header) : undefined)
}

function decoded(header: string): string {
  const encoded = /^utf-8''(.*)$/i.exec(header)?.[1]
  try {
    return encoded === undefined ? header : decodeURIComponent(encoded)
  } catch {
    return header
  }
}

/**
 * Makes the change, and returns the document with it in force. What changes nothing is not written. Changes wait for each
 * other, so that one that names no revision is never too late.
 * @throws EditRefused, ApiProblem
 */
export async function change(store: TrafficStore, wish: Change): Promise<Changed> {
  const { ifMatch, actor, reason, log, dryRun = false, plan } = wish
  let before = store.current()
  const inTurn: Plan = loaded => {
    const required = requiredRevision(ifMatch, loaded.revision)
    if (required !== undefined && required !== loaded.revision) throw new TooLate(required)
    before = loaded
    return plan(loaded)
  }
  try {
    const after = await store.edit(inTurn, { actor, reason, dryRun })
    if (!dryRun) note(log, { before, after }, actor, reason)
    return { before, after }
  } catch (error) {
    throw await refusal(store, error)
  }
}

/** The document is not at the revision that the caller knows. */
class TooLate extends Error {
  override readonly name = 'TooLate'
  readonly known: string
  constructor(known: string) {
    super('the document has changed')
    this.known = known
  }
}

/** Says what has happened since the revision that the caller knows. */
async function conflict(store: TrafficStore, known: string): Promise<ApiProblem> {
  const { revision } = store.current()
  const { revisions } = store
  const texts = [known, revision].map(async hash => {
    const number = revisions?.withHash(hash)?.number
    return number === undefined ? undefined : revisions?.text(number)
  })
  const [from, to] = await Promise.all(texts)
  const changes = from === undefined || to === undefined ? {} : { changes: compareTexts(from, to).map(formatChange) }
  return new ApiProblem('revision-conflict', new EditConflict(revision).message, { revision, ...changes })
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'])

/** Tells an edit that would break the document from a document that is broken already. */
async function refusal(store: TrafficStore, error: unknown): Promise<unknown> {
  if (error instanceof TooLate) return conflict(store, error.known)
  if (error instanceof Error && 'code' in error && FULL.has(String(error.code)))
    return new ApiProblem('not-writable', `nothing was changed: ${error.message}`)
  if (!(error instanceof EditRefused) || store.refused() === undefined) return error
  return new ApiProblem('document-broken', `nothing can be changed while ${store.name} cannot be read`, {
    errors: error.problems,
  })
}

/** What was written, value by value: the revision that was required makes sure that nobody else wrote in between. */
function note(log: FastifyBaseLogger, { before, after }: Changed, actor: string, reason: string | undefined): void {
  const changes = refine(before.written, after.written, []).map(({ path, value }) => ({
    what: formatPath(path),
    from: valueAt(before.written, path),
    to: value,
  }))
  if (changes.length === 0) return
  const revision = { from: before.revision, to: after.revision }
  const sentence = changes.map(({ what, from, to }) => `${what}: ${show(from)} → ${show(to)}`).join(', ')
  log.info({ actor, changes, revision, ...(reason === undefined ? {} : { reason }) }, sentence)
}

const show = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value))
