// How long requests to the API take, by method and status: few of each, whatever callers ask for.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Durations } from '../trace/durations.js'

/** For `onResponse`. A stream of events takes as long as somebody reads it, and is left out. */
export const timeRequests =
  (requests: Durations) =>
  async ({ method, routeOptions: { url } }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply) => {
    if (url !== '/v1/events') requests.add({ method, code: String(statusCode) }, elapsedTime / 1000)
  }
