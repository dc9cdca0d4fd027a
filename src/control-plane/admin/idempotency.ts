// Idempotency-Key on POST: whoever did not hear the reply sends the request again, and gets the reply of the first.
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { scopeOf } from './auth.js'
import { callerOf } from './caller.js'
import { ApiProblem } from './problems.js'
import type { KnownReply, Repeats } from './repeats.js'

export const IDEMPOTENCY_KEY = 'Idempotency-Key'
const HEADER = IDEMPOTENCY_KEY.toLowerCase()
export const IDEMPOTENCY_PATTERN = '^[\\x21-\\x7e]{1,200}$'
/** The reply to one of these has a secret in it, which is kept nowhere. */
export const WITH_SECRET = /^\/v1\/tokens(\?|$)/

/** Kept headers of a reply; the others are made for each. */
const KEPT = ['content-type', 'etag'] as const

export function rememberReplies(app: FastifyInstance, repeats: Repeats): void {
  const fresh = new WeakMap<FastifyRequest, string>()

  // After the body was read and found sound: what makes no sense is not remembered.
  app.addHook('preHandler', async (request, reply) => {
    const sent = request.headers[HEADER]
    if (request.method !== 'POST' || typeof sent !== 'string' || WITH_SECRET.test(request.url)) return
    if (!new RegExp(IDEMPOTENCY_PATTERN).test(sent))
      throw new ApiProblem('request-invalid', 'Idempotency-Key has 1 to 200 characters, without spaces')
    // What only looks changes nothing, however often.
    if (scopeOf(request) === 'read') return
    const key = `${callerOf(request).id} ${sent}`
    const repeat = await repeats.ask(key, printOf(request)).catch(error => {
      throw error instanceof Error && 'errno' in error ? new ApiProblem('not-writable', error.message) : error
    })
    switch (repeat.kind) {
      case 'fresh':
        fresh.set(request, key)
        return
      case 'other':
        throw new ApiProblem('idempotency-key-reused', `the key ${sent} came with another request`)
      case 'running':
        throw new ApiProblem('idempotency-key-in-use', 'ask again when it is over')
      case 'lost':
        throw new ApiProblem(
          'idempotency-key-lost',
          'the node that made the request stopped before it told what came of it; look, and send it with another key',
        )
      case 'known': {
        const { status, headers, body } = repeat.reply
        return reply
          .code(status)
          .headers({ ...headers, 'Idempotent-Replay': 'true' })
          .serializer((text: string) => text)
          .send(body)
      }
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const key = fresh.get(request)
    if (key === undefined) return payload
    // A refusal may be none when it is asked again: what was in the way may be gone.
    const isKept = reply.statusCode < 400 && typeof payload === 'string'
    const kept = isKept
      ? repeats.tell(key, { status: reply.statusCode, headers: headersOf(reply), body: payload })
      : repeats.forget(key)
    // The change is made: whoever made it has to hear so.
    await kept.catch(err => request.log.error({ err }, 'what came of a request with an idempotency key is not kept'))
    return payload
  })
}

function headersOf(reply: { getHeader(name: string): unknown }): KnownReply['headers'] {
  return Object.fromEntries(
    KEPT.flatMap(name => {
      const value = reply.getHeader(name)
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
}

const printOf = ({ method, url, body, headers }: FastifyRequest): string =>
  createHash('sha256')
    .update(
      JSON.stringify([method, url, body ?? null, headers['if-match'] ?? null, headers['x-override-rules'] ?? null]),
    )
    .digest('base64')
