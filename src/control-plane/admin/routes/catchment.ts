// /v1/catchment: which region the clients of each part of the world get, for pictures of it.
import { type Static, Type } from 'typebox'
import { CATCHMENT } from '../api-catchment.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'

const QUESTION = Type.Object(
  {
    name: Type.String({ title: 'a domain name', description: 'A steered name.', examples: ['api.example.com'] }),
    type: Type.Optional(
      Type.Unsafe<'A' | 'AAAA'>({
        type: 'string',
        enum: ['A', 'AAAA'],
        title: 'A or AAAA',
        description: 'A unless told.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const catchment: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof QUESTION> }>('/catchment', { schema: SHOW }, async ({ query }) => {
    if (port.published() === undefined)
      throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
    const { name, type = 'A' } = query
    const found = port.catchment(name, type)
    if (found === undefined) throw new ApiProblem('record-not-found', `nothing steers ${type} of "${name}"`)
    return found
  })
}

const SHOW = described({
  operationId: 'getCatchment',
  summary: 'Which regions each part of the world gets',
  description:
    'By the policy and the health of this moment, for a client in the middle of each cell. What a database says of a network of its own is not in it: /v1/explain has that.',
  tag: 'node',
  reply: CATCHMENT,
  querystring: QUESTION,
  problems: ['request-invalid', 'question-invalid', 'record-not-found', 'not-ready'],
})
