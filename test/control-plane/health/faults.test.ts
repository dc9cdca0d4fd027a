// The faults that regions die of, by real servers: each is found by `fall` probes, in words, and leaves nothing behind.
import { createSecureServer } from 'node:http2'
import type { Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { check } from '../../../src/control-plane/health/check.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import { regionUp } from '../../../src/control-plane/health/region-up.js'
import { regionStates } from '../../../src/control-plane/publish/region-states.js'
import type { HttpCheckSpec, ProbedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { certificate, freePort, httpPort, httpsPort, listen, tcpPort } from './servers.js'
import { documentOf, httpSpec, region, tcpSpec } from './specs.js'

const QUICK = { intervalMs: 100, timeoutMs: 80, fall: 3, rise: 2 }
/** For those that answer: a busy machine must not turn their words into "no answer". */
const PATIENT = { intervalMs: 100, timeoutMs: 10_000, fall: 3, rise: 2 }

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'
const raw = (act: Parameters<typeof tcpPort>[0]): Promise<number> =>
  tcpPort(socket => {
    socket.once('data', () => act(socket))
  })
const https = (from?: string, to?: string): Promise<number> =>
  httpsPort(certificate(from, to), (_, response) => response.end('ok'))
/** It reads, or it would not see that the other side has gone. */
const mute = (): Promise<number> => tcpPort(socket => socket.resume())
const goaway = (): Promise<number> => {
  const server = createSecureServer(certificate())
  server.on('secureConnection', socket => socket.on('error', () => {}))
  server.on('session', session => session.on('error', () => {}))
  server.on('stream', stream => stream.session?.goaway(2))
  return listen(server as unknown as Server) // it listens like any other
}

type Fault = readonly [name: string, port: () => Promise<number>, more: Partial<HttpCheckSpec>, words: string]

const FAULTS: readonly Fault[] = [
  ['refuses connections', freePort, PATIENT, 'connection refused'],
  ['accepts and says nothing', mute, QUICK, 'no answer within 0.08 s'],
  [
    'is slow with its headers',
    () => raw(socket => socket.write('HTTP/1.1 200 OK\r\nx: ')),
    QUICK,
    'no answer within 0.08 s',
  ],
  ['is slow with its body', () => raw(socket => socket.write(`${HEAD}abc`)), QUICK, 'no answer within 0.08 s'],
  [
    'resets amid the body',
    () => raw(socket => socket.write(`${HEAD}abc`, () => setTimeout(() => socket.resetAndDestroy(), 5))),
    PATIENT,
    'connection reset',
  ],
  [
    'answers 503',
    () => httpPort((_, response) => response.writeHead(503).end()),
    PATIENT,
    'status 503, expected 200-299',
  ],
  [
    'answers with the wrong body',
    () => httpPort((_, response) => response.end('closed')),
    { ...PATIENT, body: { contains: 'open', limit: 100 } },
    '"open" is not in the body',
  ],
  [
    'redirects in a circle',
    () => httpPort((request, response) => response.writeHead(302, { location: request.url }).end()),
    PATIENT,
    'status 302, expected 200-299',
  ],
  [
    'sends a body without end that is wrong',
    () =>
      httpPort((_, response) => {
        const feed = setInterval(() => response.write('x'.repeat(8192)), 1)
        response.once('close', () => clearInterval(feed))
      }),
    { ...PATIENT, body: { contains: 'open', limit: 100_000 } },
    '"open" is not in the first 100000 bytes of the body',
  ],
  [
    'has a certificate that nobody trusts',
    () => https(),
    { ...PATIENT, type: 'https' },
    'certificate is signed by itself, not by a trusted authority',
  ],
  [
    'has a certificate that ends tomorrow',
    () => https('20200101', tomorrow()),
    { ...PATIENT, type: 'https', verify: false, minimumDays: 5 },
    'certificate ends in 0 days, less than 5 days',
  ],
  ['stalls in the TLS handshake', mute, { ...QUICK, type: 'https' }, 'no answer within 0.08 s'],
  [
    'sends HTTP/2 connections away',
    goaway,
    { ...PATIENT, type: 'https', verify: false, http2: true },
    'the server sends the connection away (GOAWAY 2)',
  ],
]

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
}

/** A prober in this thread over real sockets. */
function prober(document: Pick<TrafficDocument, 'regions' | 'checks'>, saved: object = {}) {
  const made = createProber({ crew: localCrew({ probe: check }), log: { info: () => {}, warn: () => {} } })
  onTestFinished(() => made.stop())
  made.restore(saved, 60_000, Date.now())
  made.configure(document)
  return made
}

test.each(FAULTS)('a region that %s goes down by three failures, in words', async (_, serve, more, words) => {
  const port = await serve()
  const spec = httpSpec({ port, ...more })
  const document = documentOf([region('eu', ['127.0.0.1'])], [spec])
  // It was well until now.
  const known = { up: true, run: 0, since: 1, lastAt: Date.now(), check: 'api', address: '127.0.0.1' }
  const watched = prober(document, { form: 1, targets: [known] })
  expect(watched.health().get('eu')?.[0]?.up).toBe(true)
  const downAfter = await new Promise<number>(resolve => {
    watched.onChange((_health, changes) => {
      if (changes.some(({ up }) => !up)) resolve(watched.recent('api', '127.0.0.1').length)
    })
  })
  expect(downAfter).toBe(3)
  expect(watched.health().get('eu')?.[0]?.cause).toBe(`api: ${words}`)
})

test('half of the addresses down takes a region out where it needs more than half, and not where any will do', async () => {
  const port = await tcpPort(() => {}, '127.0.0.1')
  const spec = tcpSpec({ port, ...PATIENT })
  const eu = region('eu', ['127.0.0.1', '127.0.0.2'])
  const watched = prober(documentOf([eu], [spec]))
  await watched.firstRound()
  const ups = watched
    .health()
    .get('eu')!
    .map(({ up }) => up)
  expect(ups).toEqual([true, false])
  expect([undefined, 0.5, 0.51].map(minimum => regionUp(ups, minimum))).toEqual([true, true, false])
})

test('IPv6 alone down leaves the region up for IPv4', async () => {
  const port = await tcpPort(() => {}, '127.0.0.1')
  const eu = region('eu', ['127.0.0.1', '::1'])
  const document = documentOf([eu], [tcpSpec({ port, ...PATIENT })])
  const watched = prober(document)
  await watched.firstRound()
  const whole = { ...document, policies: new Map(), latency: new Map(), zones: new Map() }
  const up = (family: 4 | 6) => regionStates(whole, watched.health(), family, new Map(), 0).get('eu')?.up
  expect([up(4), up(6)]).toEqual([true, false])
})

test('thousands of probes that end badly leave neither sockets nor memory behind', async () => {
  const specs: ProbedCheckSpec[] = []
  for (const [, serve, more] of FAULTS) specs.push(httpSpec({ port: await serve(), ...more }))
  const round = (): Promise<unknown> =>
    Promise.all(
      specs.map(spec => attempt(signal => check(spec, '127.0.0.1', signal), spec.timeoutMs, new AbortController())),
    )
  for (let i = 0; i < 10; i++) await round()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 60; i++) await Promise.all([round(), round(), round(), round()])
  await expect.poll(sockets, { timeout: 20_000 }).toBe(0)
  // Over three thousand probes; one that kept so much as its kilobyte would show.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000)
})

const sockets = (): number =>
  process.getActiveResourcesInfo().filter(name => /^TCPSocketWrap$|TLSWrap|TCPConnect/.test(name)).length
