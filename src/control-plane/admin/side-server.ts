// A listener of its own beside the API, for callers that speak a protocol of theirs and may do nothing else here.
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { secureReplies } from './headers.js'
import { replyToNonsense, replyWithProblem } from './problem-replies.js'
import { ApiProblem } from './problems.js'
import { BY_OUR_SHAPES } from './validation.js'

export interface SideServer {
  readonly logger: FastifyBaseLogger
  /** Bytes. */
  readonly bodyLimit: number
  /** Networks of proxies whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[]
  readonly mostConnections: number
  /** Where a caller finds something, for those that look elsewhere. */
  readonly places: string
}

/** ms within which a request has to be there. */
const REQUEST_TIMEOUT = 10_000

/** Without routes yet. */
export function sideServer({ logger, bodyLimit, proxies, mostConnections, places }: SideServer): FastifyInstance {
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT,
    trustProxy: proxies.length === 0 ? false : [...proxies],
    frameworkErrors: replyWithProblem,
    clientErrorHandler: replyToNonsense,
    schemaController: BY_OUR_SHAPES,
  })
  app.server.maxConnections = mostConnections
  app.setErrorHandler(replyWithProblem)
  app.setNotFoundHandler((request, reply) =>
    replyWithProblem(new ApiProblem('route-not-found', `there is ${places}`), request, reply),
  )
  app.addHook('onRequest', secureReplies(false))
  return app
}

/** Every body as a text: there are clients that do not say what theirs is. */
export function readAnything(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
}
