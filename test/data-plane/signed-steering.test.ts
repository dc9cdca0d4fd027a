// Steered names of signed zones under every health: whatever is drawn has its signature, which no change of health makes anew.
import { afterAll, expect, test } from 'vitest'
import type { Health } from '../../src/control-plane/health/health.js'
import { combinations, drawable } from '../../src/control-plane/publish/drawable.js'
import type { ForcedRegions } from '../../src/control-plane/publish/forced.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { CHOICE_WORDS } from '../../src/snapshot/choices.js'
import { Draw } from '../../src/snapshot/draw.js'
import { healthOf, readDocument, World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const clock = { wall: NOW, steady: NOW }
const keys = makeKeys(clock)
afterAll(() => keys.remove())

const REGIONS = ['a', 'b', 'c', 'd']
const DOCUMENT = `
regions:
  a: { addresses: [192.0.2.1, 192.0.2.11, "2001:db8::1"], location: [35.68, 139.69] }
  b: { addresses: [192.0.2.2], location: [52.52, 13.4], weight: 30 }
  c: { addresses: [192.0.2.3, "2001:db8::3"], location: [1.3, 103.8] }
  d: { addresses: [192.0.2.4], location: [40, -70] }
  spare: { addresses: [192.0.2.9] }
  away: { target: balancer.example.net }
  home: { target: near.example.com }
policies:
  shared: [spread: { within: 30000km }]
  two: [distance, take: 2]
  turns: [spread: { within: 30000km }, round-robin]
  little: [distance, trickle: 20%]
zones:
  example.com:
    dnssec: true
    nameservers: [ns.example.net]
    records:
      near: { steer: nearest, regions: [a, b, c, d], ttl: { max: 300s, min: 5s } }
      shared: { steer: shared, regions: [a, b, c, d] }
      two: { steer: two, regions: [a, b, c, d] }
      turns: { steer: turns, regions: [a, b, c, d] }
      little: { steer: little, regions: [a, b, c, d] }
      all: { steer: all, regions: [a, b, c, d] }
      spare: { steer: nearest, regions: [a, b], fallback: [spare] }
      fixed: { steer: nearest, regions: [b, d], when-all-down: { fixed: [192.0.2.99] } }
      first: { steer: nearest, regions: [a, b], when-all-down: first-choice }
      cdn: { steer: nearest, regions: [away, home] }
      "*.wild": { steer: nearest, regions: [a, b, c, d] }
      alias: { type: CNAME, data: shared.example.com. }
      apart: { type: ALIAS, data: two.example.com. }
`
const NETWORKS = [
  { prefix: '192.0.2.0/25', latitude: 35, longitude: 139 },
  { prefix: '192.0.2.128/25', latitude: 50, longitude: 10 },
  { prefix: '198.51.100.0/24', latitude: 1, longitude: 100 },
]
const NAMES = [
  'near',
  'shared',
  'two',
  'turns',
  'little',
  'all',
  'spare',
  'fixed',
  'first',
  'cdn',
  'x.wild',
  'alias',
  'apart',
]
const SUBNETS = ['192.0.2.0/25', '192.0.2.128/25', '203.0.113.0/24']

function judgeAll(world: World, subnets = SUBNETS): void {
  const anchors = keys.anchors(world.document)
  for (const name of NAMES)
    for (const type of ['A', 'AAAA', 'TXT'])
      for (const subnet of subnets) {
        const message = askSigned(world, `${name}.example.com`, type, { subnet })
        const asked = { name: parseName(`${name}.example.com`), type: typeNumber(type)! }
        try {
          expect(validate(message, asked, anchors, clock.wall)).not.toBe('nothing')
          expect(message.rcode).toBe(0)
        } catch (error) {
          throw new Error(`${name} ${type} ${subnet}: ${(error as Error).message}`, { cause: error })
        }
      }
}

/** One address of a region down. */
const withAddressDown = (health: Health, address: string): Health =>
  new Map([...health].map(([id, all]) => [id, all.map(one => (one.address === address ? { ...one, up: false } : one))]))

/** Half of the clients of `a` go without one of its addresses, and some of those of `d` elsewhere. */
const DRAINED: ForcedRegions = new Map(
  Object.entries({ a: { '192.0.2.11': 50, '192.0.2.1': 20 }, d: { '192.0.2.4': 30 } }).map(([id, percents]) => [
    id,
    {
      ...{ id: '1', state: 'some', drain: 0, until: Number.POSITIVE_INFINITY, actor: 'a', reason: 'b' },
      addresses: new Map(Object.entries(percents).map(([address, drain]) => [address, { drain }])),
    },
  ]),
)

test.each(['nsec', 'nsec3'])(
  'whatever regions are up, each answer is signed, each denial by %s',
  async denial => {
    const written = DOCUMENT.replace('dnssec: true', `dnssec: { denial: ${denial} }`)
    const world = await World.of(readDocument(written), NETWORKS, new Map(), keys.signing)
    for (let up = 0; up <= REGIONS.length; up++)
      for (const down of combinations([0, 1, 2, 3], up)) {
        world.publisher.setHealth(
          healthOf(
            world.document,
            down.map(i => REGIONS[i]!),
            20_000,
          ),
        )
        judgeAll(world)
      }
    world.publisher.setHealth(withAddressDown(healthOf(world.document, []), '192.0.2.11'))
    judgeAll(world)
    expect(world.totals().scalars['faults']).toBe(0)
  },
  120_000,
)

test('where addresses are drained, each part of the clients gets what was signed', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  world.publisher.setForced(DRAINED)
  const subnets = Array.from({ length: 12 }, (_, i) => `203.0.${i}.0/24`)
  judgeAll(world, [...SUBNETS, ...subnets])
  world.publisher.setHealth(healthOf(world.document, ['b', 'd']))
  judgeAll(world, subnets)
  expect(world.totals().scalars['faults']).toBe(0)
})

