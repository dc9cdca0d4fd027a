import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Health } from '../../../src/control-plane/health/health.js'
import { type ExplainQuestion, type Explanation, explain } from '../../../src/control-plane/operate/explain.js'
import { DATABASE, DOCUMENT, down, health, makeWorld, parse, type TestWorld, widened, withRegions } from './world.js'

const document = parse(DOCUMENT)
const TOKYO = '133.11.0.0/24'
const BERLIN = '130.149.7.0/24'

async function told(world: TestWorld, question: ExplainQuestion): Promise<Explanation> {
  await widened(world)
  const explanation = explain(world.sources(), question)
  expect(explanation.checks).toEqual([])
  // It goes out as JSON, and must not lose anything on the way.
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
  return explanation
}

async function worldWith(state: Health, changed = document): Promise<TestWorld> {
  const world = await makeWorld(changed)
  world.publisher.setHealth(state)
  return world
}

/** `region: state, why` */
const verdicts = ({ regions }: Explanation): readonly string[] =>
  regions.map(({ region, state, why }) => `${region}: ${state}, ${why}`)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 2, 3, 4, 5) })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a healthy answer is told whole', async () => {
  const world = await makeWorld(document)
  expect(await told(world, { name: 'API.example.com', client: BERLIN, resolver: '133.11.9.9' })).toEqual({
    question: { name: 'API.example.com.', type: 'A', client: '130.149.7.0/24', resolver: '133.11.9.9' },
    zone: 'example.com.',
    found: { kind: 'steered', at: 'api.example.com.', aliases: [] },
    steered: { policy: 'nearest', steps: ['distance'] },
    steps: [
      {
        step: 'distance',
        why: 'nearest first: eu-central 424 km, us-east 6732 km, ap-northeast 8917 km, ap-twin 8917 km',
        order: [['eu-central'], ['us-east'], ['ap-northeast', 'ap-twin']],
        inside: 3,
        dropped: [],
      },
    ],
    location: {
      source: 'client-subnet',
      address: '130.149.7.0',
      network: '130.149.0.0/16',
      place: { country: 'DE', subdivision: null, city: 'Berlin', asn: null, latitude: 52.52, longitude: 13.41 },
      database: DATABASE,
      notes: [],
    },
    regions: [
      {
        region: 'eu-central',
        rank: 1,
        kilometres: 424,
        weight: 100,
        enabled: true,
        up: true,
        cause: null,
        load: null,
        override: null,
        state: 'chosen',
        why: 'nearest region',
      },
      expect.objectContaining({ region: 'us-east', rank: 2, kilometres: 6732, state: 'not-needed' }),
      expect.objectContaining({ region: 'ap-northeast', rank: 3, why: 'farther than eu-central' }),
      expect.objectContaining({ region: 'ap-twin', rank: 3, weight: 300, why: 'farther than eu-central' }),
      expect.objectContaining({ region: 'reserve', rank: null, kilometres: null, state: 'not-needed' }),
    ],
    choice: {
      rung: 'healthy',
      ttl: 60,
      ttlReason: "the record's greatest: nothing can change sooner",
      regions: ['eu-central'],
    },
    answer: {
      rcode: 'NOERROR',
      authoritative: true,
      truncated: false,
      addresses: ['192.0.2.3', '192.0.2.33'],
      records: ['API.example.com. 60 IN A 192.0.2.3', 'API.example.com. 60 IN A 192.0.2.33'],
      wire:
        '00008400000100020000000103415049076578616d706c6503636f6d0000010001c00c000100010000003c0004c0000203c00c000100010000003c0004c00002' +
        '2100002904d000000000000b0008000700011810829507',
      authority: [],
      errors: [],
      ttl: 60,
      ttlReason: "the record's greatest: nothing can change sooner",
      scope: 16,
      scopeReason: 'the same answer for all of 130.149.0.0/16',
    },
    snapshot: { version: expect.any(Number), publishedAt: Date.UTC(2026, 0, 2, 3, 4, 5), widened: true },
    checks: [],
  })
})

