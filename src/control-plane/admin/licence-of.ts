// The safety rules that a request overrides: in its body, or as X-Override-Rules; never without a reason.
import type { FastifyRequest } from 'fastify'
import type { Licence } from '../operate/safety/licence.js'
import { isMap } from '../traffic/edit-value.js'
import { callerOf } from './caller.js'
import { ApiProblem } from './problems.js'
import { reasonOf } from './reason-of.js'

/** Ids of rules, each once; none where it overrides none. */
export function rulesIn({ headers, body }: Pick<FastifyRequest, 'headers' | 'body'>): readonly string[] {
  const header = headers['x-override-rules']
  const said = typeof header === 'string' ? header.split(',').map(id => id.trim()) : []
  const list: unknown = isMap(body) ? body['override'] : undefined
  const named = Array.isArray(list) ? list.filter(id => typeof id === 'string') : []
  return [...new Set([...said, ...named])].filter(id => id !== '')
}

/** @throws ApiProblem where rules are overridden and nobody says why */
export function licenceOf(request: FastifyRequest): Licence {
  const rules = rulesIn(request)
  if (rules.length > 0 && (reasonOf(request) ?? '').trim() === '')
    throw new ApiProblem('request-invalid', 'to override a safety rule takes a reason')
  return { rules, scopes: callerOf(request).scopes }
}
