// One change of the document by a caller: on the newest revision or the one that it names, live when this resolves, and logged.
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Edit } from '../traffic/edit.js'
import { refine } from '../traffic/edit-value.js'
import { formatPath } from '../traffic/path.js'
import { EditConflict, EditRefused, type Loaded, type TrafficStore } from '../traffic/store.js'
import { ACTOR } from './auth.js'
import { ApiProblem } from './problems.js'
import { requiredRevision } from './revisions.js'
import { valueAt } from './value-at.js'

export interface Change {
  /** The If-Match header. */
  readonly ifMatch: string | undefined
  readonly reason: string | undefined
  readonly log: FastifyBaseLogger
  /** What to write, given what is there. Asked again where somebody else was faster. */
  readonly plan: (loaded: Loaded) => readonly Edit[]
}

/** Others may be faster a few times; after that many something other than bad luck is at work. */
const ATTEMPTS = 20

/** The reason of a request: in its body, or as X-Reason. */
export function reasonOf({ headers }: FastifyRequest, body?: { readonly reason?: string } | null): string | undefined {
  const header = headers['x-reason']
  return body?.reason ?? (typeof header === 'string' ? header : undefined)
}

/**
 * Makes the change, and returns the document with it in force. What changes nothing is not written.
 * @throws EditRefused, EditConflict, ApiProblem
 */
export async function change(store: TrafficStore, { ifMatch, reason, log, plan }: Change): Promise<Loaded> {
  for (let attempt = 1; ; attempt++) {
    await store.reread()
    const before = store.current()
    const required = requiredRevision(ifMatch, before.revision)
    // Paths lead through the document that they were made for, and no other: they have lists in them.
    const ifRevision = required ?? before.revision
    if (ifRevision !== before.revision) throw new EditConflict(before.revision)
    try {
      const after = await store.edit(plan(before), { ifRevision, actor: ACTOR, reason })
      note(log, before, after, reason)
      return after
    } catch (error) {
      if (error instanceof EditConflict && required === undefined && attempt < ATTEMPTS) continue
      throw error instanceof EditRefused ? refusal(store, error) : error
    }
  }
}

/** Tells an edit that would break the document from a document that is broken already. */
function refusal(store: TrafficStore, error: EditRefused): Error {
  if (store.refused() === undefined) return error
  return new ApiProblem('document-broken', `nothing can be changed while ${store.name} cannot be read`, {
    errors: error.problems,
  })
}

/** What was written, value by value: the revision that was required makes sure that nobody else wrote in between. */
function note(log: FastifyBaseLogger, before: Loaded, after: Loaded, reason: string | undefined): void {
  const changes = refine(before.written, after.written, []).map(({ path, value }) => ({
    what: formatPath(path),
    from: valueAt(before.written, path),
    to: value,
  }))
  if (changes.length === 0) return
  const revision = { from: before.revision, to: after.revision }
  const sentence = changes.map(({ what, from, to }) => `${what}: ${show(from)} → ${show(to)}`).join(', ')
  log.info({ actor: ACTOR, changes, revision, ...(reason === undefined ? {} : { reason }) }, sentence)
}

const show = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value))