describe('regions', () => {
  test('that are nearer, but down or taken out, are told with the reason', async () => {
    const changed = withRegions(document, id => (id === 'ap-twin' ? { enabled: false } : {}))
    const state = down(document, 'ap-northeast', 'eu-central')
    const world = await worldWith(state, changed)
    expect(verdicts(await told(world, { name: 'api.example.com', client: TOKYO }))).toEqual([
      'ap-northeast: down, nearer, but down: api: connection refused',
      'ap-twin: disabled, nearer, but disabled by an operator',
      'eu-central: down, nearer, but down: 192.0.2.3: api: connection refused; 192.0.2.33: api: connection refused',
      'us-east: chosen, nearest region that is up and is enabled',
      'reserve: not-needed, a fallback: used only when no candidate is up',
    ])
  })

  test('that are down show why', async () => {
    const world = await worldWith(down(document, 'us-east'))
    const { regions } = await told(world, { name: 'api.example.com', client: BERLIN })
    expect(regions[1]).toMatchObject({ region: 'us-east', up: false, cause: 'api: connection refused' })
  })

  test('without an address of the family are no candidates', async () => {
    const world = await makeWorld(document)
    expect(verdicts(await told(world, { name: 'api.example.com', type: 'aaaa', client: TOKYO }))).toEqual([
      'ap-northeast: no-address, has no IPv6 address',
      'ap-twin: no-address, has no IPv6 address',
      'eu-central: chosen, nearest region that has an IPv6 address',
      'us-east: not-needed, farther than eu-central',
      'reserve: not-needed, a fallback: used only when no candidate is up',
    ])
  })

  test('that are equals are drawn by weight, and the other one is told so', async () => {
    const world = await makeWorld(document)
    const { regions, choice, answer } = await told(world, { name: 'api.example.com', client: TOKYO })
    const [first, second] = regions.slice(0, 2).sort((a, b) => a.state.localeCompare(b.state))
    expect(choice?.regions).toEqual([first?.region])
    expect(first).toMatchObject({ state: 'chosen', rank: 1 })
    expect(first?.why).toBe('nearest region, drawn by weight among ap-northeast, ap-twin')
    expect(second).toMatchObject({ state: 'passed-over', rank: 1 })
    expect(second?.why).toBe(`equal to ${first?.region}, to which the draw by weight gave this network`)
    expect(answer).toMatchObject({
      scope: 24,
      scopeReason: 'regions share the clients by weight, and 133.11.0.0/24 is one client',
    })
  })

  test('of weight 0 get nothing while an equal has more', async () => {
    const changed = withRegions(document, id => (id === 'ap-northeast' ? { weight: 0 } : {}))
    const world = await makeWorld(changed)
    expect(verdicts(await told(world, { name: 'api.example.com', client: TOKYO })).slice(0, 2)).toEqual([
      'ap-northeast: passed-over, weight 0: gets no clients while an equal region has more',
      'ap-twin: chosen, nearest region',
    ])
  })

  test('are told in their own order where neighbours were merged because they have the same answer', async () => {
    // With eu-central down, Berlin and Ashburn both get us-east: the widened map has one leaf for both.
    const world = await worldWith(down(document, 'eu-central'))
    const { regions } = await told(world, { name: 'all.example.com', client: BERLIN })
    expect(regions.map(({ region }) => region)).toEqual(['eu-central', 'us-east'])
  })
})

