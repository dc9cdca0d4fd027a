// Random documents: steered names of every kind of policy, over few enough regions that every set of them can be down.
import fc from 'fast-check'
import type { ClientClass } from '../../../src/control-plane/geo/client-class.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'

const IDS = ['a', 'b', 'c', 'd'] as const
const CLIENTS = ['203.0.113.0/24', '203.0.0.0/16', 'US', 'US-CA', 'DE', 'continent:EU', 'continent:NA', '*'] as const

/** One client of each kind that the rules of a random document can tell apart, and some that none is about. */
export const CLASSES: readonly ClientClass[] = [
  { networks: ['203.0.113.0/24', '203.0.0.0/16'] },
  { networks: ['203.0.0.0/16'] },
  { country: 'US', subdivision: 'CA', continent: 'NA' },
  { country: 'US', subdivision: 'NY', continent: 'NA' },
  { country: 'US', continent: 'NA' },
  { country: 'CA', continent: 'NA' },
  { country: 'DE', continent: 'EU' },
  { country: 'FR', continent: 'EU' },
  { country: 'JP', continent: 'AS' },
  {},
]

const some = fc.subarray([...IDS], { minLength: 1 })
/** An order of failover: tiers of some of the regions. */
const tiers = fc
  .tuple(fc.shuffledSubarray([...IDS], { minLength: 1 }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
  .map(([ids, breaks]) => {
    const list: string[][] = []
    for (const [i, id] of ids.entries())
      if (i === 0 || breaks[i] === true) list.push([id])
      else list.at(-1)!.push(id)
    return list
  })
const rules = fc.dictionary(
  fc.constantFrom(...CLIENTS),
  fc.oneof(
    some,
    tiers.map(tier => ({ tier })),
  ),
  { minKeys: 1 },
)
const weights = fc.record(Object.fromEntries(IDS.map(id => [id, fc.integer({ min: 0, max: 9 })])))

export interface Wishes {
  /** Whether each part that other systems have no words for may be there. */
  readonly anything: boolean
}

const ladder = fc.constantFrom('serve-all', 'first-choice', 'nodata', 'servfail', 'last-good', {
  fixed: ['192.0.2.99'],
})

/** A document of one zone, in YAML. Where not `anything` goes: names that share by query, fixed TTLs, lone addresses, fixed last resorts. */
export function randomDocument({ anything }: Wishes): fc.Arbitrary<string> {
  const order = fc.oneof(
    tiers.map(tier => [{ tier }]),
    rules.map(table => [
      { geo: { rules: anything ? table : { ...table, '*': table['*'] ?? [...IDS] }, others: 'drop-broader' } },
    ]),
    rules.map(table => [{ geo: { rules: anything ? table : withoutMixed(table), others: 'keep' } }]),
    ...(anything
      ? [
          rules.map(table => [{ geo: { rules: table, others: 'drop' } }]),
          fc.constant([{ fence: { by: 'country' } }]),
          fc.constant(['geo', 'distance']),
          fc.constant([]),
        ]
      : []),
  )
  const share = anything
    ? fc.constantFrom(['round-robin'], ['sticky'], [], ['round-robin', { take: 2 }], [{ take: 'all' }])
    : fc.constant(['round-robin'])
  const policy = fc
    .tuple(order, share, fc.option(weights, { nil: undefined }))
    .map(([first, second, own]) => [...first, ...second, ...(own === undefined ? [] : [{ weight: own }])])
    .filter(({ length }) => length > 0)
  return fc
    .tuple(
      policy,
      anything ? ladder : fc.constant({ fixed: ['192.0.2.99'] }),
      fc.record({
        several: fc.boolean(),
        v6: fc.boolean(),
        moving: fc.boolean(),
        out: fc.boolean(),
        fallback: fc.boolean(),
        unchecked: fc.boolean(),
      }),
    )
    .map(([steps, last, odd]) => {
      const regions = Object.fromEntries(
        IDS.map((id, i) => [
          id,
          {
            addresses: [
              `192.0.2.${i + 1}`,
              ...(anything && odd.several && id === 'b' ? ['192.0.2.20'] : []),
              ...(anything && odd.v6 && id !== 'c' ? [`2001:db8::${i + 1}`] : []),
            ],
            ...(odd.unchecked && id === 'c' ? {} : { checks: ['web'] }),
            ...(anything && odd.out && id === 'd' ? { enabled: false } : {}),
            country: i % 2 === 0 ? 'DE' : 'US',
            location: i % 2 === 0 ? [50, 8 + i] : [40, -80 - i],
          },
        ]),
      )
      const record = {
        steer: 'p',
        ttl: anything && odd.moving ? { min: '5s', max: '60s' } : '30s',
        ...(odd.fallback ? { regions: ['a', 'b', 'c'], fallback: ['d'] } : { regions: [...IDS] }),
        'when-all-down': last,
      }
      return editText('zones: {}\n', [
        { path: ['checks'], value: { web: { type: 'tcp', port: 80 } } },
        { path: ['regions'], value: regions },
        { path: ['policies'], value: { p: steps } },
        {
          path: ['zones', 'example.com'],
          value: {
            nameservers: ['ns1.example.net'],
            records: {
              www: record,
              mail: [
                { type: 'A', data: '192.0.2.77' },
                { type: 'TXT', data: '"a; b"' },
              ],
            },
          },
        },
      ])
    })
    .filter(yaml => 'document' in readTraffic(yaml, 'traffic.yaml', { serial: 1 }))
}

/** A rule for a network beside rules for places: who is in both is told apart by no other system. */
function withoutMixed(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const networks = Object.fromEntries(
    Object.entries(table).filter(([client]) => client.includes('/') || client === '*'),
  )
  return Object.keys(networks).some(client => client.includes('/')) ? networks : table
}
