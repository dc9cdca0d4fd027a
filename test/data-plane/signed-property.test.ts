import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { parseTraffic } from '../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../src/control-plane/traffic/problem.js'
import type { Message } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { RCODE, TYPE, typeNumber } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'
import { isHidden, type ModelRecord, type ModelZone, parse, text } from './zone-model.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const ORIGINS = ['example.', 'a.example.', 'b.a.example.', 'a.a.a.example.', 'other.']
const below = (origin: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 4 }).map(labels => text([...labels, ...parse(origin)]))
const anyName = fc.oneof(...ORIGINS.map(below), fc.constantFrom('outside.', '.', 'www.outside.'))
const anyContents = fc.oneof(
  fc.uniqueArray(fc.constantFrom('A', 'TXT', 'DNAME', 'MX'), { minLength: 1 }),
  fc.constantFrom(['CNAME'], ['CNAME'], ['NS'], ['NS', 'DS'], ['A'], ['DNAME']),
)
const DATA: Readonly<Record<string, (target: string) => string>> = {
  A: () => '192.0.2.1',
  TXT: () => '"x"',
  DS: () => `1 13 2 ${'00'.repeat(32)}`,
  NS: () => 'ns.outside.',
  MX: target => `10 ${target}`,
  CNAME: target => target,
  DNAME: target => target,
}
const isAllowed = (owner: readonly string[], origin: readonly string[], type: string): boolean => {
  if (['CNAME', 'NS', 'DS'].includes(type) && owner.length === origin.length) return false
  return !(owner[0] === '*' && ['NS', 'DS', 'DNAME'].includes(type))
}
type SignedZone = ModelZone & { readonly dnssec: false | { readonly denial: string } }
const DENIALS = [false, { denial: 'nsec' }, { denial: 'nsec3' }, { denial: 'compact' }] as const
const anyZone = (origin: string): fc.Arbitrary<SignedZone> =>
  fc
    .tuple(
      fc.uniqueArray(fc.tuple(below(origin), anyContents, anyName), { maxLength: 12, selector: ([owner]) => owner }),
      fc.constantFrom(...DENIALS, ...DENIALS.slice(1)),
    )
    .map(([owners, dnssec]) => ({
      origin: parse(origin),
      dnssec,
      records: owners.flatMap(([name, types, target]): ModelRecord[] =>
        types
          .filter(type => isAllowed(parse(name), parse(origin), type))
          .map(type => ({ owner: parse(name), type, data: DATA[type]!(target) })),
      ),
    }))
const anyWorld = fc.subarray(ORIGINS, { minLength: 1 }).chain(origins => fc.tuple(...origins.map(anyZone)))
const TYPES = [
  'A',
  'TXT',
  'CNAME',
  'DNAME',
  'DS',
  'MX',
  'NS',
  'SOA',
  'DNSKEY',
  'NSEC',
  'NSEC3PARAM',
  'RRSIG',
  'ANY',
] as const

const HEAD = '$TTL 60\n@ SOA ns.other.test. hostmaster.other.test. 1 7200 900 1209600 60\n@ NS ns.other.test.\n'

async function worldOf(zones: readonly SignedZone[]): Promise<World> {
  const files = new Map(
    zones.map(({ origin, records }) => [
      text(origin),
      records.map(({ owner, type, data }) => `${text(owner)} ${type} ${data}\n`).join(''),
    ]),
  )
  const written = Object.fromEntries(zones.map(({ origin, dnssec }) => [text(origin), { file: text(origin), dnssec }]))
  const readZone = (file: string, origin: Uint8Array) => readZoneFile(HEAD + files.get(file), { file, origin })
  const parsed = parseTraffic({ zones: written }, { serial: 1, readZone })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return World.of(parsed.document, [], new Map(), keys.signing)
}

/** RFC 9824 §3.1: the name does not exist. */
const isWithoutTypes = ({ authorities }: Message): boolean =>
  authorities.some(({ type, rdata }) => type === TYPE.NSEC && formatRdata(type, rdata).includes('NXNAME'))

/** Whoever asked goes on from the last alias by himself. */
const endsEarly = ({ answers, authorities }: Message): boolean =>
  answers.length > 0 && authorities.every(({ type }) => type !== TYPE.SOA && type !== TYPE.NS)

test('whatever signed zones hold, each answer and each denial is secure', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.array(anyName, { minLength: 3, maxLength: 15 }), async (zones, names) => {
      const world = await worldOf(zones)
      const anchors = keys.anchors(world.document)
      for (const name of names)
        for (const type of TYPES) {
          const message = askSigned(world, name, type)
          if (message.rcode === 5) continue // none of ours
          // A chain may lead to one, too.
          if (type === 'DS' && zones.some(({ origin }) => isHidden(zones, text(origin)))) continue
          // A signature is not signed itself (RFC 4035 §2.2); where there is none, that is proved.
          if (type === 'RRSIG' && message.answers.some(({ type }) => type === TYPE.RRSIG)) continue
          const plain = askSigned(world, name, type, { dnssecOk: false })
          const asked = { name: parseName(name), type: typeNumber(type)! }
          try {
            validate(message, asked, anchors, NOW)
            if (!endsEarly(message)) expect(plain.rcode).toBe(isWithoutTypes(message) ? RCODE.NXDOMAIN : message.rcode)
          } catch (error) {
            throw new Error(`${name} ${type}: ${(error as Error).message}`, { cause: error })
          }
        }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 40) },
  )
}, 900_000)
