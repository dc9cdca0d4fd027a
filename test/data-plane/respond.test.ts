import { beforeAll, describe, expect, test } from 'vitest'
import { RUNG } from '../../src/snapshot/choices.js'
import { type Decoded, decode, healthOf, query, subnetOf, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.3] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
zones:
  example.com:
    nameservers: [ns1.example.com, ns.example.net]
    records:
      "@":
        - { type: MX, data: "10 mail" }
        - { type: TXT, data: '"hello world"' }
      ns1: { type: A, data: 198.51.100.1, ttl: 2h }
      mail: [ { type: A, data: 198.51.100.2 }, { type: AAAA, data: "2001:db8::25" } ]
      api: [ { steer: nearest, ttl: { max: 60s, min: 5s } }, { type: TXT, data: '"steered"' } ]
      only-v4: { steer: nearest, regions: [west] }
      www: { type: CNAME, data: api }
      alias: { type: CNAME, data: www }
      loop-a: { type: CNAME, data: loop-b }
      loop-b: { type: CNAME, data: loop-a }
      out: { type: CNAME, data: www.example.org. }
      dangling: { type: CNAME, data: nowhere }
      into-cut: { type: CNAME, data: a.b.child }
      to-wild: { type: CNAME, data: x.wild }
      deep.er.name: { type: A, data: 198.51.100.3 }
      "*.wild": [ { type: A, data: 198.51.100.4 }, { type: MX, data: "5 mail" } ]
      "*.steered-wild": { steer: nearest }
      "*.cname-wild": { type: CNAME, data: api }
      child: [ { type: NS, data: ns.child }, { type: NS, data: ns1 } ]
      ns.child: { type: A, data: 198.51.100.5 }
      _sip._tcp: { type: SRV, data: "0 5 5060 mail" }
      big: [ { type: TXT, data: '"${'x'.repeat(250)}" "${'y'.repeat(250)}" "${'z'.repeat(250)}" "${'u'.repeat(250)}" "${'v'.repeat(250)}"' } ]
      odd: { type: TYPE65280, data: '\\# 3 010203' }
  sub.example.com:
    nameservers: [ns1.example.com]
    records:
      host: { type: A, data: 198.51.100.6 }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
  { prefix: '2400::/16', latitude: 35.7, longitude: 139.7 },
]

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
})

const rows = (records: Decoded): string[] =>
  records
    .filter(({ type }: Decoded) => type !== 'OPT')
    .map(({ name, type, data }: Decoded) => `${name} ${type} ${text(data)}`)
const text = (data: Decoded): string =>
  typeof data === 'string'
    ? data
    : (data.exchange ?? data.target ?? (Array.isArray(data) ? data.join('') : data.toString('hex')))

