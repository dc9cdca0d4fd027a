// Traces and metrics of a real server, as collectors get them: what is a part of what, under which names, and what a collector costs that is ill.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CollectedSpan, type Collector, grpcCollector, httpCollector } from './collector.js'
import { ask, UdpClient } from './dns-client.js'
import { Server, until } from './server.js'

const TRAFFIC = `
regions:
  eu: { addresses: [192.0.2.1], location: [50, 8] }
  us: { addresses: [192.0.2.2], location: [40, -75] }
zones: { example.com: { nameservers: [ns1.example.net], records: { api: { steer: nearest } } } }
`
const settings = (endpoint: string, more = ''): string =>
  `telemetry: { endpoint: "${endpoint}", interval: 1s, resource: { site: fra }${more} }`

/** As docs/metrics.md has it. */
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'

const parentOf = (spans: readonly CollectedSpan[], { parent }: CollectedSpan): string | undefined =>
  spans.find(({ id }) => id === parent)?.name

const sampleOf = async (server: Server, series: string): Promise<number> => {
  const text = await (await fetch(`${server.admin}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find(line => line.startsWith(`${series} `))
      ?.split(' ')[1],
  )
}

describe.each([
  ['http/protobuf', httpCollector],
  ['grpc', grpcCollector],
] as const)('by %s', (protocol, open) => {
  let collector: Collector
  let server: Server
  beforeAll(async () => {
    collector = await open()
    server = await Server.start({
      traffic: TRAFFIC,
      settings: () => settings(collector.endpoint, `, protocol: ${protocol}, headers-file: headers`),
      files: { headers: 'authorization: Bearer for-the-collector\n' },
    })
  })
  afterAll(async () => {
    await server?.close()
    collector?.close()
  })

  test('a request is one trace: the change, what is served of it, what is published, and when threads have it', async () => {
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` }
    expect(await server.api('PATCH', '/v1/regions/eu', { body: { weight: 50 }, headers })).toMatchObject({
      status: 200,
    })
    const client = await UdpClient.open({ host: server.host, port: server.port })
    await client.ask(ask('api.example.com', 'A'))
    client.close()
    const mine = (): CollectedSpan[] => collector.spans.filter(({ trace }) => trace === TRACE)
    const spans = await until('the request is told', 30_000, async () =>
      mine().some(({ parent }) => parent === PARENT) && mine().some(({ name }) => name === 'taken over by threads')
        ? mine()
        : undefined,
    )
    const request = spans.find(({ parent }) => parent === PARENT)
    expect(request).toMatchObject({
      name: 'PATCH /v1/regions/:id',
      kind: 2,
      failed: false,
      attributes: {
        'http.request.method': 'PATCH',
        'http.route': '/v1/regions/:id',
        'http.response.status_code': 200,
        'url.path': '/v1/regions/eu',
      },
    })
    const chain = new Map(spans.map(span => [span.name, parentOf(spans, span)]))
    expect(Object.fromEntries(chain)).toEqual({
      'PATCH /v1/regions/:id': undefined,
      change: 'PATCH /v1/regions/:id',
      serve: 'change',
      'first probes': 'serve',
      compile: 'serve',
      publish: 'compile',
      'taken over by threads': 'compile',
    })
    const change = spans.find(({ name }) => name === 'change')
    expect(change?.attributes).toMatchObject({ 'meridian.actor': 'admin', 'meridian.dry_run': false })
    expect(change?.attributes['meridian.revision']).toBe(
      spans.find(({ name }) => name === 'serve')?.attributes['meridian.revision'],
    )
    const taken = spans.find(({ name }) => name === 'taken over by threads')
    expect(taken?.attributes['meridian.threads.have']).toBe(taken?.attributes['meridian.threads'])
    for (const { begun, ended } of spans) expect(ended).toBeGreaterThanOrEqual(begun)
  })

  test('who it is, and what the collector wants to be shown, comes with all of it', () => {
    expect(collector.resource).toMatchObject({ 'service.name': 'meridian', site: 'fra' })
    expect([...collector.authorizations]).toEqual(['Bearer for-the-collector'])
  })

  test('that somebody reads metrics is no span', () => {
    expect(collector.spans.filter(({ name }) => name.includes('/metrics'))).toEqual([])
  })

  test('every series of /metrics that has samples is told, by the same name and with the same meaning', async () => {
    const text = await (await fetch(`${server.admin}/metrics`)).text()
    const series = [...text.matchAll(/^(meridian_\w+?)(?:_bucket|_sum|_count)?[{ ]/gm)].map(([, name]) => name)
    const reading = await until('a reading', 30_000, async () => {
      const last = collector.readings.at(-1)
      return last?.some(({ name }) => name === 'meridian_event_loop_lag_mean_seconds') ? last : undefined
    })
    expect(reading.map(({ name }) => name)).toEqual([...new Set(series)])
    for (const { name, kind, description } of reading) {
      expect(text).toContain(`# TYPE ${name} ${kind === 'sum' ? 'counter' : kind}`)
      expect(text).toContain(`# HELP ${name} ${description}`)
    }
    const requests = reading.find(({ name }) => name === 'meridian_api_request_duration_seconds')
    expect(requests?.points).toContainEqual({ attributes: { method: 'PATCH', code: '200' }, value: 1 })
    const up = reading.find(({ name }) => name === 'meridian_build_info')
    expect(up?.points).toEqual([{ attributes: { version: expect.any(String) }, value: 1 }])
  })
})

describe('a collector that is ill', () => {
  test('says no: what it did not take is counted, and told once; when it takes again, so is that', async () => {
    const collector = await httpCollector()
    collector.manner = 'refuses'
    const server = await Server.start({ traffic: TRAFFIC, settings: () => settings(collector.endpoint) })
    try {
      await until('lost', 30_000, async () =>
        (await sampleOf(server, 'meridian_telemetry_total{signal="metrics",result="lost"}')) >= 2 ? true : undefined,
      )
      expect(server.program.stdout.match(/does not take metrics/g)).toHaveLength(1)
      collector.manner = 'takes'
      await server.program.says(/the collector takes metrics again/)
    } finally {
      await server.close()
      collector.close()
    }
  })

  test('keeps silent: changes are made as ever, and a stop does not wait for it', async () => {
    const collector = await httpCollector()
    collector.manner = 'silent'
    const server = await Server.start({ traffic: TRAFFIC, settings: () => settings(collector.endpoint) })
    try {
      for (const weight of [10, 20, 30])
        expect((await server.api('PATCH', '/v1/regions/eu', { body: { weight } })).status).toBe(200)
    } finally {
      const begun = Date.now()
      expect(await server.close()).toBe(0)
      expect(Date.now() - begun).toBeLessThan(5000)
      collector.close()
    }
  })
})

test('a file of headers that cannot be read is told at the start', async () => {
  const wish = { traffic: TRAFFIC, settings: () => settings('http://127.0.0.1:1', ', headers-file: headers') }
  await expect(Server.start({ ...wish, files: { headers: 'no header\n' } })).rejects.toThrow(/headers:1: not a header/)
  await expect(Server.start(wish)).rejects.toThrow(/ENOENT/)
})
