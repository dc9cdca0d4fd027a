// Requests against their schemas, by the same code and in the same words as the traffic document.
import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { toProblems } from '../traffic/finding.js'
import { checkShape } from '../traffic/shape.js'
import { ApiProblem } from './problems.js'
import { readyShape } from './ready-shapes.js'

const PLACES: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  params: 'the path',
  headers: 'the headers',
}

/** Nothing is coerced, completed or dropped: what a schema does not know is refused. */
const validator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = 'body' }) => {
  return (value: unknown) => {
    const errors = toProblems(checkShape(schema, value, undefined, readyShape).findings)
    if (errors.length === 0) return {}
    return { error: new ApiProblem('request-invalid', `${PLACES[httpPart]} is not as it should be`, { errors }) }
  }
}

/** For fastify, which loads a library of its own for each that is not said. */
export const BY_OUR_SHAPES: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    buildValidator: () => validator as never, // its type is that of fastify's own library
    // Replies are our own values: nothing has to be dropped from them or turned into what a schema says.
    buildSerializer: () => () => value => JSON.stringify(value),
  },
}