describe('what is asked is found', () => {
  test.each([
    ['mail.example.com', 'A', ['mail.example.com A 198.51.100.2']],
    ['MAIL.eXample.COM', 'AAAA', ['MAIL.eXample.COM AAAA 2001:db8::25']],
    ['example.com', 'MX', ['example.com MX mail.example.com']],
    ['example.com', 'NS', ['example.com NS ns1.example.com', 'example.com NS ns.example.net']],
    ['_sip._tcp.example.com', 'SRV', ['_sip._tcp.example.com SRV mail.example.com']],
    ['odd.example.com', 'UNKNOWN_65280', ['odd.example.com UNKNOWN_65280 010203']],
    ['api.example.com', 'TXT', ['api.example.com TXT steered']],
    ['host.sub.example.com', 'A', ['host.sub.example.com A 198.51.100.6']],
    ['anything.wild.example.com', 'A', ['anything.wild.example.com A 198.51.100.4']],
    ['a.b.c.wild.example.com', 'MX', ['a.b.c.wild.example.com MX mail.example.com']],
    ['*.wild.example.com', 'A', ['*.wild.example.com A 198.51.100.4']],
    ['out.example.com', 'A', ['out.example.com CNAME www.example.org']],
    ['www.example.com', 'CNAME', ['www.example.com CNAME api.example.com']],
    ['to-wild.example.com', 'A', ['to-wild.example.com CNAME x.wild.example.com', 'x.wild.example.com A 198.51.100.4']],
    [
      'to-wild.example.com',
      'MX',
      ['to-wild.example.com CNAME x.wild.example.com', 'x.wild.example.com MX mail.example.com'],
    ],
    [
      'alias.example.com',
      'TXT',
      [
        'alias.example.com CNAME www.example.com',
        'www.example.com CNAME api.example.com',
        'api.example.com TXT steered',
      ],
    ],
  ])('%s %s', (name, type, answers) => {
    const response = world.ask(name, type)
    expect(response).toMatchObject({
      id: 4711,
      rcode: 'NOERROR',
      flag_qr: true,
      flag_aa: true,
      flag_ra: false,
      flag_rd: true,
    })
    expect(rows(response.answers)).toEqual(answers)
    expect(response.questions[0].name).toBe(name)
  })

  test('the SOA of a zone carries its document’s numbers', () => {
    const [{ data, ttl }] = world.ask('example.com', 'SOA').answers
    expect(data).toMatchObject({ mname: 'ns1.example.com', rname: 'hostmaster.example.com', serial: 1, minimum: 60 })
    expect(ttl).toBe(3600)
  })

  test('addresses of mail and name servers come along, and are left out of a 512-byte answer only where they do not fit', () => {
    expect(rows(world.ask('example.com', 'MX').additionals)).toEqual([
      'mail.example.com A 198.51.100.2',
      'mail.example.com AAAA 2001:db8::25',
    ])
    expect(rows(world.ask('a.wild.example.com', 'MX').additionals)).toEqual([
      'mail.example.com A 198.51.100.2',
      'mail.example.com AAAA 2001:db8::25',
    ])
  })

  test('ANY gets one record set (RFC 8482), and a HINFO where only steering is', () => {
    expect(rows(world.ask('mail.example.com', 'ANY').answers)).toEqual(['mail.example.com A 198.51.100.2'])
    expect(world.ask('only-v4.example.com', 'ANY').answers).toMatchObject([{ type: 'HINFO', data: { cpu: 'RFC8482' } }])
  })
})

describe('what is not there is denied', () => {
  test.each([
    ['nowhere.example.com', 'A', 'NXDOMAIN', 'example.com'],
    ['a.b.c.nowhere.example.com', 'A', 'NXDOMAIN', 'example.com'],
    ['mail.example.com', 'MX', 'NOERROR', 'example.com'],
    ['er.name.example.com', 'A', 'NOERROR', 'example.com'],
    ['name.example.com', 'A', 'NOERROR', 'example.com'],
    ['wild.example.com', 'A', 'NOERROR', 'example.com'],
    ['x.wild.example.com', 'TXT', 'NOERROR', 'example.com'],
    ['nowhere.sub.example.com', 'A', 'NXDOMAIN', 'sub.example.com'],
    ['only-v4.example.com', 'AAAA', 'NOERROR', 'example.com'],
    ['child.example.com', 'DS', 'NOERROR', 'example.com'],
    ['dangling.example.com', 'A', 'NXDOMAIN', 'example.com'],
  ])('%s %s is %s with the SOA of %4$s', (name, type, rcode, zone) => {
    const response = world.ask(name, type, { subnet: '133.11.0.0/24' })
    expect(response).toMatchObject({ rcode, flag_aa: true })
    expect(response.authorities).toMatchObject([{ type: 'SOA', name: zone, ttl: 60 }])
    expect(subnetOf(response)?.scope).toBe(0)
  })

  test.each([
    ['example.org', 'A'],
    ['com', 'NS'],
    ['.', 'NS'],
    ['notexample.com', 'A'],
  ])('%s %s is refused: it is not ours', (name, type) => {
    const response = world.ask(name, type)
    expect(response).toMatchObject({ rcode: 'REFUSED', flag_aa: false, answers: [], authorities: [] })
  })

  test.each(['AXFR', 'IXFR'])('%s is refused', type => {
    expect(world.ask('example.com', type).rcode).toBe('REFUSED')
  })
})

