// The OpenAPI 3.1 document of the API: what is said of all routes together.
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { asAllAre } from './openapi-common.js'

const DESCRIPTION = `Everything under /v1 wants a token that is good for it (x-scope): \`Authorization: Bearer TOKEN\`.

Replies of document resources carry the revision of the traffic document as their \`ETag\`. A change that names it in \`If-Match\`
is made only to that revision; without, it is made to the newest. When the reply to a change comes, queries are answered accordingly.

Errors are problem details (RFC 9457); their types keep their meaning for ever.`

export const openapiOptions = (release: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Meridian admin API', version: release, description: DESCRIPTION },
    tags: [
      { name: 'regions', description: 'Deployments that clients are sent to.' },
      { name: 'overrides', description: 'Temporary words on regions.' },
      { name: 'safety', description: 'What must hold whenever somebody moves traffic.' },
      { name: 'drills', description: 'Failover exercises.' },
      { name: 'zones', description: 'What is served.' },
      { name: 'policies', description: 'How regions are chosen.' },
      { name: 'latency', description: 'How far clients are from regions, as measured.' },
      { name: 'document', description: 'The traffic document, piece by piece and in its own words.' },
      { name: 'revisions', description: 'What was served before, and the way back.' },
      { name: 'tokens', description: 'Who may call, and what for.' },
      { name: 'node', description: 'The state of this node, and the reasons for its answers.' },
      { name: 'operations', description: 'For supervisors and collectors; without a token.' },
    ],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The node’s own token, or one that was made with it.' },
      },
    },
  },
  refResolver: {
    buildLocalReference: ({ $id }, _base, _fragment, i) => (typeof $id === 'string' ? $id : `schema-${i}`),
  },
  transformObject: document =>
    'openapiObject' in document ? asAllAre(document.openapiObject) : document.swaggerObject,
})
