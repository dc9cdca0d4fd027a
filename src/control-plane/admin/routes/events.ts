// /v1/events: what happens, as it happens (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html).
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { EventLog } from '../event-log.js'
import { formatEvent, greet } from '../event-stream.js'
import { described, type Routes } from '../route.js'

/** ms between signs of life, so that whoever stands between does not take the connection for dead. */
const ALIVE_MS = 15_000
/** Bytes that may wait for a reader; one that is slower is sent away, and comes again. */
const MOST_WAITING = 1_048_576

export const events: Routes = (app, port) => {
  const open = new Set<ServerResponse>()
  const log = new EventLog(port.startedAt.toString(36))
  const send = (raw: ServerResponse, text: string): void => {
    if (raw.writableLength > MOST_WAITING) raw.destroy()
    else raw.write(text)
  }
  const unsubscribe = port.subscribe(event => {
    const text = formatEvent(log.add(event))
    for (const raw of open) send(raw, text)
  })
  app.get('/events', { schema: STREAM }, (request, reply) => {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>), // what the hooks have set, none of them a list
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    open.add(raw)
    raw.write(greet(log, lastHeardOf(request.headers)))
    const alive = setInterval(() => send(raw, ': alive\n\n'), ALIVE_MS)
    request.raw.once('close', () => {
      clearInterval(alive)
      open.delete(raw)
    })
  })
  // Streams do not end by themselves, and a server that stops waits for them.
  app.addHook('preClose', async () => {
    unsubscribe()
    for (const raw of open) raw.end()
  })
}

const lastHeardOf = ({ 'last-event-id': id }: IncomingHttpHeaders): string | undefined =>
  typeof id === 'string' && id !== '' ? id : undefined

const STREAM = described({
  operationId: 'followEvents',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events of the kinds health, region, prober, incident, drill, dnssec, snapshot and document; their data is JSON. A reader that comes again with the id of the last one is sent what it has missed, or `reset` where that is not known any more.',
  tag: 'node',
  headers: Type.Object({
    'last-event-id': Type.Optional(Type.String({ description: 'The id of the last event that was heard of.' })),
  }),
  reply: Type.String({ description: 'An event stream.' }),
  replyType: 'text/event-stream',
})
