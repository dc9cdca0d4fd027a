// One probe of one check against a real server at 127.0.0.1: its cause, and what it saw.
import { createServer as createHttp2, createSecureServer, type Http2Server } from 'node:http2'
import type { Server } from 'node:net'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { checker } from '../../../src/control-plane/health/check.js'
import type { Word } from '../../../src/control-plane/health/crew.js'
import { newTrace, type Trace } from '../../../src/control-plane/health/trace.js'
import type { ProbedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { type certificate, listen } from './servers.js'

export const TIMING = { id: 'api', intervalMs: 10_000, timeoutMs: 4000, fall: 3, rise: 2 }
export const TLS = { verify: true, warningDays: 14 }

interface Asked {
  readonly cause: string | undefined
  readonly trace: Trace
}

export async function ask(
  spec: ProbedCheckSpec,
  word: Word = {},
  timeoutMs = 4000,
  execAllowed = true,
  source: readonly string[] = [],
): Promise<Asked> {
  const trace = newTrace()
  const probe = checker({ execAllowed, source })
  const cause = await attempt(signal => probe(spec, '127.0.0.1', signal, trace, word), timeoutMs, new AbortController())
  return { cause, trace }
}
export const causeOf = async (...args: Parameters<typeof ask>): Promise<string | undefined> =>
  (await ask(...args)).cause

/** An HTTP/2 server, over TLS where `pair` is given. */
export const http2Port = (
  setUp: (server: Http2Server) => void,
  pair?: ReturnType<typeof certificate>,
): Promise<number> => {
  const server = pair === undefined ? createHttp2() : createSecureServer(pair)
  server.on('session', session => session.on('error', () => {}))
  setUp(server as Http2Server) // what is used is the same in both
  return listen(server as unknown as Server) // it listens like any other
}