describe('the ladder', () => {
  const everything = down(document, 'us-east', 'eu-central', 'ap-northeast', 'ap-twin')

  test.each([
    // name, rung, regions, addresses, rcode, TTL
    ['api', 'fallback', ['reserve'], ['192.0.2.9'], 'NOERROR', 20],
    ['all', 'serve-all', ['eu-central', 'us-east'], ['192.0.2.3', '192.0.2.33', '192.0.2.1'], 'NOERROR', 20],
    ['best', 'first-choice', ['eu-central'], ['192.0.2.3', '192.0.2.33'], 'NOERROR', 20],
    ['none', 'nodata', [], [], 'NOERROR', 60],
    ['fail', 'servfail', [], [], 'SERVFAIL', null],
  ])('of %s ends at %s', async (name, rung, regions, addresses, rcode, ttl) => {
    const world = await worldWith(everything)
    const { choice, answer } = await told(world, { name: `${name}.example.com`, client: BERLIN })
    expect(choice).toMatchObject({ rung, regions, ttl })
    expect(answer).toMatchObject({ rcode, addresses, ttl })
    expect(answer.errors).toHaveLength(1)
  })

  test.each([
    ['api', 'reserve: chosen, no candidate is up; the first fallback that is'],
    ['all', 'us-east: chosen, no region is up; the record says to serve all'],
    ['best', 'eu-central: chosen, no region is up; the record says to serve the first choice'],
    ['none', 'eu-central: down, down: 192.0.2.3: api: connection refused; 192.0.2.33: api: connection refused'],
  ])('of %s is told beside the region', async (name, verdict) => {
    const world = await worldWith(everything)
    expect(verdicts(await told(world, { name: `${name}.example.com`, client: BERLIN }))).toContain(verdict)
  })

  test('never revives what an operator took out', async () => {
    const changed = withRegions(document, id => (id === 'us-east' || id === 'eu-central' ? { enabled: false } : {}))
    const world = await worldWith(everything, changed)
    const { choice, regions } = await told(world, { name: 'all.example.com', client: BERLIN })
    expect(choice).toMatchObject({ rung: 'servfail', regions: [] })
    expect(regions.map(({ state }) => state)).toEqual(['disabled', 'disabled'])
  })
})

describe('the TTL', () => {
  const state = (id: string, ...addresses: readonly [text: string, up: boolean, changeInMs: number][]): Health =>
    new Map([[id, addresses.map(([text, up, changeInMs]) => health(text, up, changeInMs))]])

  test.each([
    // health, TTL, reason
    [state('us-east', ['192.0.2.1', true, 12_900]), 12, 'us-east could go down in 12 s'],
    [state('us-east', ['192.0.2.1', true, 61_000]), 60, "the record's greatest: nothing can change sooner"],
    [state('us-east', ['192.0.2.1', true, 1_000]), 5, "us-east could go down in 1 s, and 5 s is the record's least"],
    [
      state('eu-central', ['192.0.2.3', true, 9_000], ['192.0.2.33', true, 30_000]),
      60,
      "the record's greatest: nothing can change sooner",
    ],
  ])('of a client in Ashburn is told with what limits it: %#', async (health, ttl, ttlReason) => {
    const world = await worldWith(health)
    const { choice, answer } = await told(world, { name: 'api.example.com', client: '128.143.2.0/24' })
    expect(choice).toMatchObject({ ttl, ttlReason, regions: ['us-east'] })
    expect(answer).toMatchObject({ ttl, ttlReason })
  })

  test.each([
    // TTL of the region, ms until it could go down, TTL of the answer, reason
    [15, 61_000, 15, 'answers with us-east are kept for 15 s at the most'],
    [2, 61_000, 5, "answers with us-east are kept for 2 s at the most, and 5 s is the record's least"],
    [13, 12_900, 12, 'us-east could go down in 12 s'],
  ])('is no longer than the %d s of the region that answers', async (own, changeInMs, ttl, ttlReason) => {
    const world = await makeWorld(withRegions(document, id => (id === 'us-east' ? { ttl: own } : { ttl: 1 })))
    world.publisher.setHealth(state('us-east', ['192.0.2.1', true, changeInMs]))
    const { choice, answer } = await told(world, { name: 'api.example.com', client: '128.143.2.0/24' })
    expect(choice).toMatchObject({ ttl, ttlReason, regions: ['us-east'] })
    expect(answer).toMatchObject({ ttl, ttlReason })
  })

  test('is limited by an address that could come back', async () => {
    const world = await worldWith(down(document, 'eu-central'))
    const { choice } = await told(world, { name: 'api.example.com', client: BERLIN })
    expect(choice).toMatchObject({ ttl: 20, ttlReason: 'an address of eu-central could change in 20 s' })
  })
})

