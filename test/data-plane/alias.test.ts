import { beforeAll, describe, expect, test } from 'vitest'
import { type Decoded, healthOf, subnetOf, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4] }
zones:
  example.com:
    nameservers: [ns.other.test]
    ttl: 5m
    records:
      "@": [ { type: ALIAS, data: api.example.net. }, { type: MX, data: "10 mail" }, { type: TXT, data: apex } ]
      mail: { type: A, data: 198.51.100.1, ttl: 1m }
      static: { type: alias, data: mail }
      short: { type: ALIAS, data: mail, ttl: 10s }
      twice: { type: ALIAS, data: static }
      by-cname: { type: ALIAS, data: cname }
      cname: { type: CNAME, data: mail, ttl: 30s }
      by-wildcard: { type: ALIAS, data: any.thing.wild }
      by-dname: { type: ALIAS, data: mail.old, ttl: 2h }
      old: { type: DNAME, data: example.com., ttl: 20s }
      "*.wild": [ { type: ALIAS, data: api.example.net. } ]
      to-alias: { type: CNAME, data: static }
      nowhere: { type: ALIAS, data: nothing }
      to-text: { type: ALIAS, data: text }
      text: { type: TXT, data: text }
      circle-a: { type: ALIAS, data: circle-b }
      circle-b: { type: ALIAS, data: circle-a }
      below-cut: { type: ALIAS, data: www.sub }
      sub: { type: NS, data: ns.other.test. }
      www.sub: { type: A, data: 198.51.100.9 }
      ns: { type: ALIAS, data: mail }
  example.net:
    nameservers: [ns.example.com]
    records:
      api: { steer: nearest, ttl: 40s }
      "@": [ { steer: nearest, ttl: 40s }, { type: TXT, data: apex } ]
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const CLIENT = '133.11.0.0/24'

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
  await world.widened()
})

const told = ({ answers }: Decoded): string[] =>
  answers.map(({ name, ttl, type, data }: Decoded) => `${name} ${ttl} ${type} ${data}`)

describe('an ALIAS of static addresses', () => {
  test.each([
    // name, answer: its own TTL counts where it is shorter
    ['static', '60 A 198.51.100.1'],
    ['short', '10 A 198.51.100.1'],
    ['twice', '60 A 198.51.100.1'],
    ['by-cname', '30 A 198.51.100.1'],
    ['by-dname', '20 A 198.51.100.1'],
  ])('%s has them as if they were its own', (name, answer) => {
    const response = world.ask(`${name}.example.com`, 'A', { subnet: CLIENT })
    expect(told(response)).toEqual([`${name}.example.com ${answer}`])
    expect(response).toMatchObject({ rcode: 'NOERROR', flag_aa: true })
    expect(subnetOf(response)?.scope).toBe(0)
  })

  test.each(['AAAA', 'CNAME', 'MX'])('does not make %s records', type => {
    expect(world.ask('static.example.com', type)).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authorities: [{ type: 'SOA' }],
    })
  })

  test('is what a CNAME can lead to', () => {
    expect(told(world.ask('to-alias.example.com', 'A'))).toEqual([
      'to-alias.example.com 300 CNAME static.example.com',
      'static.example.com 60 A 198.51.100.1',
    ])
  })

  test('is an address for a nameserver of the zone', () => {
    expect(told(world.ask('ns.example.com', 'A'))).toEqual(['ns.example.com 60 A 198.51.100.1'])
  })
})

describe('an ALIAS of a steered name', () => {
  test.each([
    // name, type, client, answer, scope
    ['example.com', 'A', CLIENT, '192.0.2.4', 16],
    ['example.com', 'A', '128.143.2.0/24', '192.0.2.1', 6],
    ['example.com', 'AAAA', CLIENT, '2001:db8::1', 3],
    ['q.wild.example.com', 'A', CLIENT, '192.0.2.4', 16],
    ['by-wildcard.example.com', 'A', CLIENT, '192.0.2.4', 16],
  ])('%s %s for %s is %s, with the scope and the TTL of the target', (name, type, subnet, address, scope) => {
    const response = world.ask(name, type, { subnet })
    const target = world.ask('api.example.net', type, { subnet })
    expect(told(response)).toEqual([`${name} 40 ${type} ${address}`])
    expect(response.answers.map(({ data }: Decoded) => data)).toEqual(target.answers.map(({ data }: Decoded) => data))
    expect(subnetOf(response)?.scope).toBe(scope)
    expect(subnetOf(target)?.scope).toBe(scope)
  })

  test('leaves the other records of the zone’s apex alone', () => {
    expect(world.ask('example.com', 'MX').answers).toHaveLength(1)
    expect(world.ask('example.com', 'TXT').answers).toHaveLength(1)
    expect(world.ask('example.com', 'SOA').answers).toHaveLength(1)
    expect(world.ask('example.com', 'NS').answers).toHaveLength(1)
  })

  test('fails over with it', async () => {
    const world = await World.make(DOCUMENT, NETWORKS)
    world.publisher.setHealth(healthOf(world.document, ['tokyo']))
    expect(told(world.ask('example.com', 'A', { subnet: CLIENT }))).toEqual(['example.com 40 A 192.0.2.1'])
  })
})

test('a steered name can be the zone itself', () => {
  expect(told(world.ask('example.net', 'A', { subnet: CLIENT }))).toEqual(['example.net 40 A 192.0.2.4'])
  expect(told(world.ask('example.net', 'AAAA', { subnet: CLIENT }))).toEqual(['example.net 40 AAAA 2001:db8::1'])
  expect(world.ask('example.net', 'TXT').answers).toHaveLength(1)
  expect(world.ask('example.net', 'NS').answers).toMatchObject([{ data: 'ns.example.com' }])
})

test.each(['nowhere', 'to-text', 'circle-a', 'below-cut'])(
  '%s, which leads to no address of ours, exists and has none',
  name => {
    expect(world.ask(`${name}.example.com`, 'A')).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authorities: [{ type: 'SOA', name: 'example.com' }],
    })
  },
)
