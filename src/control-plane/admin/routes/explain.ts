// /v1/explain: which answer a client gets, and why.
import { type Static, Type } from 'typebox'
import type { Explanation } from '../../operate/explain.js'
import type { AdminPort } from '../port.js'
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
    near: Type.Optional(
      Type.String({
        title: 'degrees north and east',
        description: 'A place: the client is a network near it, which `question.client` of the answer tells.',
        pattern: '^-?[0-9]{1,2}(\\.[0-9]+)?,-?[0-9]{1,3}(\\.[0-9]+)?$',
        examples: ['35.7,139.7'],
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
    const { near, ...question } = query
    return port.explain(near === undefined ? question : { ...question, client: await networkAt(port, near) })
  })
}

async function networkAt(port: AdminPort, near: string): Promise<string> {
  const [latitude = NaN, longitude = NaN] = near.split(',').map(Number)
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    throw new ApiProblem(
      'question-invalid',
      `${near} is no place: degrees north, from -90 to 90, and east, from -180 to 180`,
    )
  const found = await port.networkNear({ latitude, longitude })
  if (found === undefined) throw new ApiProblem('question-invalid', 'there is no geo database that places any network')
  return found.network
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
