// Which methods an address takes, so that a wrong method is told from a wrong address (RFC 9110 §15.5.6).
import type { FastifyReply, FastifyRequest } from 'fastify'
import { replyWithProblem } from './problem-replies.js'
import { ApiProblem } from './problems.js'

/** A route as it was registered: `/v1/regions/:id`. */
export interface RoutePattern {
  readonly url: string
  readonly methods: readonly string[]
}

/** The methods of all routes that fit the path; none where nothing fits. */
export function methodsAt(routes: readonly RoutePattern[], path: string): readonly string[] {
  return [...new Set(routes.filter(({ url }) => fits(url, path)).flatMap(({ methods }) => methods))].sort()
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.split('/')
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  )
}

/** Answers what no route took: 405 with the methods that are allowed, or 404. */
export const nothingHere =
  (routes: readonly RoutePattern[]) =>
  (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = methodsAt(routes, path)
    if (allowed.length === 0)
      return replyWithProblem(
        new ApiProblem('route-not-found', `nothing is at ${path}; /docs lists what there is`),
        request,
        reply,
      )
    reply.header('Allow', allowed.join(', '))
    const detail = `${path} takes ${allowed.join(', ')}, not ${request.method}`
    return replyWithProblem(new ApiProblem('method-not-allowed', detail), request, reply)
  }
