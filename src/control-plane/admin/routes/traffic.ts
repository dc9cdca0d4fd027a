// /v1/traffic: the traffic document that is being served, as a whole.
import { type Static, Type } from 'typebox'
import { APPLIED, type AppliedView, DRY_RUN } from '../api-revision.js'
import { TRAFFIC } from '../api-status.js'
import { isoTime } from '../api-values.js'
import { type Change, change } from '../change.js'
import { YAML } from '../json-body.js'
import { mergeEdits } from '../merge-patch.js'
import { appliedView } from '../revision-view.js'
import { entityTag } from '../revisions.js'
import { CHANGE_HEADERS, CHANGE_PROBLEMS, described, MERGE_PATCH, type Routes } from '../route.js'

/** Bytes. A million records belong into a zone file. */
const DOCUMENT_LIMIT = 16 * 1024 * 1024

interface Whole {
  readonly Querystring: Static<typeof DRY_RUN>
}

export const traffic: Routes = (app, port) => {
  const { store } = port
  app.get('/traffic', { schema: SHOW }, async (_request, reply) => {
    const { written, revision, loadedAt } = store.current()
    reply.header('ETag', entityTag(revision))
    return { name: store.name, revision, loadedAt: isoTime(loadedAt), document: written }
  })

  for (const [method, schema, planOf] of [
    ['PUT', PUT, (body: unknown) => () => body as string], // the schema has seen to it
    [
      'PATCH',
      PATCH,
      (body: unknown): Change['plan'] =>
        ({ written }) =>
          mergeEdits(written, body),
    ],
  ] as const)
    app.route<Whole & { Body: unknown }>({
      method,
      url: '/traffic',
      schema,
      bodyLimit: DOCUMENT_LIMIT,
      handler: async (request, reply): Promise<AppliedView> => {
        const dryRun = request.query.dryRun === 'true'
        const changed = await change(port, {
          request,
          dryRun,
          foretold: request.query.simulation !== 'false',
          plan: planOf(request.body),
        })
        if (!dryRun) reply.header('ETag', entityTag(changed.after.revision))
        return appliedView(changed, dryRun, port)
      },
    })
}

const TAG = 'node'

const SHOW = described({
  operationId: 'getTraffic',
  summary: 'The traffic document',
  description:
    'The last good one: as it is written, without comments. /v1/status says whether a newer one was refused.',
  tag: TAG,
  reply: TRAFFIC,
})

const CHANGES = {
  tag: TAG,
  reply: APPLIED,
  querystring: DRY_RUN,
  headers: CHANGE_HEADERS,
  problems: CHANGE_PROBLEMS,
}

const PUT = described({
  ...CHANGES,
  operationId: 'putTraffic',
  scope: 'edit',
  bounded: true,
  summary: 'Replace the traffic document',
  description:
    'The text as it is, comments and all, comes into force, or every problem with it is told. The same text again changes nothing.',
  body: Type.String({ title: 'the text of a traffic document', description: 'YAML.' }),
  consumes: [YAML],
})

const PATCH = described({
  ...CHANGES,
  operationId: 'patchTraffic',
  scope: 'edit',
  bounded: true,
  summary: 'Change several things of the traffic document at once',
  description:
    'A merge patch (RFC 7396) of the document as GET shows it: what is not named stays, null takes away, and all of it comes into force or none. Comments and layout stay.',
  body: Type.Unsafe<object>({ type: 'object', title: 'a map', description: 'The parts to change.' }),
  consumes: MERGE_PATCH,
})