describe('delegations', () => {
  test.each(['child.example.com', 'x.child.example.com', 'ns.child.example.com', 'a.b.c.child.example.com'])(
    '%s is referred, with glue',
    name => {
      const response = world.ask(name, 'A')
      expect(response).toMatchObject({ rcode: 'NOERROR', flag_aa: false, answers: [] })
      expect(rows(response.authorities)).toEqual([
        'child.example.com NS ns.child.example.com',
        'child.example.com NS ns1.example.com',
      ])
      expect(rows(response.additionals)).toEqual([
        'ns.child.example.com A 198.51.100.5',
        'ns1.example.com A 198.51.100.1',
      ])
    },
  )

  test('a CNAME that leads below a cut is answered with the referral', () => {
    const response = world.ask('into-cut.example.com', 'A')
    expect(rows(response.answers)).toEqual(['into-cut.example.com CNAME a.b.child.example.com'])
    expect(rows(response.authorities)).toContain('child.example.com NS ns.child.example.com')
  })
})

describe('steering', () => {
  test.each([
    // client, type, addresses, scope
    ['133.11.0.0/24', 'A', ['192.0.2.4'], 16],
    // Everybody from 128.0.0.0 to 131.255.255.255 gets east: the located by distance, all others by default.
    ['128.143.2.0/24', 'A', ['192.0.2.1', '192.0.2.2'], 6],
    ['133.11.0.0/24', 'AAAA', ['2001:db8::4'], 16],
    ['128.143.2.0/24', 'AAAA', ['2001:db8::1'], 6],
    ['2400:cafe::/48', 'A', ['192.0.2.4'], 16],
    ['133.0.0.0/8', 'A', ['192.0.2.1', '192.0.2.2'], 13],
  ])('a client in %s that asks for %s gets %j, scope %d', async (subnet, type, addresses, scope) => {
    await world.widened()
    const response = world.ask('api.example.com', type, { subnet })
    expect(response.answers.map(({ data }: Decoded) => data)).toEqual(addresses)
    expect(subnetOf(response)).toMatchObject({ source: Number(subnet.split('/')[1]), scope })
  })

  test('a chain of CNAMEs ends in the client’s region', () => {
    expect(rows(world.ask('alias.example.com', 'A', { subnet: '133.11.0.0/24' }).answers)).toEqual([
      'alias.example.com CNAME www.example.com',
      'www.example.com CNAME api.example.com',
      'api.example.com A 192.0.2.4',
    ])
  })

  test('wildcards are steered, and lead to what is steered', () => {
    expect(rows(world.ask('q.steered-wild.example.com', 'A', { subnet: '133.11.0.0/24' }).answers)).toEqual([
      'q.steered-wild.example.com A 192.0.2.4',
    ])
    expect(rows(world.ask('long-one.cname-wild.example.com', 'A', { subnet: '133.11.0.0/24' }).answers)).toEqual([
      'long-one.cname-wild.example.com CNAME api.example.com',
      'api.example.com A 192.0.2.4',
    ])
  })

  test('without a client subnet the resolver’s address decides, and no option is sent back', () => {
    const response = world.ask('api.example.com', 'A', { source: '133.11.7.7' })
    expect(response.answers[0].data).toBe('192.0.2.4')
    expect(subnetOf(response)).toBeUndefined()
  })

  test('a client that gives nothing away (source length 0) is located by its resolver, with scope 0', () => {
    const response = world.ask('api.example.com', 'A', { source: '133.11.7.7', subnet: '0.0.0.0/0' })
    expect(response.answers[0].data).toBe('192.0.2.4')
    expect(subnetOf(response)).toMatchObject({ source: 0, scope: 0 })
  })

  test('a private client subnet is located by its resolver, with the scope of its block', () => {
    const response = world.ask('api.example.com', 'A', { source: '133.11.7.7', subnet: '10.1.2.0/24' })
    expect(response.answers[0].data).toBe('192.0.2.4')
    expect(subnetOf(response)).toMatchObject({ source: 24, scope: 8 })
  })

  test('a v4 resolver that comes by a v6 socket is a v4 resolver', () => {
    expect(world.ask('api.example.com', 'A', { source: '::ffff:133.11.7.7' }).answers[0].data).toBe('192.0.2.4')
  })

  test('a loop of CNAMEs ends', () => {
    const response = world.ask('loop-a.example.com', 'A')
    expect(response.rcode).toBe('NOERROR')
    expect(response.answers.length).toBeLessThanOrEqual(16)
  })

  test('without EDNS the answer has none', () => {
    const response = world.ask('api.example.com', 'A', { edns: false })
    expect(response.additionals).toEqual([])
    expect(response.answers).toHaveLength(2)
  })
})

