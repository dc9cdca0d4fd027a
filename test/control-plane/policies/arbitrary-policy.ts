// Policies, regions and clients of every kind, for property tests.
import fc from 'fast-check'
import type { ClientClass } from '../../../src/control-plane/geo/client-class.js'
import type { LatencyTables } from '../../../src/control-plane/geo/latency-table.js'
import type { Candidate } from '../../../src/control-plane/policies/policy.js'
import type { StepSpec } from '../../../src/control-plane/traffic/document/policy.js'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']
const TAGS = ['red', 'blue']
const NAMES = [...IDS, ...TAGS]
export const CLIENT_KEYS = [
  '*',
  'continent:EU',
  'DE',
  'FR',
  'DE-BAYERN',
  'AS64500',
  '36.0.0.0/8',
  '36.1.0.0/16',
  '10.0.0.0/8',
]

const selection = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
const numbers = (from: number, to: number) =>
  fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: from, max: to }))
const keys = fc.uniqueArray(fc.constantFrom(...CLIENT_KEYS), { maxLength: 3 })

const simple: fc.Arbitrary<StepSpec> = fc.oneof(
  fc.record({ step: fc.constant('distance' as const), bias: numbers(-99, 99) }),
  fc.record({
    step: fc.constant('latency' as const),
    table: fc.constant('t'),
    withinMs: fc.constantFrom(0, 10, 1000),
    missing: fc.constantFrom('distance' as const, 'skip' as const),
  }),
  fc.record({
    step: fc.constant('geo' as const),
    rules: fc.uniqueArray(
      fc
        .record({ clients: fc.constantFrom(...CLIENT_KEYS), regions: selection, tiered: fc.boolean() })
        .map(({ clients, regions, tiered }) => ({
          clients,
          regions,
          ...(tiered ? { tiers: regions.map(region => [region]) } : {}),
        })),
      { selector: ({ clients }) => clients },
    ),
    others: fc.constantFrom('keep' as const, 'drop' as const, 'drop-broader' as const),
  }),
  fc.constant<StepSpec>({ step: 'geo', others: 'keep' }),
  fc.record({ step: fc.constant('prefer' as const), regions: selection }),
  fc.record({ step: fc.constant('avoid' as const), regions: selection }),
  fc.constant<StepSpec>({ step: 'tier' }),
  fc.constant<StepSpec>({ step: 'tier', tiers: [['red'], ['a', 'b']] }),
  fc.constant<StepSpec>({ step: 'order' }),
  fc.constantFrom<StepSpec>({ step: 'spread', within: { km: 3000 } }, { step: 'spread', within: { percent: 50 } }),
)

const ordering: fc.Arbitrary<StepSpec> = fc.oneof(
  { weight: 9, arbitrary: simple },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('fence' as const),
      to: fc.oneof(fc.constantFrom('country' as const, 'continent' as const), selection),
      clients: keys,
      mode: fc.constantFrom('prefer' as const, 'never-leave' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.array(
          simple.filter(step => step.step !== 'geo' || step.others === 'keep'),
          { maxLength: 2 },
        ),
        fc.integer({ min: 1, max: 3 }),
      )
      .map(
        ([steps, minHealthy]): StepSpec => ({
          step: 'groups',
          groups: [
            { regions: ['a', 'b', 'c'], minHealthy, steps },
            { regions: ['e'], minHealthy: 1, steps: [] },
          ],
        }),
      ),
  },
)

const sharing: fc.Arbitrary<StepSpec> = fc.oneof(
  fc.record({ step: fc.constant('weight' as const), weights: numbers(0, 5) }),
  fc.constantFrom<StepSpec>({ step: 'sticky', bits: { 4: 24, 6: 48 } }, { step: 'sticky', bits: { 4: 20, 6: 44 } }),
  fc.constant<StepSpec>({ step: 'shed', low: 0.5, high: 1 }),
  fc.constant<StepSpec>({ step: 'balance', target: 0.8 }),
  fc.record({
    step: fc.constant('trickle' as const),
    share: fc.constantFrom(0.01, 0.5, 1),
    to: fc.oneof(fc.constant([]), selection),
  }),
  fc.record({ step: fc.constant('take' as const), count: fc.constantFrom<number | 'all'>(1, 2, 3, 'all') }),
)

/** Steps in any order, each kind of sharing once at most. */
export const anySteps: fc.Arbitrary<readonly StepSpec[]> = fc
  .tuple(fc.array(ordering, { maxLength: 4 }), fc.uniqueArray(sharing, { selector: ({ step }) => step, maxLength: 3 }))
  .map(([orders, shares]) => [...orders, ...shares])
  .filter(({ length }) => length > 0)

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const location = fc.record({
  latitude: fc.integer({ min: -9, max: 9 }).map(i => i * 10),
  longitude: fc.integer({ min: -18, max: 18 }).map(i => i * 10),
})

/** Without the keys that have no value. */
const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T // the same keys but for those

export const anyCandidates: fc.Arbitrary<readonly Candidate[]> = fc
  .array(
    fc.record({
      location: optional(location),
      country: optional(fc.constantFrom('DE', 'FR', 'US')),
      tags: fc.subarray(TAGS),
      tier: fc.integer({ min: 1, max: 3 }),
      weight: fc.constantFrom(0, 1, 100, 0.5),
    }),
    { minLength: 1, maxLength: IDS.length },
  )
  .map(list =>
    list.map((one, i) =>
      defined({
        id: IDS[i]!,
        ...one,
        continent: one.country === undefined ? undefined : one.country === 'US' ? 'NA' : 'EU',
      }),
    ),
  ) as fc.Arbitrary<readonly Candidate[]> // without undefined values

export const anyClient: fc.Arbitrary<ClientClass> = fc
  .record({
    location: optional(location),
    country: optional(fc.constantFrom('DE', 'FR', 'US')),
    continent: optional(fc.constantFrom('EU', 'NA')),
    subdivision: optional(fc.constantFrom('Bayern', 'CA')),
    asn: optional(fc.constantFrom(64500, 64501)),
    networks: fc.constantFrom([], ['36.0.0.0/8'], ['36.1.0.0/16', '36.0.0.0/8']),
  })
  .map(defined) as fc.Arbitrary<ClientClass> // likewise

export const TABLES: LatencyTables = new Map([
  [
    't',
    {
      digest: 'x',
      rows: new Map([
        [
          'DE',
          new Map([
            ['a', 10],
            ['b', 15],
            ['c', 300],
          ]),
        ],
        ['36.1.0.0/16', new Map([['b', 5]])],
        ['*', new Map([['d', 40]])],
      ]),
    },
  ],
])
