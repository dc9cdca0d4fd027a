// Random traffic documents with signed zones: static names of every kind from zone files, steered ones beside them, one zone below the
// other or not, denials and algorithms of every kind; and states of health, clients and questions that go with them.
import fc from 'fast-check'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { parseTraffic } from '../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../src/control-plane/traffic/problem.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { isHidden, type ModelRecord, type ModelZone, parse, text } from '../data-plane/zone-model.js'

export const ORIGINS = ['example.', 'a.example.', 'b.a.example.', 'a.a.a.example.', 'other.']
/**
 * An asterisk stands at the beginning, if anywhere: wildcards that have nothing but names below them are a case that unbound 1.17 does
 * not always see through. test/data-plane/signed-property.test.ts has them anywhere.
 */
const anyLabels = (most: number): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(fc.constantFrom([], [], ['*']), fc.array(fc.constantFrom('a', 'b'), { maxLength: most }))
    .map(parts => parts.flat())
const below = (origin: string): fc.Arbitrary<string> => anyLabels(3).map(labels => text([...labels, ...parse(origin)]))
/** Names of steered records have labels of their own, so that nothing else is there. */
const belowSteered = (origin: string): fc.Arbitrary<string> =>
  fc.tuple(anyLabels(1), fc.constantFrom('s', 't')).map(([labels, last]) => text([...labels, last, ...parse(origin)]))
const anyName = fc.oneof(
  ...ORIGINS.map(below),
  ...ORIGINS.map(belowSteered),
  fc.constantFrom('outside.', 'www.outside.'),
)
/** What a region can lead to. */
const anyHost = anyName.map(name => name.replaceAll('*', 'x'))

const anyContents = fc.oneof(
  fc.uniqueArray(fc.constantFrom('A', 'TXT', 'DNAME', 'MX', 'HTTPS'), { minLength: 1 }),
  fc.constantFrom(['CNAME'], ['CNAME'], ['NS'], ['NS', 'DS'], ['A'], ['DNAME']),
)
const DATA: Readonly<Record<string, (target: string) => string>> = {
  A: () => '192.0.2.1',
  TXT: () => '"x"',
  DS: () => `1 13 2 ${'00'.repeat(32)}`,
  NS: () => 'ns.outside.',
  MX: target => `10 ${target}`,
  HTTPS: target => `1 ${target} alpn=h2 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1`,
  CNAME: target => target,
  DNAME: target => target,
}

function isAllowed(owner: readonly string[], origin: readonly string[], type: string): boolean {
  if (['CNAME', 'NS', 'DS', 'DNAME'].includes(type) && owner.length === origin.length) return false
  // The DS that zones of ours have is made here; one that is written in its place would be wrong.
  if (type === 'DS' && ORIGINS.includes(text(owner))) return false
  return !(owner[0] === '*' && ['NS', 'DS', 'DNAME'].includes(type))
}

const REGIONS = {
  a: { addresses: ['192.0.2.1', '192.0.2.11', '2001:db8::1'], location: [35.68, 139.69] },
  b: { addresses: ['192.0.2.2'], location: [52.52, 13.4], weight: 30 },
  c: { addresses: ['192.0.2.3', '2001:db8::3'], location: [1.3, 103.8] },
  d: { addresses: ['192.0.2.4', '2001:db8::4'], location: [40, -70] },
  spare: { addresses: ['192.0.2.9', '2001:db8::9'] },
}
const POLICIES = {
  shared: [{ spread: { within: '30000km' } }],
  two: ['distance', { take: 2 }],
  turns: [{ spread: { within: '30000km' } }, 'round-robin'],
  little: ['distance', { trickle: '20%' }],
}
/** Where clients are, and what places them. */
export const NETWORKS = [
  { prefix: '127.0.0.0/16', latitude: 35, longitude: 139 },
  { prefix: '127.1.0.0/16', latitude: 50, longitude: 10 },
  { prefix: '127.2.0.0/16', latitude: 1, longitude: 100 },
]
const SOURCES = ['127.0.0.1', '127.1.0.1', '127.2.0.1', '127.3.0.1'] as const

/** With its addresses as the hints of an HTTPS record beside it, or without one. */
const withHints = (steered: object): readonly object[] => [
  steered,
  { type: 'HTTPS', data: '1 . alpn=h2 port=8443', hints: 'steer' },
]
const anyByAddress = fc.record(
  {
    steer: fc.constantFrom('nearest', 'all', 'failover', 'weighted', 'round-robin', ...Object.keys(POLICIES)),
    regions: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
    fallback: fc.constant(['spare']),
    'when-all-down': fc.constantFrom<unknown>('serve-all', 'last-good', 'first-choice', 'servfail', {
      fixed: ['192.0.2.99', '2001:db8::99'],
    }),
  },
  { requiredKeys: ['steer', 'regions'] },
)
const anySteered = fc.oneof(
  anyByAddress,
  anyByAddress.map(withHints),
  fc.record({
    steer: fc.constantFrom('nearest', 'failover'),
    regions: fc.subarray(['away', 'home'], { minLength: 1 }),
  }),
)