describe('the client', () => {
  const DEFAULT = "regions are in the document's order"
  test.each<[string, ExplainQuestion, string | null, readonly string[]]>([
    ['a resolver', { name: 'api.example.com', resolver: '133.11.1.1' }, 'Tokyo', []],
    ['a resolver mapped into v6', { name: 'api.example.com', resolver: '::ffff:133.11.1.1' }, 'Tokyo', []],
    ['a v6 network', { name: 'api.example.com', client: '2400:4000::/32' }, 'Tokyo', []],
    ['a private network that the database knows', { name: 'api.example.com', client: '10.20.1.0/24' }, 'Berlin', []],
    [
      'a private network',
      { name: 'api.example.com', client: '192.168.0.0/16', resolver: '130.149.1.1' },
      'Berlin',
      ["client subnet 192.168.0.0/16 is private or unroutable: the resolver's address was used"],
    ],
    [
      'a private resolver',
      { name: 'api.example.com' },
      null,
      [`127.0.0.1 is private or unroutable and says nothing of a place: ${DEFAULT}`],
    ],
    [
      'who asks not to be located',
      { name: 'api.example.com', client: '0.0.0.0/0', resolver: '130.149.1.1' },
      'Berlin',
      ["a client subnet of length 0 asks not to be located: the resolver's address was used"],
    ],
    [
      'behind a resolver that the zone does not trust',
      { name: 'api.trusting.example', client: TOKYO, resolver: '130.149.1.1' },
      'Berlin',
      ['the zone does not trust client subnets of the resolver 130.149.1.1: its address was used'],
    ],
    [
      'behind a resolver that the zone trusts',
      { name: 'api.trusting.example', client: TOKYO, resolver: '192.0.2.130' },
      'Tokyo',
      [],
    ],
    // Whose word counts is for the zone of the steered name to say.
    ['led to a zone that trusts all', { name: 'there.trusting.example', client: TOKYO }, 'Tokyo', []],
    [
      'of whom nothing is known',
      { name: 'api.example.com', client: '5.6.7.8' },
      null,
      [`unknown to the database: ${DEFAULT}`],
    ],
    [
      'of whom no place is known',
      { name: 'api.example.com', client: '8.8.8.8' },
      'Nowhere',
      [`the database gives no location for it: ${DEFAULT}`],
    ],
    [
      'of whom the country is known',
      { name: 'api.example.com', client: '9.9.9.9' },
      null,
      ['the database gives only the country; its centre was used'],
    ],
  ])('%s is located, and it is told how', async (_, question, city, notes) => {
    const world = await makeWorld(document)
    const { location } = await told(world, question)
    expect(location.place?.city ?? null).toBe(city)
    expect(location.notes).toEqual(notes)
  })

  test('gets the default order where there is no database', async () => {
    const world = await makeWorld(document, null)
    const { location, regions } = await told(world, { name: 'api.example.com', client: TOKYO })
    expect(location).toMatchObject({
      network: null,
      database: null,
      notes: [`there is no database for IPv4 addresses: ${DEFAULT}`],
    })
    expect(regions.map(({ region }) => region)).toEqual([...document.regions.keys()])
    expect(regions[1]?.why).toBe('comes after us-east')
  })
})

describe('the scope', () => {
  test.each<[string, ExplainQuestion, number | null, string]>([
    ['without a client subnet', { name: 'api.example.com' }, null, 'the query had no client subnet'],
    [
      'of a private network',
      { name: 'api.example.com', client: '192.168.1.0/24' },
      16,
      "192.168.0.0/16 is private or unroutable: for all of it the resolver's address decides",
    ],
    ['of who declines', { name: 'api.example.com', client: '::/0' }, 0, 'the client asked not to be located'],
    [
      'of who is not believed',
      { name: 'api.trusting.example', client: TOKYO },
      0,
      'the client subnet was not believed',
    ],
    ['of a static name', { name: 'ns1.example.com', client: TOKYO }, 0, 'location played no part'],
    ['of a denial', { name: 'api.example.com', type: 'MX', client: TOKYO }, 0, 'a denial is the same for everybody'],
    [
      'of a network longer than its own',
      { name: 'api.example.com', client: '128.0.0.0/2' },
      7,
      'the same answer for all of 128.0.0.0/7',
    ],
  ])('%s is told with its reason', async (_, question, scope, scopeReason) => {
    const world = await makeWorld(document)
    expect((await told(world, question)).answer).toMatchObject({ scope, scopeReason })
  })

  test('that is not as wide yet as it could be is told so', async () => {
    const world = await makeWorld(document)
    await widened(world)
    world.publisher.setHealth(down(document, 'us-east', 'ap-northeast', 'ap-twin'))
    const { answer, snapshot, checks } = explain(world.sources(), { name: 'api.example.com', client: BERLIN })
    expect(snapshot.widened).toBe(false)
    expect(answer.scopeReason).toContain('it may become wider in a moment')
    expect(checks).toEqual([])
  })
})

