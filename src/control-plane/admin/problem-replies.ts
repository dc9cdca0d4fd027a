// Whatever goes wrong is answered with problem details: in a route, before one was found, and before there was a request.
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problemOf } from './problem-of.js'
import { ApiProblem, problemDocument } from './problems.js'

export const PROBLEM_JSON = 'application/problem+json'

/** For fastify's error handler. Our own bugs are logged, with all that the caller is not told. */
export function replyWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem.type === 'internal')
    request.log.error({ err: error, method: request.method, url: request.url }, 'a request failed')
  return reply
    .code(problem.status)
    .type(PROBLEM_JSON)
    .send(JSON.stringify(problemDocument(problem)))
}

/** What is not HTTP at all: there is neither a request nor a reply, only the socket. */
export function replyToNonsense(error: Error & { readonly code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = new ApiProblem('request-invalid', 'this is no HTTP request that can be read')
  const body = JSON.stringify(problemDocument(problem))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: ${PROBLEM_JSON}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
