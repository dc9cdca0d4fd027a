// /v1/overrides: temporary words on regions, in force when the reply comes.
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { Override } from '../../operate/override.js'
import { isPlain } from '../../operate/override.js'
import type { Guard } from '../../operate/overrides.js'
import { OVERRIDE, OVERRIDE_KEY, OVERRIDE_PATCH, OVERRIDE_WISH, OVERRIDES, type OverrideView } from '../api-override.js'
import { callerOf } from '../caller.js'
import { licenceOf } from '../licence-of.js'
import { overrideView } from '../override-view.js'
import { PAGE_QUERY, type PageQuery, pageOf, sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { reasonOf } from '../reason-of.js'
import { described, MERGE_PATCH, REASON_HEADER, type Routes } from '../route.js'
import { requireTargets } from '../within.js'

type Key = Static<typeof OVERRIDE_KEY>

export const overrides: Routes = (app, port) => {
  const book = port.overrides

  app.get<{ Querystring: PageQuery }>('/overrides', { schema: LIST }, async ({ query }) => {
    const { items, ...rest } = pageOf(book.list(), query, ({ id }) => id)
    const views = items.map(override => show(port, override))
    return { overrides: sparse(views, query.fields, OVERRIDE), ...rest }
  })

  app.get<{ Params: Key }>('/overrides/:id', { schema: ONE }, async ({ params: { id } }) =>
    show(port, book.get(id) ?? missing(port, id)),
  )

  app.post<{ Body: Static<typeof OVERRIDE_WISH> }>('/overrides', { schema: CREATE }, async request => {
    requireTargets(request, request.body.targets, port.store.current().document.regions)
    const override = await book.create(request.body, callerOf(request).name, 'operator', guardOf(port, request))
    return told(request, port, override, 'is in force')
  })

  app.patch<{ Params: Key; Body: Static<typeof OVERRIDE_PATCH> }>(
    '/overrides/:id',
    { schema: PATCH },
    async request => {
      const { id } = request.params
      requireOwn(request, port, id)
      const override = (await book.extend(id, request.body, guardOf(port, request))) ?? missing(port, id)
      return told(request, port, override, 'was changed')
    },
  )

  app.delete<{ Params: Key }>('/overrides/:id', { schema: CANCEL }, async request => {
    const { id } = request.params
    requireOwn(request, port, id)
    const override = (await book.cancel(id, guardOf(port, request))) ?? missing(port, id)
    return told(request, port, override, 'was cancelled')
  })
}

function requireOwn(request: FastifyRequest, { overrides, store }: AdminPort, id: string): void {
  requireTargets(request, overrides.get(id)?.targets ?? [], store.current().document.regions)
}

/** What the safety rules say to it. */
function guardOf({ safety }: AdminPort, request: FastifyRequest): Guard {
  const licence = licenceOf(request)
  return forced => safety.pass({ forced }, licence)
}

function show({ store, overrides }: AdminPort, override: Override): OverrideView {
  return overrideView(override, store.current().document.regions.values(), overrides.holding())
}

function missing({ overrides }: AdminPort, id: string): never {
  const inFile = overrides.list().some(override => override.id === id)
  throw new ApiProblem(
    'override-not-found',
    inFile ? `override ${id} stands in the break-glass file, and ends there` : `no override ${id} is in force`,
  )
}

function told(request: FastifyRequest, port: AdminPort, override: Override, what: string): OverrideView {
  const { id, state, drain, targets, expiresAt, reason } = override
  const word = state === 'drain' ? `drain ${drain} %` : state
  const note = reasonOf(request)
  request.log.info(
    { actor: callerOf(request).name, override: { id, state, drain, targets, expiresAt }, reason: note ?? reason },
    `override ${id} ${what}: ${targets.map(target => (isPlain(target) ? target : `"${target}"`)).join(', ')} ${word}`,
  )
  return show(port, override)
}

const TAG = 'overrides'

const LIST = described({
  operationId: 'listOverrides',
  summary: 'What operators have said of regions for the time being',
  tag: TAG,
  reply: OVERRIDES,
  querystring: PAGE_QUERY,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getOverride',
  summary: 'One override',
  tag: TAG,
  reply: OVERRIDE,
  params: OVERRIDE_KEY,
  problems: ['override-not-found'],
})

const CHANGES = [
  'request-invalid',
  'body-too-large',
  'media-type-unsupported',
  'override-refused',
  'safety-refused',
] as const

const CREATE = described({
  operationId: 'createOverride',
  summary: 'Say that regions or addresses are down, up, partly drained, or to stay as they are, for a time',
  description:
    'In force when the reply comes. It survives a restart, ends by the clock, and can be extended and cancelled. Of several that mean a region the newest holds; the ones before hold again when it ends.',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: OVERRIDE,
  body: OVERRIDE_WISH,
  problems: CHANGES,
})

const PATCH = described({
  operationId: 'patchOverride',
  summary: 'Extend or shorten an override, or drain more or less',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: OVERRIDE,
  params: OVERRIDE_KEY,
  body: OVERRIDE_PATCH,
  consumes: MERGE_PATCH,
  problems: ['override-not-found', ...CHANGES],
})

const CANCEL = described({
  operationId: 'cancelOverride',
  summary: 'End an override',
  tag: TAG,
  scope: 'operate',
  bounded: true,
  reply: OVERRIDE,
  params: OVERRIDE_KEY,
  headers: REASON_HEADER,
  problems: ['request-invalid', 'override-not-found', 'safety-refused'],
})
