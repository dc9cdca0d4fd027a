// /v1/regions: see the regions, change one, take one out and bring it back.
import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import type { AddressHealth, Health } from '../../health/health.js'
import type { Region } from '../../traffic/document/region.js'
import type { Loaded } from '../../traffic/store.js'
import {
  REASON,
  REGION,
  REGION_KEY,
  REGION_PATCH,
  REGIONS,
  REGIONS_QUERY,
  type RegionPatch,
  type RegionView,
} from '../api-region.js'
import { change } from '../change.js'
import { licenceOf } from '../licence-of.js'
import { regionNamed } from '../lookup.js'
import { pageOf, sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { reasonOf } from '../reason-of.js'
import { regionEdits } from '../region-edits.js'
import { regionView } from '../region-view.js'
import { entityTag } from '../revisions.js'
import { CHANGE_HEADERS, CHANGE_PROBLEMS, described, MERGE_PATCH, type Routes } from '../route.js'
import { takenOutBy } from '../taken-out.js'
import { requireRegions } from '../within.js'

const TAG = 'regions'
const CHANGES = {
  tag: TAG,
  reply: REGION,
  params: REGION_KEY,
  headers: CHANGE_HEADERS,
  problems: ['region-not-found', ...CHANGE_PROBLEMS] as const,
}

interface Key {
  readonly id: string
}

export const regions: Routes = (app, port) => {
  releases(app, port)
  app.get<{ Querystring: Static<typeof REGIONS_QUERY> }>('/regions', { schema: LIST }, async ({ query }, reply) => {
    const { document, revision } = port.store.current()
    reply.header('ETag', entityTag(revision))
    const view = viewer(port)
    const views = [...document.regions.values()]
      .filter(({ tags = [] }) => query.tag === undefined || tags.includes(query.tag))
      .map(view)
      .filter(({ state }) => query.state === undefined || state === query.state)
    const { items, ...rest } = pageOf(views, query, ({ id }) => id)
    return { regions: sparse(items, query.fields, REGION), ...rest }
  })

  app.get<{ Params: Key }>('/regions/:id', { schema: ONE }, async ({ params: { id } }, reply) =>
    show(port, port.store.current(), id, reply),
  )

  app.patch<{ Params: Key; Body: RegionPatch }>('/regions/:id', { schema: PATCH }, async (request, reply) => {
    const { id } = request.params
    const { after } = await change(port, {
      request,
      plan: ({ document, written }) => regionEdits(regionNamed(document, id), written, request.body),
    })
    return show(port, after, id, reply)
  })

  for (const [verb, schema, enabled] of [
    ['enable', ENABLE, true],
    ['disable', DISABLE, false],
  ] as const)
    app.post<{ Params: Key; Body: { readonly reason?: string } | null }>(
      `/regions/:id/${verb}`,
      { schema },
      async (request, reply) => {
        const { id } = request.params
        const { after } = await change(port, {
          request,
          plan: ({ document, written }) => regionEdits(regionNamed(document, id), written, { enabled }),
        })
        return show(port, after, id, reply)
      },
    )
}

/** Lets a region back in that waits for a word. */
const releases: Routes = (app, port) => {
  app.post<{ Params: Key; Body: { readonly reason?: string } | null }>(
    '/regions/:id/release',
    { schema: RELEASE },
    async (request, reply) => {
      const { id } = request.params
      const { document } = port.store.current()
      regionNamed(document, id)
      requireRegions(request, [id], document.regions)
      port.safety.pass({ health: released(port.health(), id) }, licenceOf(request))
      if (port.prober.release(id)) request.log.info({ region: id, reason: reasonOf(request) }, `${id} is let back in`)
      return show(port, port.store.current(), id, reply)
    },
  )
}

/** As it will be when the region has all of its clients back. */
const released = (health: Health, id: string): Health =>
  new Map([...health].map(([region, known]) => [region, region === id ? known.map(wholly) : known]))

const wholly = ({ admitted: _, ...rest }: AddressHealth): AddressHealth => rest

function show(port: AdminPort, { document, revision }: Loaded, id: string, reply: FastifyReply): RegionView {
  const region = regionNamed(document, id)
  reply.header('ETag', entityTag(revision))
  return viewer(port)(region)
}

/** What is asked of the node once, for however many regions. */
function viewer({ store, health, overrides }: AdminPort): (region: Region) => RegionView {
  const [known, held, history] = [health(), overrides.holding(), store.revisions?.list() ?? []]
  const said = overrides.holdingAddresses()
  return region => {
    const { id, enabled } = region
    return regionView(region, known.get(id), held.get(id), enabled ? undefined : takenOutBy(id, history), said.get(id))
  }
}

const LIST = described({
  operationId: 'listRegions',
  summary: 'All regions, with their health',
  tag: TAG,
  reply: REGIONS,
  querystring: REGIONS_QUERY,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getRegion',
  summary: 'One region, with its health',
  tag: TAG,
  reply: REGION,
  params: REGION_KEY,
  problems: ['region-not-found'],
})

const PATCH = described({
  ...CHANGES,
  operationId: 'patchRegion',
  scope: 'edit',
  bounded: true,
  summary: 'Change a region',
  description:
    'Changes what is named and nothing else. The change is written into the traffic document, where comments and layout stay, and is what queries are answered from when the reply comes.',
  body: REGION_PATCH,
  consumes: MERGE_PATCH,
})

const RELEASE = described({
  operationId: 'releaseRegion',
  scope: 'operate',
  bounded: true,
  summary: 'Let a region back in',
  description:
    'For a region whose failback is manual, or delayed: it gets its clients back now, over its ramp if it has one. Does nothing where it has them already.',
  tag: TAG,
  reply: REGION,
  params: REGION_KEY,
  body: REASON,
  problems: ['region-not-found', 'request-invalid', 'body-too-large', 'media-type-unsupported', 'safety-refused'],
})

const ENABLE = described({
  ...CHANGES,
  operationId: 'enableRegion',
  scope: 'edit',
  bounded: true,
  summary: 'Bring a region back',
  description: 'Clients are sent to it again as soon as it is up. Does nothing where it is enabled already.',
  body: REASON,
})

const DISABLE = described({
  ...CHANGES,
  operationId: 'disableRegion',
  scope: 'edit',
  bounded: true,
  summary: 'Take a region out',
  description:
    'It gets no clients any more, whatever its health; it goes on being probed. Does nothing where it is disabled already.',
  body: REASON,
})
