// The webhook protocol of external-dns, which keeps records of what runs in a Kubernetes cluster: four requests, and one media
// type that both sides have to name.
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formatName } from '../../dns/name.js'
import type { Audit } from '../operate/audit.js'
import { adjusted, endpointsOf, type Keeper, SyncRefused, syncEdits, zonesOf } from '../operate/sync.js'
import type { Endpoint } from '../operate/sync-endpoint.js'
import { isMap } from '../traffic/edit-value.js'
import { EditRefused, type Loaded, type TrafficStore } from '../traffic/store.js'
import { auditSide } from './audit-replies.js'
import { ApiProblem } from './problems.js'
import { readAnything, sideServer } from './side-server.js'

export const MEDIA_TYPE = 'application/external.dns.webhook+json;version=1'

/** Bytes: a cluster of some ten thousand names. */
const BODY_LIMIT = 16 * 1024 * 1024
const MOST_CONNECTIONS = 50

/** Ready, but not listening yet. The protocol knows no password: whoever reaches the listener may do what its owner may. */
export async function createExternalDns(
  store: Pick<TrafficStore, 'current' | 'edit'>,
  keeper: Keeper,
  logger: FastifyBaseLogger,
  audit: Pick<Audit, 'record'>,
): Promise<FastifyInstance> {
  const places = '/, /records and /adjustendpoints'
  const app = sideServer({ logger, bodyLimit: BODY_LIMIT, proxies: [], mostConnections: MOST_CONNECTIONS, places })
  readAnything(app)
  app.addHook('onRequest', requireMediaType)
  // To ask what would be kept is to look.
  app.addHook(
    'onSend',
    auditSide(audit, ({ method, url }) => (method === 'POST' && url === '/records' ? keeper.owner : undefined)),
  )

  app.get('/', (_request, reply) => {
    const zones = zonesOf(store.current(), keeper).map(({ origin }) => formatName(origin).replace(/\.$/, ''))
    // Releases before 0.15 and the published protocol say `filters`, later ones `include`.
    return told(reply, { filters: zones, include: zones })
  })

  app.get('/records', (_request, reply) => told(reply, endpointsOf(store.current(), keeper)))

  app.post('/adjustendpoints', (request, reply) => {
    const { allowed, refused } = adjusted(store.current(), keeper, endpointsIn(request.body))
    for (const reason of refused) request.log.warn(`external-dns of ${keeper.owner}: left out: ${reason}`)
    return told(reply, allowed)
  })

  app.post('/records', async (request, reply) => {
    const changes = changesIn(request.body)
    try {
      const reason = `sync of ${keeper.owner}`
      await store.edit((loaded: Loaded) => syncEdits(loaded, keeper, changes), { actor: keeper.owner, reason })
    } catch (error) {
      if (!(error instanceof SyncRefused || error instanceof EditRefused)) throw error
      request.log.warn(`external-dns of ${keeper.owner}: nothing was changed: ${error.message}`)
      // Not a 4xx: external-dns gives up on those, and this may be mended.
      return reply.code(500).type('text/plain; charset=utf-8').send(error.message)
    }
    return reply.code(204).send()
  })
  await app.ready()
  return app
}

/** The client takes nothing that does not say this to the letter; a text would be given a charset on its way. */
const told = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply
    .header('content-type', MEDIA_TYPE)
    .header('Vary', 'Content-Type')
    .send(Buffer.from(JSON.stringify(value)))

/** Those who name no type mean this one. */
async function requireMediaType({ headers: { accept } }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const wanted = (accept ?? '*/*').split(',').map(type => type.replaceAll(' ', '').replace(/;q=[0-9.]+$/, ''))
  if (wanted.some(type => type === MEDIA_TYPE || type === '*/*')) return undefined
  return reply.code(406).type('text/plain; charset=utf-8').send(`there is ${MEDIA_TYPE}, and nothing else`)
}

function parsed(body: unknown): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    throw new ApiProblem('request-invalid', 'the body is no JSON')
  }
}

const endpointsIn = (body: unknown): readonly Endpoint[] => readEndpoints(parsed(body))

/** Keys are as Go writes them: in small letters since 0.14, with a capital before. */
function changesIn(body: unknown) {
  const value = parsed(body)
  if (!isMap(value)) throw new ApiProblem('request-invalid', 'the body is no map of changes')
  const byKey = new Map(Object.entries(value).map(([key, list]) => [key.toLowerCase(), list]))
  const list = (key: string): readonly Endpoint[] => readEndpoints(byKey.get(key) ?? [])
  return { create: list('create'), updateOld: list('updateold'), updateNew: list('updatenew'), delete: list('delete') }
}

/** @throws ApiProblem where something in it is no endpoint */
function readEndpoints(value: unknown): readonly Endpoint[] {
  if (value === null) return []
  if (!Array.isArray(value) || !value.every(isEndpoint))
    throw new ApiProblem('request-invalid', 'there is something that is no list of endpoints')
  return value
}

const isEndpoint = (value: unknown): value is Endpoint =>
  isMap(value) &&
  typeof value['dnsName'] === 'string' &&
  typeof value['recordType'] === 'string' &&
  Array.isArray(value['targets']) &&
  value['targets'].every(target => typeof target === 'string') &&
  ['undefined', 'number'].includes(typeof value['recordTTL']) &&
  ['undefined', 'string'].includes(typeof value['setIdentifier'])
