// Webhooks to a receiver that is really there: what it gets when a region dies, how it knows whom it is from, and what happens while it is ill.
import { createHmac } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { RETRIES_MS, Webhooks } from '../../src/control-plane/operate/webhook.js'
import { Server, until } from './server.js'

const SECRET = 'open sesame'

interface Got {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const listen = async (server: TcpServer): Promise<number> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port // it listens on TCP
}

/** Answers with these statuses, one after the other; the last goes on. */
async function receiver(...statuses: number[]): Promise<{ readonly url: string; readonly got: Got[] }> {
  const got: Got[] = []
  const server = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) })
    response.writeHead(statuses.length > 1 ? statuses.shift()! : statuses[0]!).end()
  })
  const port = await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}/hook`, got }
}

/** As a receiver does it, by what docs/health.md says. @returns when it was sent, s */
function verified({ headers, body }: Got): number {
  const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['meridian-signature']))!
  expect(mac).toBe(createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'))
  return Number(time)
}

test('a region that dies and comes back is told, signed, until it is taken, in order and with one id each', async () => {
  const hook = await receiver(500, 204)
  const balancer = createTcp(socket => socket.on('error', () => {}).end())
  const port = await listen(balancer)
  const secret = join(tmpdir(), `meridian-webhook-${process.pid}`)
  await writeFile(secret, `${SECRET}\n`)
  const server = await Server.start({
    traffic: `
checks: { beat: { type: tcp, port: ${port}, interval: 1s, timeout: 900ms, fall: 2, rise: 1 } }
regions: { eu: { addresses: [127.0.0.1], checks: [beat] } }
zones:
  example.com: { nameservers: [ns1.example.net], records: { api: { steer: nearest } } }
`,
    settings: () => `webhooks: [{ url: "${hook.url}", secret-file: ${secret} }]`,
  })
  onTestFinished(async () => {
    await server.close()
    await rm(secret)
    await new Promise(resolve => balancer.close(resolve))
  })
  const told = (): readonly { readonly up: boolean }[] =>
    hook.got.map(({ body }) => JSON.parse(body)).filter(({ kind }) => kind === 'health')
  const tellsOf = (up: boolean): Promise<true> =>
    until(`the receiver is told ${up}`, 60_000, async () => (told().some(one => one.up === up) ? true : undefined))

  await new Promise(resolve => balancer.close(resolve))
  await tellsOf(false)
  await new Promise<void>(resolve => balancer.listen(port, '127.0.0.1', resolve))
  await tellsOf(true)

  const now = Date.now() / 1000
  for (const one of hook.got) expect(Math.abs(now - verified(one))).toBeLessThan(120)
  // The first of them was refused, and came once more before anything else.
  expect(hook.got[1]?.body).toBe(hook.got[0]?.body)
  const ids = hook.got.slice(1).map(({ body }) => JSON.parse(body).id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(told().find(({ up }) => !up)).toMatchObject({
    ...{ node: expect.any(String), region: 'eu', address: '127.0.0.1', cause: 'beat: connection refused' },
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  })
  await until('all are counted', 30_000, async () => {
    const metrics = await (await fetch(`${server.admin}/metrics`)).text()
    const count = (series: string): string | undefined => metrics.split('\n').find(line => line.startsWith(series))
    const all = `meridian_webhooks_total{result="delivered"} ${hook.got.length - 1}`
    return count(all) === all && count('meridian_webhooks_total{result="dead"} 0') !== undefined ? true : undefined
  })
})

test('what a receiver never takes is sent five times, each time signed anew, then given up and counted', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_700_000_000_000 })
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const hook = await receiver(503)
  const dead: string[] = []
  const webhooks = new Webhooks({
    ...{ targets: [{ url: hook.url, secret: SECRET }], node: 'ns1' },
    onDead: (url, why) => dead.push(`${url} ${why}`),
  })
  onTestFinished(() => webhooks.stop())
  webhooks.tell({ kind: 'region', at: Date.now(), region: 'eu', admitted: 0 })
  for (const wait of RETRIES_MS) {
    // Others set timers too, but none that is as long.
    await comes(() => timers.mock.calls.some(([, ms]) => ms === wait))
    await vi.advanceTimersByTimeAsync(wait)
  }
  await comes(() => dead.length > 0)
  const begun = 1_700_000_000
  expect(hook.got.map(verified)).toEqual([begun, begun + 1, begun + 6, begun + 36, begun + 156])
  expect(new Set(hook.got.map(({ body }) => body)).size).toBe(1)
  expect(dead).toEqual([`${hook.url} status 503`])
  expect(webhooks.counts()).toEqual({ delivered: 0, dead: 1, waiting: 0 })
})

/** Waits by the loop of events, since timers stand still. */
async function comes(look: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!look()) {
    if (performance.now() > deadline) throw new Error('nothing came within 30 s')
    await new Promise(resolve => setImmediate(resolve))
  }
}
