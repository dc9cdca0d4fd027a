// /v1/drills: failover exercises: planned, started, followed, ended, and what came of them.
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { DrillPlan } from '../../operate/drill.js'
import type { DrillRecord } from '../../operate/drill-record.js'
import { htmlReport, markdownReport, REPORT_STYLE } from '../../operate/drill-report.js'
import { readDrillWish } from '../../operate/drill-wish.js'
import { word } from '../../traffic/schema-values.js'
import {
  DRILL,
  DRILL_ABORT,
  DRILL_KEY,
  DRILL_SPAN,
  DRILL_START,
  DRILL_WISH,
  DRILLS,
  type DrillWishView,
  OUTLOOK,
} from '../api-drill.js'
import { DRILL_REPORT } from '../api-drill-report.js'
import { callerOf } from '../caller.js'
import { drillView, reportView } from '../drill-view.js'
import { pagePolicy } from '../headers.js'
import { PAGE, pageOf, sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { reasonOf } from '../reason-of.js'
import { described, REASON_HEADER, type Routes } from '../route.js'
import { requireRegions, requireTargets } from '../within.js'

type Key = Static<typeof DRILL_KEY>

const AS = Type.Object(
  { as: Type.Optional(word(['json', 'markdown', 'html'], 'The form; JSON unless told.', 'json')) },
  { additionalProperties: false },
)

const DRILLS_QUERY = Type.Object(
  {
    ...PAGE,
    limit: Type.Optional({ ...PAGE.limit, description: 'How many at most: 50 unless told.' }),
    phase: Type.Optional(word(['planned', 'out', 'back', 'over'], 'Only those that are there.')),
  },
  { additionalProperties: false },
)

const TYPES = { markdown: 'text/markdown; charset=utf-8', html: 'text/html; charset=utf-8' } as const

export const drills: Routes = (app, port) => {
  const { drills: all } = port
  const one = ({ id }: Key): DrillRecord => all.get(id) ?? missing(id)
  const requireOwn = (request: FastifyRequest, { drill }: DrillRecord): void =>
    requireRegions(request, drill.plan.targets, port.store.current().document.regions)
  const planOf = (wish: DrillWishView, actor: string): DrillPlan => {
    const read = readDrillWish(wish, port.store.current().document.regions, actor, Date.now())
    if ('problems' in read) throw new ApiProblem('drill-invalid', '', { errors: read.problems })
    return read.plan
  }

  app.get<{ Querystring: Static<typeof DRILLS_QUERY> }>('/drills', { schema: LIST }, async ({ query }) => {
    const chosen = all.list().filter(({ drill }) => query.phase === undefined || drill.phase.kind === query.phase)
    const { items, ...rest } = pageOf(chosen, { limit: '50', ...query }, ({ drill }) => drill.id)
    return { drills: sparse(items.map(drillView), query.fields, DRILL), ...rest }
  })

  app.post<{ Body: DrillWishView }>('/drills', { schema: CREATE }, async request => {
    requireReady(port)
    requireTargets(request, request.body.targets, port.store.current().document.regions)
    return drillView(await all.create(planOf(request.body, callerOf(request).name)))
  })

  app.post<{ Body: DrillWishView }>('/drills/plan', { schema: FORETELL }, async request => {
    requireReady(port)
    return all.outlook(planOf(request.body, callerOf(request).name))
  })

  app.get<{ Params: Key }>('/drills/:id', { schema: ONE }, async ({ params }) => drillView(one(params)))

  app.post<{ Params: Key }>('/drills/:id/plan', { schema: FORETELL_ONE }, async ({ params }) => {
    const { drill } = one(params)
    requireReady(port)
    return all.outlook(drill.plan)
  })

  app.post<{ Params: Key; Body: Static<typeof DRILL_START> }>('/drills/:id/start', { schema: START }, async request => {
    const { params, body } = request
    requireReady(port)
    requireOwn(request, one(params))
    const record = await all.start(params.id, DRILL_SPAN.read(body?.in) ?? 0, callerOf(request).name)
    return drillView(record ?? missing(params.id))
  })

  app.post<{ Params: Key; Body: Static<typeof DRILL_ABORT> }>('/drills/:id/abort', { schema: ABORT }, async request => {
    const { params } = request
    requireOwn(request, one(params))
    const reason = reasonOf(request)
    const why = `ended by ${callerOf(request).name}${reason === undefined ? '' : `: ${reason}`}`
    return drillView((await all.abort(params.id, why)) ?? missing(params.id))
  })

  app.get<{ Params: Key; Querystring: Static<typeof AS> }>(
    '/drills/:id/report',
    { schema: REPORT },
    async ({ params, query: { as = 'json' } }, reply) => {
      const record = one(params)
      if (as === 'json') return reportView(record)
      reply.type(TYPES[as])
      if (as === 'markdown') return markdownReport(record)
      reply.header('Content-Security-Policy', pagePolicy(REPORT_STYLE))
      return htmlReport(record)
    },
  )
}

function requireReady(port: AdminPort): void {
  if (port.published() === undefined)
    throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
}

function missing(id: string): never {
  throw new ApiProblem('drill-not-found', `there is no drill ${id}`)
}

const TAG = 'drills'

const LIST = described({
  operationId: 'listDrills',
  summary: 'Drills, those of before too',
  tag: TAG,
  reply: DRILLS,
  querystring: DRILLS_QUERY,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getDrill',
  summary: 'One drill',
  tag: TAG,
  reply: DRILL,
  params: DRILL_KEY,
  problems: ['drill-not-found'],
})

const WISHES = ['request-invalid', 'body-too-large', 'media-type-unsupported', 'drill-invalid', 'not-ready'] as const

const CREATE = described({
  operationId: 'createDrill',
  summary: 'Plan a drill',
  description:
    'It begins at its time, or when somebody starts it; nothing moves before. From now on no answer with its regions is kept beyond its start.',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: DRILL,
  body: DRILL_WISH,
  problems: WISHES,
})

const FORETELL = described({
  operationId: 'foretellDrill',
  summary: 'What a drill would do, without planning it',
  tag: TAG,
  reply: OUTLOOK,
  body: DRILL_WISH,
  problems: WISHES,
})

const FORETELL_ONE = described({
  operationId: 'foretellPlannedDrill',
  summary: 'What a drill would do as things are now',
  tag: TAG,
  reply: OUTLOOK,
  params: DRILL_KEY,
  problems: ['drill-not-found', 'not-ready'],
})

const START = described({
  operationId: 'startDrill',
  summary: 'Start a drill',
  description:
    'Refused with all that speaks against it. If it begins at once, its first step is in force when the reply comes.',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: DRILL,
  params: DRILL_KEY,
  body: DRILL_START,
  problems: [
    'request-invalid',
    'body-too-large',
    'media-type-unsupported',
    'drill-not-found',
    'drill-elsewhere',
    'drill-refused',
    'not-ready',
  ],
})

const ABORT = described({
  operationId: 'abortDrill',
  summary: 'End a drill',
  description: 'Before its start nothing has happened. After it all is as it was before when the reply comes.',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: DRILL,
  params: DRILL_KEY,
  body: DRILL_ABORT,
  headers: REASON_HEADER,
  problems: ['request-invalid', 'body-too-large', 'media-type-unsupported', 'drill-not-found', 'drill-elsewhere'],
})

const REPORT = described({
  operationId: 'getDrillReport',
  summary: 'What came of a drill',
  description:
    'As JSON; as Markdown (`as=markdown`); or as a page with charts that needs nothing but itself (`as=html`).',
  tag: TAG,
  reply: DRILL_REPORT,
  alsoAs: ['text/markdown', 'text/html'],
  params: DRILL_KEY,
  querystring: AS,
  problems: ['request-invalid', 'drill-not-found'],
})
