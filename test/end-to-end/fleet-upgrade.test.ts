// A fleet that is upgraded node by node: a real node over a real etcd in which another release has written.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAJOR } from '../../src/control-plane/fleet/schema.js'
import { EtcdCluster } from '../etcd.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { Server, until } from './server.js'

const document = (address: string): string => `
zones: { example.com: { nameservers: [ns1.example.net], records: { v: { type: A, data: ${address} } } } }
`
const SHARED = '/meridian/shared/'
/** On a busy machine. */
const SOON = 60_000

let etcd: EtcdCluster
let server: Server
let client: UdpClient

const write = (key: string, value: object) =>
  etcd.control(etcd.endpoints, 'put', SHARED + key, JSON.stringify(value)).then(() => undefined)
const held = async (key: string): Promise<string> =>
  (await etcd.control(etcd.endpoints, 'get', SHARED + key, '--print-value-only')).stdout.trim()
const answer = async () => addressesOf((await client.ask(ask('v.example.com', 'A')))!) // without one the test fails
const edit = async (address: string) => {
  const body = { zones: { 'example.com': { records: { v: { type: 'A', data: address } } } } }
  return server.api('PATCH', '/v1/traffic', { body })
}

beforeAll(async () => {
  etcd = await EtcdCluster.start()
  // Of the release before, and what the one after it might add.
  await write('schema', { major: MAJOR - 1, more: true })
  await write('of-tomorrow', { anything: 1 })
  server = await Server.start({ traffic: '', settings: () => `workers: 1\n${etcd.settings('ns1')}` })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
  await etcd?.stop()
})

test('what the release before has written is worked with, and what nobody knows yet is left alone', async () => {
  const reply = await fetch(`${server.admin}/v1/traffic`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/yaml' },
    body: document('192.0.2.1'),
  })
  expect(reply.status, await reply.text()).toBe(200)
  expect(await answer()).toEqual(['192.0.2.1'])
  expect(JSON.parse(await held('schema'))).toEqual({ major: MAJOR - 1, more: true })
  expect(JSON.parse(await held('of-tomorrow'))).toEqual({ anything: 1 })
})

test('a node of another release is listed with its release, whatever else it says of itself', async () => {
  const own = JSON.parse(await held('members/ns1'))
  await write('members/ns9', { ...own, node: 'ns9', instance: 'another', release: '9.0.0', mood: 'good' })
  const listed = await until('it is listed', SOON, async () => {
    const { nodes, agreed } = (await server.api('GET', '/v1/fleet')).body
    return nodes.length === 2 && agreed ? nodes : undefined
  })
  expect(listed.map(({ node, release }: Record<string, string>) => [node, release])).toEqual([
    ['ns1', own.release],
    ['ns9', '9.0.0'],
  ])
})

test('where a newer form is written, it answers on with what it has, says that it is to be upgraded, and changes nothing', async () => {
  await write('schema', { major: MAJOR + 1 })
  const { why } = await until('it says so', SOON, async () => {
    const { store } = (await server.api('GET', '/v1/status')).body.document
    return store.state === 'away' ? store : undefined
  })
  expect(why).toContain('upgrade this node')
  expect(await edit('192.0.2.2')).toMatchObject({ status: 503, body: { type: '/problems/store-away' } })
  expect(await answer()).toEqual(['192.0.2.1'])

  await write('schema', { major: MAJOR })
  await until('an edit is taken again', SOON, async () => ((await edit('192.0.2.3')).status === 200 ? true : undefined))
  expect(await answer()).toEqual(['192.0.2.3'])
})
