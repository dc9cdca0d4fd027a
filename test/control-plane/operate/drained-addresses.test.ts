import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../../../src/control-plane/operate/explain.js'
import type { Forced, ForcedRegions, SaidAddress } from '../../../src/control-plane/publish/forced.js'
import { DOCUMENT, down, makeWorld, parse, type TestWorld, widened, withRegions } from './world.js'

const document = parse(DOCUMENT)
const world = await makeWorld(document)

const word = (addresses: Readonly<Record<string, SaidAddress>>, more: Partial<Forced> = {}): Forced => ({
  id: '1',
  state: 'some',
  drain: 0,
  until: Number.POSITIVE_INFINITY,
  actor: 'alice',
  reason: 'new balancer',
  addresses: new Map(Object.entries(addresses)),
  ...more,
})
const drained = (percents: Readonly<Record<string, number>>, region = 'eu-central', more: Partial<Forced> = {}) => {
  const said = Object.entries(percents).map(([address, drain]) => [address, { drain }] as const)
  return new Map([[region, word(Object.fromEntries(said), more)]]) satisfies ForcedRegions
}

const ask = (client: string, type = 'A', at: TestWorld = world) =>
  explain(at.sources(), { name: 'api.example.com', type, client })

/** By network, what each of 256 in Berlin gets; asked of the real line, and held against what was to be expected. */
function answers(forced: ForcedRegions, type = 'A'): readonly string[] {
  world.publisher.setForced(forced)
  return Array.from({ length: 256 }, (_, i) => {
    const { answer, checks } = ask(`130.149.${i}.0/24`, type)
    expect(checks).toEqual([])
    return answer.addresses.join(' ')
  })
}
const networksWith = (given: readonly string[], addresses: string) =>
  given.flatMap((one, i) => (one === addresses ? [i] : []))

const BOTH = '192.0.2.3 192.0.2.33'

test('so many percent of the clients of its region go without it, and nobody leaves the region', () => {
  const given = answers(drained({ '192.0.2.33': 50 }))
  expect(new Set(given)).toEqual(new Set([BOTH, '192.0.2.3']))
  expect(Math.abs(networksWith(given, '192.0.2.3').length - 128)).toBeLessThan(30)
})

test('who goes without it at first goes without it when it is drained more, and all do at 100 %', () => {
  const few = networksWith(answers(drained({ '192.0.2.33': 20 })), '192.0.2.3')
  const more = networksWith(answers(drained({ '192.0.2.33': 60 })), '192.0.2.3')
  expect(few.length).toBeGreaterThan(20)
  expect(more).toEqual(expect.arrayContaining(few))
  expect(new Set(answers(drained({ '192.0.2.33': 100 })))).toEqual(new Set(['192.0.2.3']))
})

test('the clients of an only address go where they would if its region were drained by as much', () => {
  const forced: ForcedRegions = new Map([['eu-central', word({}, { state: 'drain', drain: 40 })]])
  const region = answers(forced, 'AAAA')
  expect(answers(drained({ '2001:db8::3': 40 }), 'AAAA')).toEqual(region)
  expect(new Set(region)).toEqual(new Set(['2001:db8::3', '2001:db8::1']))
})

test('of two that are drained some clients lose one, and some of these the region', () => {
  const given = answers(drained({ '192.0.2.3': 30, '192.0.2.33': 70 }))
  expect(new Set(given)).toEqual(new Set([BOTH, '192.0.2.3', '192.0.2.1']))
  expect(Math.abs(networksWith(given, '192.0.2.1').length - 77)).toBeLessThan(30)
  expect(Math.abs(networksWith(given, '192.0.2.3').length - 102)).toBeLessThan(30)
})

test('where nothing else is left a client stays', async () => {
  const alone = await makeWorld(withRegions(document, id => ({ enabled: id === 'eu-central' })))
  alone.publisher.setForced(drained({ '192.0.2.3': 99, '192.0.2.33': 99 }))
  const given = Array.from({ length: 50 }, (_, i) => ask(`130.149.${i}.0/24`, 'A', alone).answer.addresses.join(' '))
  expect(new Set(given)).toEqual(new Set([BOTH]))
})

test('an answer is for one network, and says what this one goes without', () => {
  const given = answers(drained({ '192.0.2.33': 50 }))
  const told = ask(`130.149.${networksWith(given, '192.0.2.3')[0]}.0/24`)
  expect(told.answer.scope).toBe(24)
  expect(told.regions.find(({ region }) => region === 'eu-central')).toMatchObject({
    state: 'chosen',
    why: expect.stringMatching(/; without 192\.0\.2\.33, drained by 50 %$/),
    override: { actor: 'alice', state: 'some' },
  })
  world.publisher.setForced(new Map())
  expect(ask('130.149.7.0/24').answer.scope).toBeLessThan(24)
})

const anySaid: fc.Arbitrary<SaidAddress> = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map(drain => ({ drain })),
  fc.boolean().map(up => ({ up })),
)
const anyForced = fc
  .tuple(
    ...[...document.regions.values()].map(({ id, addresses }) =>
      fc.record({
        id: fc.constant(id),
        said: fc.array(fc.option(anySaid, { nil: undefined }), {
          minLength: addresses.length,
          maxLength: addresses.length,
        }),
        more: fc.constantFrom<Partial<Forced>>(
          {},
          {},
          { state: 'drain', drain: 30 },
          { state: 'up' },
          { state: 'down' },
        ),
      }),
    ),
  )
  .map(words =>
    words.map(({ id, said, more }) => {
      const { addresses } = document.regions.get(id)!
      const named = said.flatMap((one, i) => (one === undefined ? [] : [[addresses[i]!.text, one] as const]))
      return [id, word(Object.fromEntries(named), more)] as const
    }),
  )

test('reasons and real answers agree for whatever is said of addresses and regions, and all that a scope holds get the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyForced,
      fc.subarray([...document.regions.keys()]),
      fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }),
      async (words, lost, clients) => {
        world.publisher.setHealth(down(document, ...lost))
        world.publisher.setForced(new Map(words))
        await widened(world)
        for (const client of clients)
          for (const type of ['A', 'AAAA']) {
            const [from, to] = [client >> 8, client & 255]
            const told = ask(`130.149.${from}.${to}/32`, type)
            expect(told.checks).toEqual([])
            const scope = told.answer.scope!
            const mask = scope === 0 ? 0 : (-1 << (32 - scope)) >>> 0
            const other = ((((130 << 24) | (149 << 16) | client) & mask) | (~mask & (client * 0x9e3779b1))) >>> 0
            const beside = [24, 16, 8, 0].map(shift => (other >>> shift) & 255).join('.')
            expect(ask(`${beside}/32`, type).answer.addresses).toEqual(told.answer.addresses)
          }
      },
    ),
    { numRuns: Number(process.env['MERIDIAN_RUNS'] ?? 25) },
  )
})
