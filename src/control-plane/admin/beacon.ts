// The beacon: a listener of its own for browsers, with a script that measures and a place to post what it found.
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { bucketOf, LONGEST_MS } from '../geo/learned-latency.js'
import type { LatencyDesk } from '../operate/latency-desk.js'
import { mapWith } from '../traffic/schema-values.js'
import { beaconScript, MOST_MEASURED } from './beacon-script.js'
import { ApiProblem } from './problems.js'
import { perMinuteLimit } from './rate.js'
import { sideServer } from './side-server.js'

export interface BeaconOptions {
  /** By region, what browsers fetch to measure it. */
  readonly targets: Readonly<Record<string, string>>
  /** Origins of pages that may post; `*` is every one. */
  readonly origins: readonly string[]
  /** Posts of one client network in a minute. */
  readonly perMinute: number
  /** Networks of proxies whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[]
  /** The learned table; the only one where it is absent. */
  readonly table?: string
}

/** Bytes. */
const BODY_LIMIT = 4096
/** More browsers at once are turned away: this must never be what the node is busy with. */
const MOST_CONNECTIONS = 2000
/** How long browsers keep the script, s. */
const SCRIPT_AGE = 3600

const POST = mapWith(
  {
    samples: Type.Unsafe<readonly { readonly region: string; readonly rttMs: number }[]>({
      type: 'array',
      title: `a list of 1 to ${MOST_MEASURED} samples`,
      minItems: 1,
      maxItems: MOST_MEASURED,
      items: mapWith(
        {
          region: Type.String({ maxLength: 63 }),
          rttMs: Type.Number({ exclusiveMinimum: 0, maximum: LONGEST_MS }),
        },
        'What was measured.',
      ),
    }),
  },
  'What a browser measured.',
)

/** Ready, but not listening yet. It can do nothing but this: the API is elsewhere. */
export async function createBeacon(
  desk: Pick<LatencyDesk, 'report'>,
  { targets, origins, perMinute, proxies, table }: BeaconOptions,
  logger: FastifyBaseLogger,
  now: () => number = Date.now,
): Promise<FastifyInstance> {
  const app = sideServer({
    logger,
    bodyLimit: BODY_LIMIT,
    proxies,
    mostConnections: MOST_CONNECTIONS,
    places: '/beacon.js, and /beacon to post to',
  })
  readPlainText(app)
  const script = beaconScript(targets)
  const limit = perMinuteLimit(perMinute, now)

  app.get('/beacon.js', async (_request, reply) => {
    reply.headers({ 'Cache-Control': `public, max-age=${SCRIPT_AGE}`, 'Cross-Origin-Resource-Policy': 'cross-origin' })
    return reply.type('text/javascript; charset=utf-8').send(script)
  })

  // Asked by browsers before a post that is not plain text (Fetch standard, CORS preflight).
  app.options('/beacon', async (request, reply) => {
    allow(request, reply, origins)
    reply.headers({ 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': 'content-type' })
    return reply.code(204).send()
  })

  app.post<{ Body: Static<typeof POST> }>('/beacon', { schema: { body: POST } }, async (request, reply) => {
    allow(request, reply, origins)
    const wait = limit(bucketOf(request.ip) ?? request.ip)
    if (wait !== undefined) {
      reply.header('Retry-After', String(wait))
      throw new ApiProblem('too-many-requests', 'enough was measured from there')
    }
    // However much a browser claims to know, it counts once.
    desk.report(
      table,
      request.body.samples.map(sample => ({ ...sample, client: request.ip, samples: 1 })),
    )
    return reply.code(204).send()
  })
  await app.ready()
  return app
}

/** What a page posts as plain text needs no preflight; it is JSON all the same. */
function readPlainText(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['text/plain', 'application/json'],
    { parseAs: 'string' },
    (request, body: string, done) => void parse(request, body, done),
  )
}

/** Other sites' pages must not fill a table with their visitors. @throws ApiProblem */
function allow(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): void {
  const { origin } = request.headers
  if (origin === undefined || !(origins.includes('*') || origins.includes(origin)))
    throw new ApiProblem('forbidden', `pages of ${origin ?? 'no origin'} may not post here`)
  reply.headers({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' })
}
