// /v1/revisions: what was in force before, what changed, and the way back.
import { type Static, Type } from 'typebox'
import { compareTexts } from '../../traffic/compare.js'
import type { Revision } from '../../traffic/revision-line.js'
import { REASON } from '../api-region.js'
import {
  APPLIED,
  DRY_RUN,
  REVISION,
  REVISION_ITEM,
  REVISION_KEY,
  REVISION_QUERY,
  REVISIONS,
  REVISIONS_QUERY,
  type RevisionView,
} from '../api-revision.js'
import { change } from '../change.js'
import { sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { reasonOf } from '../reason-of.js'
import { appliedView, changeView, describe, revisionList } from '../revision-view.js'
import { entityTag } from '../revisions.js'
import { CHANGE_HEADERS, CHANGE_PROBLEMS, described, type Routes } from '../route.js'

type Key = Static<typeof REVISION_KEY>

const PAGE = 50
const MAX_PAGE = 500

export const revisions: Routes = (app, port) => {
  const { store } = port
  app.get<{ Querystring: Static<typeof REVISIONS_QUERY> }>('/revisions', { schema: LIST }, async ({ query }) => {
    const limit = Math.min(MAX_PAGE, Math.max(1, Number(query.limit ?? PAGE)))
    const wanted = (store.revisions?.list() ?? []).filter(wantedBy(query))
    const { revisions, ...next } = revisionList(wanted, Number(query.before ?? Infinity), limit)
    return { revisions: sparse(revisions, query.fields, REVISION_ITEM), ...next }
  })

  app.get<{ Params: Key; Querystring: Static<typeof REVISION_QUERY> }>(
    '/revisions/:number',
    { schema: ONE },
    async ({ params, query }): Promise<RevisionView> => {
      const revision = revisionNumbered(store, params.number)
      const current = revision.number === store.revisions?.latest()?.number
      if (query.since === undefined)
        return { ...describe(revision), current, changes: revision.changes.map(changeView) }
      const since = revisionNumbered(store, query.since)
      const [from, to] = await Promise.all([textOf(store, since), textOf(store, revision)])
      const changes = compareTexts(from, to)
      return {
        ...describe({ ...revision, changeCount: changes.length }),
        current,
        since: since.number,
        changes: changes.map(changeView),
      }
    },
  )

  app.get<{ Params: Key }>('/revisions/:number/text', { schema: TEXT }, async ({ params }, reply) => {
    reply.type('application/yaml; charset=utf-8').serializer((text: string) => text)
    return textOf(store, revisionNumbered(store, params.number))
  })

  app.post<{ Params: Key; Querystring: Static<typeof DRY_RUN>; Body: { readonly reason?: string } | null }>(
    '/revisions/:number/rollback',
    { schema: ROLLBACK },
    async (request, reply) => {
      const { number } = revisionNumbered(store, request.params.number)
      const text = await textOf(store, { number })
      const dryRun = request.query.dryRun === 'true'
      const why = reasonOf(request)
      const changed = await change(port, {
        request,
        reason: `back to revision ${number}${why === undefined ? '' : `: ${why}`}`,
        dryRun,
        foretold: request.query.simulation !== 'false',
        plan: () => text,
      })
      if (!dryRun) reply.header('ETag', entityTag(changed.after.revision))
      return appliedView(changed, dryRun, port)
    },
  )
}

/** Which revisions are asked for. @throws ApiProblem where a time is none: the pattern admits a thirteenth month */
function wantedBy({ actor: whose, from, until }: Static<typeof REVISIONS_QUERY>): (revision: Revision) => boolean {
  const moment = (written: string | undefined, fallback: number): number => {
    const ms = written === undefined ? fallback : Date.parse(written)
    if (Number.isNaN(ms)) throw new ApiProblem('request-invalid', `"${written}" is no time`)
    return ms
  }
  const [first, end] = [moment(from, Number.NEGATIVE_INFINITY), moment(until, Number.POSITIVE_INFINITY)]
  return ({ actor, at }) => (whose ?? actor) === actor && Date.parse(at) >= first && Date.parse(at) < end
}

function revisionNumbered({ revisions }: AdminPort['store'], text: string): Revision {
  const revision = revisions?.get(Number(text))
  if (revision !== undefined) return revision
  const kept = revisions?.list().map(({ number }) => number) ?? []
  const range = kept.length === 0 ? 'none are kept' : `those from ${kept[0]} to ${kept.at(-1)} are kept`
  throw new ApiProblem('revision-not-found', `there is no revision ${text}; ${range}`)
}

/** It may have been let go meanwhile. */
async function textOf({ revisions }: AdminPort['store'], { number }: Pick<Revision, 'number'>): Promise<string> {
  const text = await revisions?.text(number)
  if (text === undefined) throw new ApiProblem('revision-not-found', `revision ${number} cannot be read any more`)
  return text
}

const TAG = 'revisions'

const LIST = described({
  operationId: 'listRevisions',
  summary: 'What was in force before, newest first',
  tag: TAG,
  reply: REVISIONS,
  querystring: REVISIONS_QUERY,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getRevision',
  summary: 'One revision, and what it changed',
  description: 'Differences are those of meaning: neither comments nor the order of a set count.',
  tag: TAG,
  reply: REVISION,
  params: REVISION_KEY,
  querystring: REVISION_QUERY,
  problems: ['request-invalid', 'revision-not-found'],
})

const TEXT = described({
  operationId: 'getRevisionText',
  summary: 'The text of a revision, with its comments',
  tag: TAG,
  reply: Type.String({ description: 'YAML.' }),
  replyType: 'application/yaml',
  params: REVISION_KEY,
  problems: ['request-invalid', 'revision-not-found'],
})

const ROLLBACK = described({
  operationId: 'rollBack',
  scope: 'edit',
  bounded: true,
  summary: 'Go back to a revision',
  description: 'Its text, comments and all, comes into force as a new revision. Zone files stay as they are.',
  tag: TAG,
  reply: APPLIED,
  params: REVISION_KEY,
  querystring: DRY_RUN,
  headers: CHANGE_HEADERS,
  body: REASON,
  problems: ['revision-not-found', ...CHANGE_PROBLEMS],
})
