// /v1/zones: which zones are served.
import type { Static } from 'typebox'
import { ZONE, ZONES, ZONES_QUERY } from '../api-zone.js'
import { pageOf, sparse } from '../page.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'
import { zoneView } from '../zone-view.js'

export const zones: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof ZONES_QUERY> }>('/zones', { schema: LIST }, async ({ query }, reply) => {
    const { document, revision } = port.store.current()
    reply.header('ETag', entityTag(revision))
    const { items, ...rest } = pageOf([...document.zones.values()].map(zoneView), query, ({ zone }) => zone)
    return { zones: sparse(items, query.fields, ZONE), ...rest }
  })
}

const LIST = described({
  operationId: 'listZones',
  summary: 'All zones',
  tag: 'zones',
  reply: ZONES,
  querystring: ZONES_QUERY,
  problems: ['request-invalid'],
})