test('a change of health that has been there before signs nothing', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  const states = [healthOf(world.document, ['a']), healthOf(world.document, [])]
  for (const health of states) world.publisher.setHealth(health)
  const { made } = world.publisher.signatureCounts()
  for (const health of [...states, ...states]) world.publisher.setHealth(health)
  expect(world.publisher.signatureCounts().made).toBe(made)
})

test('what another health could ask for is signed before it does, so that a change of health signs nothing at all', async () => {
  const ahead = { ...keys.signing, ahead: true }
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), ahead)
  await world.publisher.signAhead()
  const { made, count } = world.publisher.signatureCounts()
  const { version } = world.publisher.current()!.snapshot
  for (let up = 0; up <= REGIONS.length; up++)
    for (const down of combinations([0, 1, 2, 3], up)) {
      const ids = down.map(i => REGIONS[i]!)
      world.publisher.setHealth(healthOf(world.document, ids, 20_000))
      judgeAll(world)
      expect(world.publisher.signatureCounts().made, `without ${ids.join(', ')}`).toBe(made)
    }
  await world.publisher.signAhead()
  expect(world.publisher.signatureCounts()).toMatchObject({ made, count })
  expect(world.publisher.current()!.snapshot.version).toBeGreaterThan(version)
})

test('an edit makes nothing anew that was signed ahead', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), { ...keys.signing, ahead: true })
  await world.publisher.signAhead()
  const { made, count } = world.publisher.signatureCounts()
  await world.publisher.setDocument(readDocument(`${DOCUMENT}      more: { type: TXT, data: '"x"' }\n`))
  await world.publisher.signAhead()
  const after = world.publisher.signatureCounts()
  // The new set, its NSEC record and that of the name before it, and the SOA if its serial moved.
  expect(after.made - made).toBeLessThanOrEqual(4)
  expect(after.count - count).toBeLessThanOrEqual(3)
})

test('the TTL of an answer falls below that of its signature, which stays', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  world.publisher.setHealth(healthOf(world.document, [], 20_000))
  const { answers } = askSigned(world, 'near.example.com', 'A')
  const signature = answers.find(({ type }) => type === TYPE.RRSIG)!
  expect(answers.map(({ ttl }) => ttl)).toEqual(answers.map(() => 20))
  expect(new DataView(signature.rdata.buffer, signature.rdata.byteOffset).getUint32(4)).toBe(300)
})

