import { expect, test } from 'vitest'
import { probeByName } from '../../../src/control-plane/health/by-name.js'
import { check } from '../../../src/control-plane/health/check.js'
import { endpoints } from '../../../src/control-plane/health/endpoints.js'
import { newTrace } from '../../../src/control-plane/health/trace.js'
import { parseName } from '../../../src/dns/name.js'
import { freePort, httpPort, tcpPort } from './servers.js'
import { httpSpec, tcpSpec } from './specs.js'

const NEVER = new AbortController().signal
const looking =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses)

/** Well, ill, or silent until it is told to stop. */
function probing(states: Readonly<Record<string, 'well' | 'ill' | 'silent'>>) {
  const stopped: string[] = []
  const probe = (address: string, signal: AbortSignal): Promise<void> => {
    if (states[address] === 'well') return Promise.resolve()
    if (states[address] === 'ill') return Promise.reject(new Error('connection refused'))
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => {
        stopped.push(address)
        reject(signal.reason)
      }),
    )
  }
  return { probe, stopped }
}

test('a name is well while any of its addresses is, and the others are let go', async () => {
  const { probe, stopped } = probing({ a: 'ill', b: 'silent', c: 'well' })
  await probeByName('lb.example.net.', probe, NEVER, looking('a', 'b', 'c'))
  expect(stopped).toEqual(['b'])
})

test('a name is ill when all of its addresses are, and each is told of', async () => {
  const { probe } = probing({ a: 'ill', b: 'ill' })
  await expect(probeByName('lb.example.net.', probe, NEVER, looking('a', 'b', 'a'))).rejects.toThrow(
    'a: connection refused; b: connection refused',
  )
})

test.each([
  ['cannot be resolved', () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })), 'ENOTFOUND'],
  ['has no address', looking(), 'has no address'],
])('a name that %s is ill', async (_, look, words) => {
  const { probe } = probing({})
  await expect(probeByName('lb.example.net.', probe, NEVER, look)).rejects.toThrow(words)
})

test('the caller’s timeout ends all probes', async () => {
  const { probe, stopped } = probing({ a: 'silent', b: 'silent' })
  const timeout = new AbortController()
  const done = probeByName('lb.example.net.', probe, timeout.signal, looking('a', 'b'))
  await Promise.resolve()
  setImmediate(() => timeout.abort(new Error('no answer')))
  await expect(done).rejects.toThrow('a: no answer; b: no answer')
  expect(stopped).toEqual(['a', 'b'])
})

test('a region has endpoints of one kind', () => {
  const name = parseName('lb.example.net.')
  expect(endpoints({ addresses: [], target: { text: 'lb.example.net.', name } })).toEqual([
    { gives: 'target', text: 'lb.example.net.', canonical: 'lb.example.net.', bytes: name },
  ])
})

test('the system resolves the name for a probe, and HTTP asks for the host by it', async () => {
  const hosts: (string | undefined)[] = []
  const port = await httpPort((request, response) => {
    hosts.push(request.headers.host)
    response.end()
  })
  await check(httpSpec({ port }), 'localhost.', NEVER)
  const trace = newTrace()
  await check(httpSpec({ port, host: 'api.example.com' }), 'localhost.', NEVER, trace)
  expect(trace.phases).toEqual({
    dnsMs: expect.any(Number),
    connectMs: expect.any(Number),
    firstByteMs: expect.any(Number),
  })
  expect(new Set(hosts)).toEqual(new Set(['localhost', 'api.example.com']))
  await check(tcpSpec({ port: await tcpPort(socket => socket.end()) }), 'localhost.', NEVER)
  await expect(check(tcpSpec({ port: await freePort() }), 'localhost.', NEVER)).rejects.toThrow('connection refused')
})