export interface Signed {
  readonly denial: 'nsec' | 'nsec3' | 'compact'
  readonly algorithm: 'ecdsap256sha256' | 'ed25519' | 'rsasha256'
  readonly split: boolean
}
export const KINDS: readonly Pick<Signed, 'algorithm' | 'split'>[] = (
  ['ecdsap256sha256', 'ed25519', 'rsasha256'] as const
).flatMap(algorithm => [
  { algorithm, split: false },
  { algorithm, split: true },
])
const DENIALS = ['nsec', 'nsec3', 'compact'] as const

type RandomZone = ModelZone & {
  readonly denial: Signed['denial'] | undefined
  readonly steered: Readonly<Record<string, unknown>>
}

const anyZone = (origin: string): fc.Arbitrary<RandomZone> =>
  fc
    .tuple(
      fc.uniqueArray(fc.tuple(below(origin), anyContents, anyName), { maxLength: 10, selector: ([owner]) => owner }),
      fc.dictionary(belowSteered(origin), anySteered, { maxKeys: 4 }),
      fc.constantFrom(undefined, ...DENIALS, ...DENIALS, ...DENIALS),
    )
    .map(([owners, steered, denial]) => ({
      origin: parse(origin),
      denial,
      steered,
      records: owners.flatMap(([name, types, target]): ModelRecord[] =>
        types
          .filter(type => isAllowed(parse(name), parse(origin), type))
          .map(type => ({ owner: parse(name), type, data: DATA[type]!(target) })),
      ),
    }))

const isBelowAlias = (zones: readonly ModelZone[], name: string): boolean =>
  zones.some(({ records }) => records.some(({ owner, type }) => type === 'CNAME' && name.endsWith(`.${text(owner)}`)))

export interface Plan {
  readonly zones: readonly RandomZone[]
  /** Names that regions lead to. */
  readonly targets: readonly [string, string]
  /** Of KINDS: how the first of ORIGINS is signed; the next ones as the next kinds say. */
  readonly kind: number
}

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  zones: fc
    .subarray(ORIGINS, { minLength: 1 })
    .chain(origins => fc.tuple(...origins.map(anyZone)))
    // Of those that another one hides, nobody could tell whether they are to be signed; and who looks for the way to one may not come past an alias.
    .map(zones => zones.filter(({ origin }) => !isHidden(zones, text(origin)) && !isBelowAlias(zones, text(origin)))),
  targets: fc.tuple(anyHost, anyHost),
  kind: fc.nat(KINDS.length - 1),
})

/** What is asked, by whom, while what is up. */
export interface Moment {
  readonly down: readonly string[]
  readonly source: string
  readonly forwards: boolean
  /** Whether who asks for a name asks first for those above it (RFC 9156), where it does not forward. */
  readonly minimises: boolean
  /** A name, or the number of one that the document has. */
  readonly questions: readonly (readonly [name: string | number, type: string])[]
}

const TYPES = ['A', 'AAAA', 'TXT', 'CNAME', 'DNAME', 'DS', 'MX', 'NS', 'SOA', 'DNSKEY', 'HTTPS', 'NSEC3PARAM'] as const
const OFTEN = ['A', 'AAAA', 'DS', 'DS'] as const

export const anyMoment = (questions: number): fc.Arbitrary<Moment> =>
  fc.record({
    down: fc.subarray(Object.values(REGIONS).flatMap(({ addresses }) => addresses)),
    source: fc.constantFrom(...SOURCES),
    forwards: fc.boolean(),
    minimises: fc.boolean(),
    questions: fc.array(fc.tuple(fc.oneof(anyName, fc.nat()), fc.constantFrom(...TYPES, ...OFTEN)), {
      minLength: questions,
      maxLength: questions,
    }),
  })

/** Names that have records. */
export const namesOf = ({ zones }: Plan): readonly string[] =>
  zones.flatMap(({ origin, records, steered }) => [
    text(origin),
    ...records.map(({ owner }) => text(owner)),
    ...Object.keys(steered),
  ])

const HEAD = '$TTL 60\n@ SOA ns.other.test. hostmaster.other.test. 1 7200 900 1209600 60\n@ NS ns.other.test.\n'

/** A zone that is not signed, for what leads out of the others. */
const OUTSIDE = 'www A 192.0.2.80\n'

export function documentOf({ zones, targets: [away, home], kind }: Plan): TrafficDocument {
  const files = new Map(
    zones.map(({ origin, records }) => [
      text(origin),
      records.map(({ owner, type, data }) => `${text(owner)} ${type} ${data}\n`).join(''),
    ]),
  )
  const written = {
    regions: { ...REGIONS, away: { target: away }, home: { target: home } },
    policies: POLICIES,
    zones: Object.fromEntries([
      ['outside.', { file: 'outside.' }],
      ...zones.map(({ origin, denial, steered }) => [
        text(origin),
        {
          file: text(origin),
          records: steered,
          dnssec: denial !== undefined && { ...kindOf(text(origin), kind), denial },
        },
      ]),
    ]),
  }
  const readZone = (file: string, origin: Uint8Array) =>
    readZoneFile(HEAD + (files.get(file) ?? OUTSIDE), { file, origin })
  const parsed = parseTraffic(written, { serial: 1, readZone })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.document
}

export const kindOf = (origin: string, kind: number): (typeof KINDS)[number] =>
  KINDS[(kind + ORIGINS.indexOf(origin)) % KINDS.length]!
