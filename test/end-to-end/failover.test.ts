import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import type { Message } from '../../src/dns/message.js'
import { addressesOf, ask, askByTcp, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server, until } from './server.js'

// The promise is about the times that everybody gets who chooses none: 10 s, 4 s, fall 3, rise 2. So this takes a minute.
const FAIL_MS = 30_000
const RECOVER_MS = 25_000
const TOKYO = '127.0.2.4'
const SINGAPORE = '127.0.2.5'
const FROM_TOKYO = ask('api.example.com', 'A', '133.11.0.0/24')

let balancers: DemoRegions
let port: number
let server: Server

beforeAll(async () => {
  port = await freePort()
  balancers = await startDemoRegions(BALANCERS, port)
  server = await Server.start({ traffic: exampleFor({ balancers: port, interval: '10s', timeout: '4s' }) })
})

afterAll(async () => {
  await server?.close()
  await balancers?.close()
})

/** Asks without a pause, `every` ms, until it is told to stop; keeps what came of each query. */
class Stream {
  readonly seen: { readonly at: number; readonly answer: Message | undefined }[] = []
  private readonly asked: Promise<void>[] = []
  private readonly timer: NodeJS.Timeout

  constructor(everyMs: number, send: () => Promise<Message | undefined>) {
    this.timer = setInterval(() => {
      const at = Date.now()
      this.asked.push(
        send().then(
          answer => void this.seen.push({ at, answer }),
          () => void this.seen.push({ at, answer: undefined }),
        ),
      )
    }, everyMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.asked)
  }

  last(): string {
    const answer = this.seen.at(-1)?.answer
    return answer === undefined ? '' : addressesOf(answer).join()
  }
}

const post = (path: string): Promise<Response> => fetch(`http://${TOKYO}:${port}${path}`, { method: 'POST' })

test('Tokyo fails and comes back: its clients move within 30 s and 25 s, TTLs shrink, and no query is lost', async () => {
  const client = await UdpClient.open(server)
  const udp = new Stream(5, () => client.ask(FROM_TOKYO))
  const tcp = new Stream(50, () => askByTcp(server, FROM_TOKYO))
  const moved = async (to: string, ms: number): Promise<number> => {
    const start = Date.now()
    await until(`clients of Tokyo get ${to}`, ms, async () => (udp.last() === to ? true : undefined))
    return Date.now() - start
  }

  await moved(TOKYO, 2000)
  const failedAt = Date.now()
  await post('/fail')
  await moved(SINGAPORE, FAIL_MS)
  const movedAt = Date.now()
  await post('/recover')
  await moved(TOKYO, RECOVER_MS)
  const backAt = Date.now()
  // The answers just after the move are of interest too.
  await moved(TOKYO, 2000)
  await Promise.all([udp.stop(), tcp.stop()])
  client.close()

  const all = [...udp.seen, ...tcp.seen]
  expect(all.filter(({ answer }) => answer === undefined)).toEqual([])
  expect(all.filter(({ answer }) => answer?.rcode !== 0)).toEqual([])
  expect(new Set(all.map(({ answer }) => addressesOf(answer!).join()))).toEqual(new Set([TOKYO, SINGAPORE]))
  expect(new Set(tcp.seen.map(({ answer }) => addressesOf(answer!).join()))).toEqual(new Set([TOKYO, SINGAPORE]))

  const ttls = (from: number, to: number, address: string): number[] =>
    udp.seen
      .filter(({ at, answer }) => at >= from && at < to && addressesOf(answer!).join() === address)
      .map(({ answer }) => answer!.answers[0]!.ttl)
  const before = Math.min(...ttls(0, failedAt, TOKYO))
  const shrunk = Math.min(...ttls(failedAt, movedAt, TOKYO))
  expect(before).toBeGreaterThan(2 * shrunk)
  // The answer can change back as soon as Tokyo has passed often enough: 2 checks, 10 s apart.
  expect(Math.max(...ttls(movedAt, backAt, SINGAPORE))).toBeLessThanOrEqual(20)
})

test('the incident is told step by step, and its answers are those that were given', async () => {
  const { incidents } = (await server.api('GET', '/v1/incidents')).body
  expect(incidents).toMatchObject([
    { region: 'ap-northeast', state: 'over', cause: 'api: status 503, expected 200-299' },
  ])
  const steps: readonly { readonly step: string }[] = (await server.api('GET', `/v1/incidents/${incidents[0].id}`)).body
    .steps
  const order = (kinds: readonly string[]): string[] =>
    steps.map(({ step }) => step).filter(step => kinds.includes(step))
  expect(order(['failing', 'decided', 'published', 'answered'])).toEqual(
    'failing decided published answered decided published answered'.split(' '),
  )
  expect(order(['last-old-answer', 'forgotten'])).toEqual(['last-old-answer', 'forgotten'])
})

test('the log tells of both changes, and why', () => {
  const messages = server.program.stdout
    .split('\n')
    .filter(line => line.includes('ap-northeast'))
    .map(line => JSON.parse(line).msg)
  expect(messages).toEqual([
    `ap-northeast ${TOKYO} is up`,
    `ap-northeast ${TOKYO} is down: api: status 503, expected 200-299`,
    `ap-northeast ${TOKYO} is up`,
  ])
})
