import { expect, test } from 'vitest'
import { check } from '../../../src/control-plane/health/check.js'
import { freePort, tcpPort } from './servers.js'
import { tcpSpec } from './specs.js'

const ask = (port: number, address: string, signal = new AbortController().signal): Promise<void> =>
  check(tcpSpec({ port }), address, signal)

test.each(['127.0.0.1', '::1'])('a connection that opens to %s passes, and is closed again', async address => {
  let closed: () => void
  const wasClosed = new Promise<void>(resolve => {
    closed = resolve
  })
  const port = await tcpPort(socket => socket.resume().once('close', () => closed()), address)
  await expect(ask(port, address)).resolves.toBeUndefined()
  await wasClosed
})

test.each(['127.0.0.1', '::1'])('a port of %s on which nothing listens is a connection refused', async address => {
  await expect(ask(await freePort(), address)).rejects.toThrow('connection refused')
})

test('a probe that is aborted while it connects fails at once', async () => {
  const port = await tcpPort(() => {})
  const abort = new AbortController()
  const probe = ask(port, '127.0.0.1', abort.signal)
  abort.abort()
  await expect(probe).rejects.toThrow()
})
