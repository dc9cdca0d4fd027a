// The protocol of acme-dns: a client registers, gets a password for one name, and writes challenges there. ACME clients that
// know acme-dns speak it as it is, and replies are of its form.
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseAddress, parsePrefix } from '../../dns/address.js'
import { formatName } from '../../dns/name.js'
import { isAmong } from '../operate/acme-account.js'
import { type AcmeDesk, AcmeRefused } from '../operate/acme-desk.js'
import type { Audit } from '../operate/audit.js'
import { isMap } from '../traffic/edit-value.js'
import { auditSide } from './audit-replies.js'
import { guesserOf } from './auth.js'
import { perMinuteLimit } from './rate.js'
import { readAnything, sideServer } from './side-server.js'

export interface AcmeDnsOptions {
  /** Networks that may register. */
  readonly register: readonly string[]
  /** Calls of one client network in a minute. */
  readonly perMinute: number
  readonly proxies: readonly string[]
}

/** Bytes. */
const BODY_LIMIT = 4096
const MOST_CONNECTIONS = 200
/** Networks that an account may be bound to. */
const MOST_NETWORKS = 64
/** Characters of what a client calls its account, as far as the audit log has them. */
const LONGEST_NAME = 63
/** RFC 8555 §8.4: a SHA-256 digest in base64url, without padding. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** Ready, but not listening yet. */
export async function createAcmeDns(
  desk: Pick<AcmeDesk, 'register' | 'update' | 'nameOf'>,
  { register, perMinute, proxies }: AcmeDnsOptions,
  logger: FastifyBaseLogger,
  audit: Pick<Audit, 'record'>,
  now: () => number = Date.now,
): Promise<FastifyInstance> {
  const places = '/register and /update to post to, and /health'
  const app = sideServer({ logger, bodyLimit: BODY_LIMIT, proxies, mostConnections: MOST_CONNECTIONS, places })
  readAnything(app)
  app.addHook('onSend', auditSide(audit, accountIn))
  const limit = perMinuteLimit(perMinute, now)
  app.addHook('onRequest', async (request, reply) => {
    const wait = limit(guesserOf(request.ip))
    if (wait === undefined) return
    reply.header('Retry-After', String(wait))
    return refuse(reply, 429, 'too_many_requests')
  })

  app.get('/health', async () => ({}))

  app.post('/register', async (request, reply) => {
    if (!isAmong(register, addressOf(request))) return refuse(reply, 403, 'forbidden')
    const body = parsed(request.body)
    if (body === undefined) return refuse(reply, 400, 'malformed_json_payload')
    const from = networksIn(body['allowfrom'])
    if (from === undefined) return refuse(reply, 400, 'invalid_allowfrom_cidr')
    const made = await attempt(request, reply, () => desk.register(from))
    if (made === undefined) return reply
    const { account, password } = made
    const fulldomain = formatName(desk.nameOf(account)).replace(/\.$/, '')
    request.log.info({ address: request.ip }, `acme-dns account ${account.subdomain} is made for ${request.ip}`)
    const { user: username, subdomain } = account
    return reply.code(201).send({ username, password, fulldomain, subdomain, allowfrom: from })
  })

  app.post('/update', async (request, reply) => {
    const body = parsed(request.body)
    if (body === undefined) return refuse(reply, 400, 'malformed_json_payload')
    const { subdomain, txt: text } = body
    if (typeof subdomain !== 'string') return refuse(reply, 400, 'bad_subdomain')
    if (typeof text !== 'string' || !CHALLENGE.test(text)) return refuse(reply, 400, 'bad_txt')
    const { 'x-api-user': user, 'x-api-key': password } = request.headers
    if (typeof user !== 'string' || typeof password !== 'string') return refuse(reply, 401, 'forbidden')
    const update = { subdomain, user, password, text, address: addressOf(request) }
    const written = await attempt(request, reply, () => desk.update(update))
    if (written === undefined) return reply
    if (!written) {
      request.log.warn({ address: request.ip }, `a challenge for acme-dns account ${subdomain} was refused`)
      return refuse(reply, 401, 'forbidden')
    }
    return { txt: text }
  })
  await app.ready()
  return app
}

/** Whose word it is, right or wrong. */
function accountIn({ method, body }: FastifyRequest): string | undefined {
  if (method !== 'POST') return undefined
  const subdomain = parsed(body)?.['subdomain']
  return typeof subdomain === 'string' ? `acme-dns account ${subdomain.slice(0, LONGEST_NAME)}` : 'nobody'
}

const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply => reply.code(status).send({ error })

/** Undefined where it is refused: then the reply is given. */
async function attempt<T>(request: FastifyRequest, reply: FastifyReply, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AcmeRefused)) throw error
    request.log.error(`acme-dns: ${error.message}`)
    refuse(reply, 503, error.message)
    return undefined
  }
}

/** No body is an empty one. Undefined where it is no map. */
function parsed(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof body !== 'string' || body.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    return isMap(value) ? value : undefined
  } catch {
    return undefined
  }
}

function networksIn(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > MOST_NETWORKS) return undefined
  return value.every(network => typeof network === 'string' && parsePrefix(network) !== undefined) ? value : undefined
}

const addressOf = ({ ip }: FastifyRequest) => parseAddress(ip.replace(/^::ffff:(?=[0-9.]+$)/, ''))! // a socket's own
