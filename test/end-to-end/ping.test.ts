// ICMP checks in network namespaces: where pings are not allowed they count for nothing, and where they are they decide.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Cable, runIn } from './namespaces.js'
import { Server } from './server.js'

const HERE = ['10.79.0.1/24', '10.79.0.2/24', 'fd00:79::1/64', 'fd00:79::2/64']
/** Of the node's addresses those that are answered; the others are what the system would choose for v4 and v6. */
const ANSWERED = ['10.79.0.2', 'fd00:79::2']
const UNANSWERED = ['10.79.0.1/32', 'fd00:79::1/128']
const THERE = ['10.79.0.11/24', 'fd00:79::11/64']
const TRAFFIC = `checks:
  ping: { type: icmp, interval: 1s, timeout: 900ms, fall: 2, rise: 1 }
regions:
  there: { addresses: [10.79.0.11, "fd00:79::11"], checks: [ping] }
  nowhere: { addresses: [10.79.0.99], checks: [ping] }
zones:
  example.com: { nameservers: [ns1.example.net], records: { api: { steer: nearest } } }
`

// Where namespaces cannot be had, CI fails with the reason in namespaces.test.ts.
const unavailable = await Cable.unavailable()

describe.runIf(unavailable === undefined)('a node at one end of a cable', () => {
  let cable: Cable
  let server: Server

  beforeAll(async () => {
    cable = await Cable.lay(HERE, THERE)
    for (const route of UNANSWERED) await runIn(cable.client, 'ip', 'route', 'add', 'blackhole', route)
    const settings = () => `health: { source: [${ANSWERED.map(address => JSON.stringify(address))}] }\n`
    server = await Server.start({ traffic: TRAFFIC, settings, within: cable.server.enter })
  })

  afterAll(async () => {
    await server?.close()
    await cable?.remove()
  })

  const inside = async (...words: readonly string[]): Promise<string> => (await runIn(cable.server, ...words)).stdout
  const allow = (groups: string): Promise<string> =>
    inside('sh', '-c', `echo '${groups}' > /proc/sys/net/ipv4/ping_group_range`)
  /** Of each address: whether it is up, and what its check says. */
  async function health(): Promise<Record<string, unknown>> {
    const auth = `authorization: Bearer ${await server.token()}`
    const { regions } = JSON.parse(await inside('curl', '-s', '-H', auth, `${server.admin}/v1/health`))
    return Object.fromEntries(
      // biome-ignore lint/suspicious/noExplicitAny: JSON from outside; what is expected of it is what is tested
      regions.flatMap(({ health }: any) =>
        // biome-ignore lint/suspicious/noExplicitAny: likewise
        health.map(({ address, up, checks: [check] }: any) => [address, [up, check.unavailable ?? check.lastError]]),
      ),
    )
  }
  const patient = { timeout: 60_000, interval: 300 }

  test('that may not ping counts no ping, and says why', async () => {
    await allow('1 0')
    const cannot = [true, true]
    await expect.poll(health, patient).toEqual({ '10.79.0.11': cannot, 'fd00:79::11': cannot, '10.79.0.99': cannot })
    expect(
      await inside(
        'curl',
        '-s',
        '-H',
        `authorization: Bearer ${await server.token()}`,
        `${server.admin}/v1/health/there`,
      ),
    ).toContain(
      'pings cannot be sent: net.ipv4.ping_group_range does not have the group that Meridian runs as (EACCES)',
    )
  })

  test('that may ping finds from its own address of either family who answers, and who does not', async () => {
    await allow('0 2147483647')
    await expect
      .poll(health, patient)
      .toMatchObject({ '10.79.0.11': [true, undefined], 'fd00:79::11': [true, undefined] })
    await expect
      .poll(async () => (await health())['10.79.0.99'], patient)
      .toEqual([false, expect.stringMatching(/^(no answer within 0.9 s|host unreachable)$/)])
  })
})
