// /v1/explain: which answer a client gets, and why.
import { type Static, Type } from 'typebox'
import type { Explanation } from '../../operate/explain.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'

const QUESTION = Type.Object(
  {
    name: Type.String({
      title: 'a domain name',
      description: 'The name that is asked for.',
      examples: ['api.example.com'],
    }),
    type: Type.Optional(Type.String({ title: 'a record type', description: 'A unless told.', examples: ['AAAA'] })),
    client: Type.Optional(
      Type.String({
        title: 'an address or a network',
        description: 'The network of the client, as a resolver would send it (EDNS Client Subnet).',
        examples: ['133.11.0.0/24'],
      }),
    ),
    resolver: Type.Optional(
      Type.String({
        title: 'an address',
        description: 'Where the query comes from; 127.0.0.1 unless told.',
        examples: ['192.0.2.53'],
      }),
    ),
  },
  { additionalProperties: false },
)

export const explain: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof QUESTION> }>('/explain', { schema: SHOW }, async ({ query }) => {
    if (port.published() === undefined)
      throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
    return port.explain(query)
  })
}

const SHOW = described({
  operationId: 'explain',
  summary: 'Which answer a client gets, and why',
  description:
    'Where the client is and how that is known, every region with its distance and health and why it was or was not chosen, and the real answer with its TTL and scope.',
  tag: 'node',
  reply: Type.Unsafe<Explanation>({ type: 'object', description: 'The answer and its reasons.' }),
  querystring: QUESTION,
  problems: ['request-invalid', 'question-invalid', 'not-ready'],
})
