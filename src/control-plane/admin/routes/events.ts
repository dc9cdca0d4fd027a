// /v1/events: what happens, as it happens (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html).
import type { ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { formatEvent } from '../event-stream.js'
import { described, type Routes } from '../route.js'

/** ms between signs of life, so that whoever stands between does not take the connection for dead. */
const ALIVE_MS = 15_000
/** Bytes that may wait for a reader; one that is slower is sent away, and comes again. */
const MOST_WAITING = 1_048_576

export const events: Routes = (app, port) => {
  const open = new Set<ServerResponse>()
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
    raw.write('retry: 2000\n\n')
    const send = (text: string): void => {
      if (raw.writableLength > MOST_WAITING) raw.destroy()
      else raw.write(text)
    }
    const unsubscribe = port.subscribe(event => send(formatEvent(event)))
    const alive = setInterval(() => send(': alive\n\n'), ALIVE_MS)
    request.raw.once('close', () => {
      clearInterval(alive)
      open.delete(raw)
      unsubscribe()
    })
  })
  // Streams do not end by themselves, and a server that stops waits for them.
  app.addHook('preClose', async () => {
    for (const raw of open) raw.end()
  })
}

const STREAM = described({
  operationId: 'followEvents',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events of the kinds health, region, prober, drill, snapshot and document; their data is JSON. What happened before is not sent.',
  tag: 'node',
  reply: Type.String({ description: 'An event stream.' }),
  replyType: 'text/event-stream',
})
