// Requests against their schemas, by the same code and in the same words as the traffic document.
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { toProblems } from '../traffic/finding.js'
import { checkShape } from '../traffic/shape.js'
import { ApiProblem } from './problems.js'

const PLACES: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  params: 'the path',
  headers: 'the headers',
}

/** For fastify. Nothing is coerced, completed or dropped: what a schema does not know is refused. */
export const validator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  return (value: unknown) => {
    const errors = toProblems(checkShape(schema, value).findings)
    if (errors.length === 0) return {}
    return { error: new ApiProblem('request-invalid', `${PLACES[httpPart]} is not as it should be`, { errors }) }
  }
}
