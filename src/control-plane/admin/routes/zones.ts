// /v1/zones: which zones are served.
import { ZONES } from '../api-zone.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'
import { zoneView } from '../zone-view.js'

export const zones: Routes = (app, port) => {
  app.get('/zones', { schema: LIST }, async (_request, reply) => {
    const { document, revision } = port.store.current()
    reply.header('ETag', entityTag(revision))
    return { zones: [...document.zones.values()].map(zoneView) }
  })
}

const LIST = described({ operationId: 'listZones', summary: 'All zones', tag: 'zones', reply: ZONES })