describe('a name that is not steered', () => {
  test.each<[ExplainQuestion, string | null, Explanation['found'], string]>([
    [{ name: 'ns1.example.com' }, 'example.com.', { kind: 'static', at: 'ns1.example.com.', aliases: [] }, 'NOERROR'],
    [
      { name: 'x.y.any.example.com', type: 'TXT' },
      'example.com.',
      { kind: 'static', at: '*.any.example.com.', aliases: [] },
      'NOERROR',
    ],
    [{ name: 'nope.example.com' }, 'example.com.', { kind: 'nxdomain', at: null, aliases: [] }, 'NXDOMAIN'],
    [{ name: 'any.example.com' }, 'example.com.', { kind: 'nodata', at: 'any.example.com.', aliases: [] }, 'NOERROR'],
    [
      { name: 'api.example.com', type: 'TXT' },
      'example.com.',
      { kind: 'nodata', at: 'api.example.com.', aliases: [] },
      'NOERROR',
    ],
    [
      { name: 'a.sub.example.com' },
      'example.com.',
      { kind: 'delegation', at: 'sub.example.com.', aliases: [] },
      'NOERROR',
    ],
    [
      { name: 'sub.example.com', type: 'DS' },
      'example.com.',
      { kind: 'nodata', at: 'sub.example.com.', aliases: [] },
      'NOERROR',
    ],
    [
      { name: 'out.example.com' },
      'example.com.',
      { kind: 'alias', at: 'out.example.com.', aliases: ['out.example.com.'] },
      'NOERROR',
    ],
    [
      { name: 'lost.example.com' },
      'example.com.',
      { kind: 'nxdomain', at: null, aliases: ['lost.example.com.'] },
      'NXDOMAIN',
    ],
    [
      { name: 'www.example.com', type: 'CNAME' },
      'example.com.',
      { kind: 'static', at: 'www.example.com.', aliases: [] },
      'NOERROR',
    ],
    [
      { name: 'api.example.com', type: 'ANY' },
      'example.com.',
      { kind: 'static', at: 'api.example.com.', aliases: [] },
      'NOERROR',
    ],
    [{ name: 'example.org' }, null, { kind: 'outside', at: null, aliases: [] }, 'REFUSED'],
    [{ name: '.', type: 'NS' }, null, { kind: 'outside', at: null, aliases: [] }, 'REFUSED'],
  ])('is told by what became of it: %j', async (question, zone, found, rcode) => {
    const world = await makeWorld(document)
    const explanation = await told(world, question)
    expect(explanation).toMatchObject({ zone, found, steered: null, regions: [], choice: null, answer: { rcode } })
    expect(explanation.location).toMatchObject({ source: 'none', address: null, place: null })
  })
})

test('an alias of a steered name is told with what it leads to', async () => {
  const world = await makeWorld(document)
  const { zone, found, answer } = await told(world, { name: 'there.trusting.example', client: BERLIN })
  expect(zone).toBe('trusting.example.')
  expect(found).toEqual({ kind: 'steered', at: 'api.example.com.', aliases: ['there.trusting.example.'] })
  expect(answer.records).toEqual([
    'there.trusting.example. 3600 IN CNAME api.example.com.',
    'api.example.com. 60 IN A 192.0.2.3',
    'api.example.com. 60 IN A 192.0.2.33',
  ])
  expect(answer.ttl).toBe(60)
})

test('an answer that does not fit is told as truncated, and no bug is seen in it', async () => {
  const addresses = Array.from({ length: 100 }, (_, i) => `198.51.100.${i + 1}`).join(', ')
  const big = parse(DOCUMENT.replace('addresses: [192.0.2.1, ', `addresses: [${addresses}, `))
  const world = await makeWorld(big)
  const { answer } = await told(world, { name: 'all.example.com', client: '128.143.2.0/24' })
  expect(answer).toMatchObject({ truncated: true, addresses: [], ttl: null })
  expect(answer.ttlReason).toBe('the answer did not fit; a resolver asks again by TCP')
})
