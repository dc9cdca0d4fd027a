import { decode } from 'dns-packet'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import type { AddressHealth, Health } from '../../../src/control-plane/health/health.js'
import { type ExplainQuestion, type Explanation, explain } from '../../../src/control-plane/operate/explain.js'
import { formatAddress, truncate } from '../../../src/dns/address.js'
import { asked, isLong, leaveFigures } from './explain-form.js'
import { DOCUMENT, health, makeWorld, parse, type TestWorld, widened, withRegions } from './world.js'

const LIMIT_MS = isLong ? 3_600_000 : 120_000
afterAll(leaveFigures)

const document = parse(DOCUMENT)
const regions = [...document.regions.values()]

/** Some regions taken out, some with a TTL of their own; every address up, down, or about to change. */
const anyState = fc
  .tuple(
    fc.array(fc.record({ up: fc.boolean(), changeInMs: fc.nat(70_000) }), { minLength: 20, maxLength: 20 }),
    fc.array(fc.boolean(), { minLength: regions.length, maxLength: regions.length }),
    fc.array(fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }), {
      minLength: regions.length,
      maxLength: regions.length,
    }),
  )
  .map(([states, out, ttls]) => {
    let next = 0
    const rows = regions.map(({ id, addresses }): [string, readonly AddressHealth[]] => [
      id,
      addresses.map(({ text }) => {
        const { up, changeInMs } = states[next++]!
        return health(text, up, changeInMs)
      }),
    ])
    return {
      state: new Map(rows) satisfies Health,
      disabled: new Set(regions.filter((_, i) => out[i]).map(({ id }) => id)),
      ttls: new Map(regions.map(({ id }, i) => [id, ttls[i] === undefined ? {} : { ttl: ttls[i] }])),
    }
  })

/** Located, unlocated, private and anywhere at all; of any length. */
const anyClient = fc
  .tuple(
    fc.oneof(
      fc
        .constantFrom([133, 11], [130, 149], [128, 143], [9, 1], [8, 8], [10, 20], [10, 9], [192, 168], [127, 0])
        .map(start => [...start, 1, 2]),
      fc
        .constantFrom([0x24, 0], [0x2a, 2, 0x81, 8], [0x20, 1, 0xd, 0xb8], [0xfd], [0])
        .map(start => [...start, ...Array<number>(16 - start.length).fill(3)]),
      fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
      fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
    ),
    fc.nat(128),
  )
  .map(([start, bits]) => {
    const bytes = Uint8Array.from(start)
    const length = Math.min(bits, bytes.length * 8)
    return `${formatAddress(truncate(bytes, length))}/${length}`
  })

const anyQuestion: fc.Arbitrary<ExplainQuestion> = fc.record(
  {
    name: fc.constantFrom(
      ...[
        'api',
        'all',
        'none',
        'fail',
        'best',
        'www',
        'out',
        'lost',
        'sub',
        'x.sub',
        'x.any',
        'any',
        'nope',
        '*.any',
      ].map(label => `${label}.example.com`),
      ...['example.com', 'api.trusting.example', 'there.trusting.example', 'trusting.example', 'example.org', '.'],
    ),
    type: fc.constantFrom('A', 'AAAA', 'A', 'AAAA', 'TXT', 'ANY', 'DS', 'NS', 'CNAME', 'SOA'),
    client: anyClient,
    resolver: fc.constantFrom(
      '127.0.0.1',
      '133.11.1.1',
      '192.0.2.200',
      '::1',
      '2400:4000::1',
      '::ffff:130.149.0.1',
      '8.8.8.8',
    ),
  },
  { requiredKeys: ['name'] },
)

/** Explains, and decodes by another decoder the very response that was explained. */
function explained(world: TestWorld, question: ExplainQuestion) {
  const sources = world.sources()
  let response = new Uint8Array()
  const explanation = explain(
    { ...sources, answer: (query, source) => (response = new Uint8Array(sources.answer(query, source))) },
    question,
  )
  return { explanation, packet: decode(Buffer.from(response)) }
}

function agrees({ explanation, packet }: ReturnType<typeof explained>): void {
  const { answer, checks, question } = explanation
  expect(checks).toEqual([])
  const real = (packet.answers ?? []).filter(({ type }) => type === question.type && (type === 'A' || type === 'AAAA'))
  expect(answer.addresses.map(loose)).toEqual(real.map(record => loose('data' in record ? String(record.data) : '')))
  asked.questions++
  if (real.length > 0) asked.answered++
  if (real.length > 0) expect(real.map(record => 'ttl' in record && record.ttl)).toEqual(real.map(() => answer.ttl))
}

/** The other decoder writes v6 addresses in its own way. */
const loose = (address: string): string => address.replace(/(^|:)(0(:|$))+/, '::').replace(/:::+/, '::')

/** The nearest regions that can serve, found by trying them all. */
function nearest({ location, question }: Explanation, disabled: ReadonlySet<string>, state: Health): readonly string[] {
  const family = question.type === 'A' ? 4 : 6
  const ids = ['us-east', 'eu-central', 'ap-northeast', 'ap-twin']
  const serving = ids.filter(id => {
    const own = document.regions.get(id)!.addresses.filter(address => address.family === family)
    const up = own.some(({ text }) => state.get(id)!.find(({ address }) => address === text)?.up)
    return up && !disabled.has(id)
  })
  const { latitude, longitude } = location.place ?? { latitude: null, longitude: null }
  if (latitude === null || longitude === null) return serving.slice(0, 1)
  const far = (id: string): number => kilometres({ latitude, longitude }, document.regions.get(id)!.location!)
  const least = Math.min(...serving.map(far))
  return serving.filter(id => far(id) < least + 0.001)
}

test(
  'reasons and real answers agree for every client, health and set of regions',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        anyState,
        fc.array(anyQuestion, isLong ? { minLength: 400, maxLength: 400 } : { minLength: 10, maxLength: 20 }),
        async ({ state, disabled, ttls }, questions) => {
          const world = await makeWorld(withRegions(document, id => ({ enabled: !disabled.has(id), ...ttls.get(id) })))
          world.publisher.setHealth(state)
          asked.worlds++
          for (const question of questions) agrees(explained(world, question))
          await widened(world)
          for (const question of questions) agrees(explained(world, question))
        },
      ),
      { numRuns: isLong ? 50 : 15 },
    )
  },
  LIMIT_MS,
)

test(
  'the chosen region is the nearest that can serve, as found by trying them all',
  async () => {
    const world = await makeWorld(document)
    await fc.assert(
      fc.asyncProperty(
        anyState,
        fc.array(anyClient, { minLength: 20, maxLength: 20 }),
        async ({ state, disabled }, clients) => {
          await world.publisher.setDocument(withRegions(document, id => ({ enabled: !disabled.has(id) })))
          world.publisher.setHealth(state)
          for (const client of clients) {
            for (const type of ['A', 'AAAA']) {
              const told = explained(world, { name: 'api.example.com', type, client })
              agrees(told)
              const { choice } = told.explanation
              const best = nearest(told.explanation, disabled, state)
              if (best.length === 0) expect(choice?.rung).not.toBe('healthy')
              else expect(best).toContain(choice?.regions[0])
            }
          }
        },
      ),
      { numRuns: 30 },
    )
  },
  LIMIT_MS,
)
