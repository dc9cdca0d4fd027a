// Regions given by the host name of their load balancer: the answer is a CNAME to that of the chosen region.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Decoded, healthOf, subnetOf, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], target: lb.east.example.org }
  tokyo: { location: [35.7, 139.7], target: TOKYO.example.net. }
  spare: { target: spare.example.com }
  address: { addresses: [192.0.2.9] }
zones:
  example.com:
    nameservers: [ns.other.test]
    records:
      api: { steer: nearest, regions: [east, tokyo], ttl: 40s }
      www: { type: CNAME, data: api }
      "*.wild": { steer: nearest, regions: [east, tokyo], ttl: 40s }
      saved: { steer: nearest, regions: [east, tokyo], fallback: [spare], ttl: 40s }
      silent: { steer: nearest, regions: [east, tokyo], when-all-down: nodata }
      failing: { steer: nearest, regions: [east, tokyo], when-all-down: servfail }
      lost: { steer: nearest, regions: [spare], ttl: 40s }
      to-api: { type: DNAME, data: wild }
  example.net:
    nameservers: [ns.other.test]
    records:
      tokyo: { steer: nearest, regions: [address], ttl: 20s }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const TOKYO = '133.11.0.0/24'
const VIRGINIA = '128.143.2.0/24'

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
  await world.widened()
})

const told = ({ answers }: Decoded): string[] =>
  answers.map(({ name, ttl, type, data }: Decoded) => `${name} ${ttl} ${type} ${data}`)

test.each([
  // name, type, client, answer, scope
  ['api', 'A', VIRGINIA, ['api.example.com 40 CNAME lb.east.example.org'], 6],
  ['api', 'MX', VIRGINIA, ['api.example.com 40 CNAME lb.east.example.org'], 6],
  ['api', 'CNAME', VIRGINIA, ['api.example.com 40 CNAME lb.east.example.org'], 6],
  ['api', 'CNAME', TOKYO, ['api.example.com 40 CNAME TOKYO.example.net'], 16],
  // A target in a zone of ours is followed, be it steered itself.
  ['api', 'A', TOKYO, ['api.example.com 40 CNAME TOKYO.example.net', 'TOKYO.example.net 20 A 192.0.2.9'], 16],
  [
    'www',
    'A',
    TOKYO,
    [
      'www.example.com 3600 CNAME api.example.com',
      'api.example.com 40 CNAME TOKYO.example.net',
      'TOKYO.example.net 20 A 192.0.2.9',
    ],
    16,
  ],
  ['www', 'CNAME', TOKYO, ['www.example.com 3600 CNAME api.example.com'], 0],
  ['q.wild', 'A', VIRGINIA, ['q.wild.example.com 40 CNAME lb.east.example.org'], 6],
  [
    'q.to-api',
    'A',
    VIRGINIA,
    [
      'to-api.example.com 3600 DNAME wild.example.com',
      'q.to-api.example.com 3600 CNAME q.wild.example.com',
      'q.wild.example.com 40 CNAME lb.east.example.org',
    ],
    6,
  ],
] as const)('%s %s for %s', (name, type, subnet, answers, scope) => {
  const response = world.ask(`${name}.example.com`, type, { subnet })
  expect(response).toMatchObject({ rcode: 'NOERROR', flag_aa: true })
  expect(told(response)).toEqual(answers.map(line => line.replace('DNAME wild.example.com', 'DNAME wild.example.com')))
  expect(subnetOf(response)?.scope).toBe(scope)
})

test('a target that does not exist is denied, for those clients that it was chosen for', () => {
  const response = world.ask('lost.example.com', 'A', { subnet: TOKYO })
  expect(response).toMatchObject({ rcode: 'NXDOMAIN', authorities: [{ type: 'SOA', name: 'example.com' }] })
  expect(told(response)).toEqual(['lost.example.com 40 CNAME spare.example.com'])
})

test('a type that the target does not have is denied with the scope of the choice', () => {
  const response = world.ask('api.example.com', 'MX', { subnet: TOKYO })
  expect(told(response)).toEqual(['api.example.com 40 CNAME TOKYO.example.net'])
  expect(response.authorities).toMatchObject([{ type: 'SOA', name: 'example.net' }])
  expect(subnetOf(response)?.scope).toBe(16)
})

test('ANY gets the HINFO of RFC 8482', () => {
  expect(world.ask('api.example.com', 'ANY').answers).toMatchObject([{ type: 'HINFO' }])
})

describe('health', () => {
  const lines = (world: World, name: string) => told(world.ask(`${name}.example.com`, 'CNAME', { subnet: TOKYO }))

  test('a region that is down is passed over, and when all are the ladder decides', async () => {
    const world = await World.make(DOCUMENT, NETWORKS)
    world.publisher.setHealth(healthOf(world.document, ['tokyo']))
    expect(lines(world, 'api')).toEqual(['api.example.com 40 CNAME lb.east.example.org'])
    world.publisher.setHealth(healthOf(world.document, ['tokyo', 'east']))
    // One CNAME, since there cannot be two: that of the first choice.
    expect(lines(world, 'api')).toEqual(['api.example.com 40 CNAME TOKYO.example.net'])
    expect(lines(world, 'saved')).toEqual(['saved.example.com 40 CNAME spare.example.com'])
    expect(world.ask('silent.example.com', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [] })
    expect(world.ask('failing.example.com', 'A')).toMatchObject({ rcode: 'SERVFAIL', answers: [] })
  })

  test('the TTL is the time to the earliest possible change', async () => {
    const world = await World.make(DOCUMENT.replace('ttl: 40s', 'ttl: { min: 5s, max: 60s }'), NETWORKS)
    world.publisher.setHealth(healthOf(world.document, [], 30_000))
    expect(lines(world, 'api')).toEqual(['api.example.com 30 CNAME TOKYO.example.net'])
  })
})

test('each region is counted as it is given', async () => {
  const world = await World.make(DOCUMENT, NETWORKS)
  world.ask('www.example.com', 'A', { subnet: TOKYO })
  const names = world
    .totals()
    .regions.map(({ regionSlot, count }) => [world.publisher.regionSlots.names[regionSlot], count])
  expect(names).toEqual([
    ['tokyo', 1],
    ['address', 1],
  ])
})
