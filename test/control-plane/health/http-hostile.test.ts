// Whatever a server sends, a probe ends in words or passes; no error goes unheard.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { causeOf } from './asking.js'
import { tcpPort } from './servers.js'
import { httpSpec } from './specs.js'

/** What answers are made of, in part and out of order. */
const PIECES = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n',
  'HTTP/1.0 200 OK\r\n\r\n',
  'HTTP/2.0 200\r\n\r\n',
  'content-length: 3\r\n',
  'content-length: 9\r\n',
  'content-length: -1\r\n',
  'transfer-encoding: chunked\r\n',
  'connection: close\r\n',
  'connection: keep-alive\r\n',
  'keep-alive: timeout=1\r\n',
  'keep-alive: timeout=999999999999\r\n',
  '\r\n',
  'abc',
  '3\r\nabc\r\n',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
  '0\r\ntrailer: x\r\n\r\n',
  ' : \r\n',
  '\0',
] as const

const ANSWER = fc.record({
  pieces: fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }),
  end: fc.constantFrom('end', 'reset', 'stay'),
  apart: fc.boolean(),
  reuse: fc.boolean(),
  method: fc.constantFrom('GET' as const, 'HEAD' as const),
})

test('whatever a server answers, a probe comes to an end in words, and no error is unheard', async () => {
  const unheard: unknown[] = []
  const hear = (error: unknown): void => void unheard.push(error)
  process.on('uncaughtExceptionMonitor', hear)
  let now: { readonly pieces: readonly string[]; readonly end: string; readonly apart: boolean } | undefined
  const port = await tcpPort(socket => {
    socket.on('data', () => {
      const { pieces = [], end, apart } = now ?? {}
      for (const piece of apart ? pieces : [pieces.join('')]) socket.write(piece)
      if (end === 'end') socket.end()
      if (end === 'reset') setImmediate(() => socket.resetAndDestroy())
    })
  })
  const body = { contains: 'abc', limit: 20 }
  await fc.assert(
    fc.asyncProperty(ANSWER, async ({ reuse, method, ...answer }) => {
      now = answer
      const spec = httpSpec({ id: 'hostile', port, reuse, method, ...(method === 'GET' ? { body } : {}) })
      for (let i = 0; i < 2; i++)
        expect([undefined, expect.any(String)]).toContainEqual(await causeOf(spec, undefined, 10))
    }),
    { numRuns: 200 },
  )
  process.off('uncaughtExceptionMonitor', hear)
  expect(unheard).toEqual([])
})