describe('a zone that believes the client subnets of some resolvers only', () => {
  const TRUSTING = DOCUMENT.replace(
    '  example.com:\n',
    '  example.com:\n    ecs-trust: [198.51.100.0/25, "2001:db8:53::/48"]\n',
  )
  test.each([
    ['198.51.100.127', '192.0.2.4', 16],
    ['198.51.100.128', '192.0.2.1', 0],
    ['2001:db8:53::1', '192.0.2.4', 16],
    ['2001:db8:54::1', '192.0.2.1', 0],
  ])('answers the subnet of %s with %s, scope %d', async (source, address, scope) => {
    const world = await World.make(TRUSTING, NETWORKS)
    const response = world.ask('api.example.com', 'A', { source, subnet: '133.11.0.0/24' })
    expect(response.answers[0].data).toBe(address)
    expect(subnetOf(response)).toMatchObject({ source: 24, scope })
  })
})

describe('size', () => {
  test('an answer that does not fit is truncated to nothing but its OPT, and whole over TCP', () => {
    const udp = world.ask('big.example.com', 'TXT')
    expect(udp).toMatchObject({ flag_tc: true, answers: [], authorities: [] })
    expect(udp.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }])
    const tcp = world.ask('big.example.com', 'TXT', { tcp: true })
    expect(tcp).toMatchObject({ flag_tc: false })
    expect(tcp.answers).toHaveLength(1)
  })

  test('without EDNS 512 bytes are the limit', () => {
    expect(world.ask('big.example.com', 'TXT', { edns: false }).flag_tc).toBe(true)
  })
})

describe('what is wrong with a query is said', () => {
  const good = query('api.example.com', 'A')
  const change = (edit: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = Uint8Array.from(good)
    edit(bytes)
    return bytes
  }
  const rcodeOf = (bytes: Uint8Array): number => bytes[3]! & 15
  const extended = (bytes: Uint8Array): number => (bytes[3]! & 15) | (bytes[bytes.length - 6]! << 4)

  test.each([
    ['a response', change(b => (b[2]! |= 0x80))],
    ['eleven bytes', good.subarray(0, 11)],
    ['nothing', new Uint8Array(0)],
  ])('%s gets no answer', (_, bytes) => {
    expect(world.respond(bytes)).toHaveLength(0)
  })

  test.each([
    ['no question', 1, change(b => (b[5] = 0))],
    ['two questions', 1, change(b => (b[5] = 2))],
    ['a record in the answer section', 1, change(b => (b[7] = 1))],
    ['a question that is cut short', 1, good.subarray(0, 20)],
    ['a label type that nobody uses', 1, change(b => (b[12] = 0x43))],
    ['a compression pointer in the question', 1, change(b => (b[12] = 0xc0))],
    ['more additional records than there are', 1, change(b => (b[11] = 2))],
    ['a byte too many', 1, Uint8Array.from([...good, 0])],
    ['opcode 5', 4, change(b => (b[2]! |= 0x28))],
    ['opcode 4', 4, change(b => (b[2]! |= 0x20))],
  ])('%s gets rcode %d', (_, rcode, bytes) => {
    const response = world.respond(bytes)
    expect(response.length).toBeGreaterThanOrEqual(12)
    expect(rcodeOf(response)).toBe(rcode)
    expect([...response.subarray(0, 2)]).toEqual([...bytes.subarray(0, 2)])
    expect(response[2]! & 0x80).toBe(0x80)
  })

  test('EDNS version 1 gets BADVERS', () => {
    expect(extended(world.respond(change(b => (b[b.length - 5] = 1))))).toBe(16)
  })

  const ecs = (...data: number[]): Uint8Array => {
    const option = [0, 8, 0, data.length, ...data]
    const bytes = Uint8Array.from([...good, ...option])
    bytes[good.length - 1] = option.length
    return bytes
  }
  test.each([
    ['family 3', [0, 3, 24, 0, 1, 2, 3]],
    ['a scope in a query', [0, 1, 24, 24, 1, 2, 3]],
    ['an address that is too long', [0, 1, 24, 0, 1, 2, 3, 4]],
    ['an address that is too short', [0, 1, 24, 0, 1, 2]],
    ['bits beyond the prefix', [0, 1, 20, 0, 1, 2, 0x1f]],
    ['a v4 prefix of 33 bits', [0, 1, 33, 0, 1, 2, 3, 4, 0]],
    ['three bytes', [0, 1, 24]],
  ])('a client subnet with %s gets FORMERR, and no client subnet back', (_, data) => {
    const response = decode(world.respond(ecs(...data)))
    expect(response.rcode).toBe('FORMERR')
    expect(subnetOf(response)).toBeUndefined()
  })
  test('a client subnet twice gets FORMERR', () => {
    const option = [0, 8, 0, 7, 0, 1, 24, 0, 1, 2, 3]
    const bytes = Uint8Array.from([...good, ...option, ...option])
    bytes[good.length - 1] = option.length * 2
    expect(decode(world.respond(bytes)).rcode).toBe('FORMERR')
  })
})

