// The admin server: the API under /v1 behind the token, and what supervisors, collectors and readers get without it.

import type { Server as TlsServer } from 'node:tls'
import swagger from '@fastify/swagger'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { PROBLEM } from './api-problem.js'
import { auditReply } from './audit-replies.js'
import { type AccessLimits, Door, LIMITS, requireToken } from './auth.js'
import type { ClientDoor } from './client-door.js'
import { DASHBOARD_FOLDER, dashboard, readPage } from './dashboard.js'
import { documentation } from './documentation.js'
import { neverStore, secureReplies } from './headers.js'
import { rememberReplies } from './idempotency.js'
import { acceptJson } from './json-body.js'
import { nothingHere, type RoutePattern } from './methods.js'
import { type OidcOptions, openOidc } from './oidc.js'
import { openapiOptions } from './openapi.js'
import type { AdminPort } from './port.js'
import { replyToNonsense, replyWithProblem } from './problem-replies.js'
import { Repeats } from './repeats.js'
import { timeRequests } from './request-times.js'
import { API_ROUTES, OPEN_ROUTES } from './routes/routes.js'
import { session } from './routes/session.js'
import { Sessions } from './sessions.js'
import { BY_OUR_SHAPES } from './validation.js'

export { listenGuard } from './listen-guard.js'

export interface AdminServerOptions {
  /** What callers have to show. */
  readonly token: string
  readonly logger: FastifyBaseLogger
  /** What is not said is as in LIMITS. */
  readonly limits?: Partial<AccessLimits>
  /** Whose tokens are good beside ours. */
  readonly oidc?: OidcOptions
  /** Whose certificates are good beside tokens; with `tls` only. */
  readonly clients?: ClientDoor
  /** PEM. */
  readonly tls?: { readonly certificate: Buffer | string; readonly key: Buffer | string }
}

/** Bytes; the largest body that makes sense is a list of addresses. */
const BODY_LIMIT = 64 * 1024
/** Characters: a domain name with every byte escaped. */
const MAX_PARAMETER = 1024
/** ms within which a request has to be there. */
const REQUEST_TIMEOUT = 30_000

/** Ready, but not listening yet. @throws Error where the token is empty, or certificate and key are no pair */
export async function createAdminServer(
  port: AdminPort,
  { token, logger, tls, oidc, clients, limits = {} }: AdminServerOptions,
): Promise<FastifyInstance> {
  if (token === '') throw new Error('the admin token is empty')
  const app: FastifyInstance = fastify({
    ...(tls === undefined ? {} : { https: { cert: tls.certificate, key: tls.key, ...clients?.tls } }),
    loggerInstance: logger,
    // Changes are logged, each in its own words; that somebody reads metrics is no news.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    // What arrives on an open connection while the server stops is still answered.
    return503OnClosing: false,
    frameworkErrors: replyWithProblem,
    clientErrorHandler: replyToNonsense,
    schemaController: BY_OUR_SHAPES,
  })
  app.setErrorHandler(replyWithProblem)
  app.addHook('onRequest', secureReplies(tls !== undefined))
  acceptJson(app)
  const patterns: RoutePattern[] = []
  app.addHook('onRoute', ({ url, method }) => void patterns.push({ url, methods: [method].flat() }))
  app.setNotFoundHandler(nothingHere(patterns))
  app.addSchema({ $id: 'Problem', ...PROBLEM })
  await app.register(swagger, openapiOptions(port.release))
  const allowed = { ...LIMITS, ...limits }
  const door = new Door(token, port.tokens, allowed, oidc && openOidc(oidc))
  const sessions = new Sessions()
  // With a certificate it is made as a server of TLS, whatever its type says.
  clients?.watch(app.server as unknown as TlsServer)
  for (const routes of OPEN_ROUTES) routes(app, port)
  session(app, { door, sessions, secure: tls !== undefined, audit: port.audit })
  dashboard(app, readPage(DASHBOARD_FOLDER))
  await app.register(
    async api => {
      api.addHook('onRequest', neverStore)
      api.addHook('onResponse', timeRequests(port.requests))
      api.addHook('onSend', auditReply(port.audit))
      api.addHook('onRequest', requireToken({ door, sessions, ...(clients && { clients }) }, allowed))
      rememberReplies(api, new Repeats(port.replies))
      // Its own, so that without the token not even that something does not exist can be learnt.
      api.setNotFoundHandler(nothingHere(patterns))
      for (const routes of API_ROUTES) routes(api, port)
    },
    { prefix: '/v1' },
  )
  documentation(app)
  await app.ready()
  return app
}
