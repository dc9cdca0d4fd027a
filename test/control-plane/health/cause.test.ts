import { createServer } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { errors } from 'undici'
import { expect, test } from 'vitest'
import { cause, certificateCause } from '../../../src/control-plane/health/cause.js'
import { certificate, listen, type Pair } from './servers.js'

test.each([
  [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:80'), { code: 'ECONNREFUSED' }), 'connection refused'],
  [Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }), 'host unreachable'],
  [new errors.HTTPParserError('Expected HTTP/'), 'the answer is not HTTP'],
  [new errors.HTTPParserError('Invalid EOF state'), 'connection closed before the answer was complete'],
  [new errors.SocketError('other side closed'), 'connection closed before the answer was complete'],
  [
    Object.assign(new Error('x'), { code: 'ERR_SSL_NO_CIPHER', reason: 'no cipher' }),
    'TLS handshake failed (no cipher)',
  ],
  [Object.assign(new Error('as it is'), { code: 42 }), 'as it is'],
  [new Error('as it is'), 'as it is'],
  ['a string', 'a string'],
])('%o in words', (error, words) => {
  expect(cause(error)).toBe(words)
})

/** A connection that trusts the pair's own certificate as an authority, as a machine would with a private one. */
async function shown(pair: Pair, servername: string): Promise<TLSSocket> {
  const port = await listen(createServer(pair))
  const socket = connect({ host: '127.0.0.1', port, servername, ca: pair.cert, rejectUnauthorized: false })
  await new Promise(resolve => socket.once('secureConnect', resolve))
  return socket
}

test.each([
  ['20200101', '20240301', 'certificate expired on 2024-03-01'],
  ['20480101', '20490301', 'certificate is not valid before 2048-01-01'],
])('a certificate that is good from %s to %s is told with its day', async (from, to, words) => {
  const socket = await shown(certificate(from, to), 'api.test')
  expect(certificateCause(socket, 'api.test')).toBe(words)
  socket.destroy()
})

test('a certificate for another name is told with the name that was asked for', async () => {
  const socket = await shown(certificate(), 'other.test')
  expect(certificateCause(socket, 'other.test')).toBe('certificate is not for other.test')
  socket.destroy()
})

test('a trusted certificate for the right name is authorized', async () => {
  const socket = await shown(certificate(), 'api.test')
  expect(socket.authorized).toBe(true)
  socket.destroy()
})