test('who does not ask for signatures gets none, and no proof', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  for (const name of ['near', 'x.wild', 'nowhere', 'cdn', '@'])
    for (const type of ['A', 'MX', 'ANY', 'SOA']) {
      const question = name === '@' ? 'example.com' : `${name}.example.com`
      const { answers, authorities } = askSigned(world, question, type, { dnssecOk: false })
      const made: readonly number[] = [TYPE.RRSIG, TYPE.NSEC]
      expect([...answers, ...authorities].filter(({ type }) => made.includes(type))).toEqual([])
    }
})

test('signatures are made anew in time, and only those that have to be', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  const before = world.publisher.signatureCounts()
  expect(before.made).toBe(before.count)
  try {
    const day = 86_400
    clock.wall += 5 * day
    clock.steady += 5 * day
    await world.publisher.resign()
    expect(world.publisher.signatureCounts().made).toBe(before.made)
    clock.wall += 5 * day
    clock.steady += 5 * day
    await world.publisher.resign()
    expect(world.publisher.signatureCounts()).toMatchObject({ count: before.count, made: 2 * before.count })
    expect(world.publisher.signatureCounts().firstExpiration).toBeGreaterThan(clock.wall + 12 * day)
    judgeAll(world)
  } finally {
    Object.assign(clock, { wall: NOW, steady: NOW })
  }
})

test.each([-400, 400])(
  'a clock that jumps by %d days leaves signatures that are good by the old time and the new',
  async days => {
    const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
    try {
      clock.wall += days * 86_400
      await world.publisher.resign()
      judgeAll(world)
      clock.wall = NOW
      judgeAll(world)
    } finally {
      Object.assign(clock, { wall: NOW, steady: NOW })
    }
  },
)

test.each(['nsec', 'nsec3'])(
  'a name that has nothing but steering has something for ANY and RRSIG, by %s',
  async denial => {
    const written = DOCUMENT.replace('dnssec: true', `dnssec: { denial: ${denial} }`)
    const world = await World.of(readDocument(written), [], new Map(), keys.signing)
    const any = askSigned(world, 'near.example.com', 'ANY')
    validate(any, { name: parseName('near.example.com'), type: TYPE.ANY }, keys.anchors(world.document), NOW)
    expect(any.answers.some(({ type }) => type === TYPE.RRSIG)).toBe(true)
    expect(askSigned(world, 'near.example.com', 'RRSIG').answers.map(({ type }) => type)).toEqual([TYPE.RRSIG])
  },
)

test('a chain ends where two zones would deny with NSEC records of one name', async () => {
  const world = await World.of(
    readDocument(`
zones:
  example.com:
    dnssec: true
    nameservers: [ns.example.net]
    records: { "*": { type: CNAME, data: m.example.com. } }
  m.example.com: { dnssec: true, nameservers: [ns.example.net] }
`),
    [],
    new Map(),
    keys.signing,
  )
  const [name, type] = [parseName('x.example.com'), TYPE.A]
  const message = askSigned(world, 'x.example.com', 'A')
  validate(message, { name, type }, keys.anchors(world.document), NOW)
  expect(message.authorities.map(({ owner }) => formatName(owner))).toEqual(['m.example.com.', 'm.example.com.'])
})

test('whatever is drawn is among what can be drawn', async () => {
  const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
  world.publisher.setHealth(healthOf(world.document, ['c']))
  world.publisher.setForced(DRAINED)
  const { snapshot } = world.publisher.current()!
  const draw = new Draw()
  for (let choice = 1; choice < snapshot.choices.length / CHOICE_WORDS; choice++) {
    const known = new Set(drawable(snapshot, choice).map(set => set.toSorted().join()))
    for (let i = 0; i < 2000; i++) {
      draw.run(snapshot, choice, Uint8Array.of(i >> 8, i & 255, i * 7, 0), 24)
      const drawn = [...draw.words.subarray(0, draw.count)].toSorted().join()
      if (draw.count > 0 && !known.has(drawn)) expect([...known]).toContain(drawn)
    }
  }
})
