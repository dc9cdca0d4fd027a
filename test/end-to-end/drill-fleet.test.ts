// A drill outlives the node that began it: two real nodes over a real etcd, and the one that carries the drill on is killed in its first step.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EtcdCluster } from '../etcd.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { Server, until } from './server.js'

const DOCUMENT = `
regions:
  eu: { addresses: [192.0.2.1], location: [50.11, 8.68] }
  us: { addresses: [192.0.2.2], location: [38.95, -77.45] }
zones:
  example.com: { nameservers: [ns1.example.net], records: { api: { steer: nearest, ttl: { max: 30s, min: 1s } } } }
`
const FROM_BERLIN = ask('api.example.com', 'A', '130.149.7.0/24')
/** Others may take a while to see that a node is gone on a busy machine. */
const SOON = 60_000

let etcd: EtcdCluster
const servers: Server[] = []

beforeAll(async () => {
  etcd = await EtcdCluster.start()
  for (const node of ['ns1', 'ns2'])
    servers.push(await Server.start({ traffic: '', settings: () => `workers: 1\n${etcd.settings(node)}` }))
  const reply = await fetch(`${servers[0]!.admin}/v1/traffic`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await servers[0]!.token()}`, 'content-type': 'application/yaml' },
    body: DOCUMENT,
  })
  expect(reply.status, await reply.text()).toBe(200)
  for (const server of servers)
    await until('it answers', SOON, async () =>
      (await server.api('GET', '/v1/status')).body.ready === true ? true : undefined,
    )
})

afterAll(async () => {
  for (const server of servers) await server.close()
  await etcd?.stop()
})

test('where the node that began it is killed in its first step, the other goes on with it, and brings the clients back step by step', async () => {
  const [ns1, ns2] = servers as [Server, Server]
  const steps = [
    { percent: 25, for: '15s' },
    { percent: 100, for: '3s' },
  ]
  const back = [{ percent: 60, for: '5s' }]
  const wish = { targets: ['eu'], reason: 'quarterly', steps, back }
  const once = { body: wish, headers: { 'idempotency-key': 'quarterly' } }
  const { id } = (await ns1.api('POST', '/v1/drills', once)).body
  expect((await ns2.api('POST', '/v1/drills', once)).body.id, 'asked once more, another node made it again').toBe(id)
  expect((await ns1.api('POST', `/v1/drills/${id}/start`)).body).toMatchObject({ percent: 25, node: 'ns1' })
  const shown = async () => (await ns2.api('GET', `/v1/drills/${id}`)).body
  await until('the other node knows it', SOON, async () => ((await shown()).percent === 25 ? true : undefined))
  ns1.program.signal('SIGKILL')
  await ns1.program.exited

  const percents: (number | undefined)[] = []
  await until('it is over', SOON, async () => {
    const { overrides } = (await ns2.api('GET', '/v1/overrides')).body
    const percent = overrides[0]?.percent
    if (percents.at(-1) !== percent || percents.length === 0) percents.push(percent)
    return (await shown()).phase === 'over' ? true : undefined
  })
  // The clients stay where they are while nobody carries it on.
  expect(percents.filter(percent => percent !== undefined)).toEqual([25, 100, 60])
  const drill = await shown()
  expect(drill).toMatchObject({ outcome: 'succeeded', node: 'ns2' })
  expect(drill.timeline.map(({ what }: { what: string }) => what)).toEqual([
    'admin plans it: quarterly',
    'admin starts it',
    '25 % of the clients go elsewhere',
    'ns1 is gone: ns2 carries it on',
    '100 % of the clients go elsewhere',
    '40 % of the clients are back',
    'succeeded: all clients may come back',
  ])
  const client = await UdpClient.open(ns2)
  expect(addressesOf((await client.ask(FROM_BERLIN))!)).toEqual(['192.0.2.1'])
  client.close()

  // Back again, it knows how that ended, and does nothing.
  await ns1.restart()
  await until('it knows the end', SOON, async () => {
    const { status, body } = await ns1.api('GET', `/v1/drills/${id}`)
    return status === 200 && body.phase === 'over' ? true : undefined
  })
  expect((await ns1.api('GET', `/v1/drills/${id}`)).body.timeline).toEqual(drill.timeline)
  expect((await ns1.api('GET', '/v1/overrides')).body.overrides).toEqual([])
}, 240_000)