describe('health', () => {
  const fresh = (): Promise<World> => World.make(DOCUMENT, NETWORKS)

  test('a region that is down is passed over for the next nearest, and the scope widens where neighbours now agree', async () => {
    const world = await fresh()
    world.publisher.setHealth(healthOf(world.document, ['tokyo']))
    expect(world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' }).answers[0].data).toBe('192.0.2.3')
    await world.widened()
    expect(subnetOf(world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' }))?.scope).toBe(16)
    world.publisher.setHealth(healthOf(world.document, ['tokyo', 'west']))
    await world.widened()
    const everybody = world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' })
    expect(everybody.answers).toHaveLength(2)
    // Now the unlocated neighbours of 133.11/16, which begin their default order with east, agree with it.
    expect(subnetOf(everybody)?.scope).toBeLessThan(16)
  })

  test('one address of two that is down is left out', async () => {
    const world = await fresh()
    const health = new Map(healthOf(world.document, []))
    health.set(
      'east',
      health.get('east')!.map(a => (a.address === '192.0.2.1' ? { ...a, up: false } : a)),
    )
    world.publisher.setHealth(health)
    expect(
      world.ask('api.example.com', 'A', { subnet: '128.143.2.0/24' }).answers.map(({ data }: Decoded) => data),
    ).toEqual(['192.0.2.2'])
  })

  test('when all are down every candidate is served, it is said by an extended error, and counted', async () => {
    const world = await fresh()
    world.publisher.setHealth(healthOf(world.document, ['east', 'west', 'tokyo']))
    const response = world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' })
    expect(response.answers.map(({ data }: Decoded) => data)).toEqual([
      '192.0.2.4',
      '192.0.2.3',
      '192.0.2.1',
      '192.0.2.2',
    ])
    expect(response.additionals[0].options.map(({ code }: Decoded) => code)).toContain(15)
    expect(world.totals().rungs).toEqual([{ rung: RUNG['serve-all'], count: 1 }])
  })

  test('the TTL is the time to the earliest possible change, within the record’s bounds', async () => {
    const world = await fresh()
    for (const [ms, ttl] of [
      [30_000, 30],
      [2000, 5],
      [900_000, 60],
    ] as const) {
      world.publisher.setHealth(healthOf(world.document, [], ms))
      expect(world.ask('api.example.com', 'A').answers[0].ttl).toBe(ttl)
    }
  })
})

test('what was answered is counted: by transport and type, zone and rcode, region, and clients without a place', async () => {
  const world = await World.make(DOCUMENT, NETWORKS)
  world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' })
  world.ask('api.example.com', 'A')
  world.ask('nowhere.sub.example.com', 'TXT', { tcp: true })
  world.ask('example.org', 'A')
  const { queries, responses, regions, scalars } = world.totals()
  expect(queries).toEqual([
    { transport: 0, type: 1, count: 3 },
    { transport: 1, type: 16, count: 1 },
  ])
  expect(responses).toEqual([
    { zoneSlot: 0, rcode: 0, count: 2 },
    { zoneSlot: 1, rcode: 3, count: 1 },
    { zoneSlot: 1023, rcode: 5, count: 1 },
  ])
  expect(regions.map(({ regionSlot, count }) => [world.publisher.regionSlots.names[regionSlot], count])).toEqual([
    ['east', 1],
    ['tokyo', 1],
  ])
  expect(scalars).toMatchObject({ unlocated: 1, withSubnet: 1, dropped: 0 })
})
