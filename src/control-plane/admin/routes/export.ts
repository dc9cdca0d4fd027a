// /v1/zones/ZONE/export: a zone as a zone file.
import { Type } from 'typebox'
import { masterFile } from '../../publish/master-file.js'
import { staticView } from '../../publish/static-view.js'
import { ZONE_KEY } from '../api-zone.js'
import { zoneNamed } from '../lookup.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'

/** RFC 4027. */
const MASTER_FILE = 'text/dns'

export const exports: Routes = (app, port) => {
  app.get<{ Params: { readonly zone: string } }>(
    '/zones/:zone/export',
    { schema: EXPORT },
    async ({ params }, reply) => {
      const { document, revision } = port.store.current()
      const zone = zoneNamed(document, params.zone)
      reply.header('ETag', entityTag(revision))
      reply.type(MASTER_FILE)
      return masterFile(staticView(zone, document))
    },
  )
}

const EXPORT = described({
  operationId: 'exportZone',
  summary: 'A zone as a zone file',
  description:
    'Its static view, which is also what secondaries get: a steered name has the addresses of all its candidates.',
  tag: 'zones',
  reply: Type.String({ description: 'A zone file (RFC 1035 §5).' }),
  replyType: MASTER_FILE,
  params: ZONE_KEY,
  problems: ['zone-not-found'],
})
