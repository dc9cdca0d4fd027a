import { expect, test } from 'vitest'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { setsOf } from '../../../src/control-plane/traffic/parse-dnssec.js'

const REGIONS = Array.from(
  { length: 24 },
  (_, i) => `  r${i}: { addresses: [192.0.2.${i + 1}${i === 0 ? ', "2001:db8::1"' : ''}] }`,
)

function read(zone: string) {
  const text = `regions:\n${REGIONS.join('\n')}\npolicies:\n  five: [distance, take: 5]\n  four: [distance, take: 4]\nzones:\n  example.com:\n    nameservers: [ns.example.net]\n${zone}`
  return readTraffic(text, 't.yaml', { serial: 1 })
}

test.each([
  ['    dnssec: true\n', 13],
  ['    dnssec: {}\n', 13],
  ['    dnssec: { algorithm: ed25519 }\n', 15],
  ['    dnssec: { algorithm: rsasha256 }\n', 8],
  ['    dnssec: false\n', undefined],
  ['', undefined],
])('%j is a zone whose key is of algorithm %s', (zone, algorithm) => {
  const outcome = read(zone)
  if ('problems' in outcome) throw new Error(outcome.problems[0]?.message)
  expect([...outcome.document.zones.values()][0]?.dnssec?.algorithm).toBe(algorithm)
})

test('hashes do not fit before a name of 223 bytes, and do before one of 222', () => {
  const named = (bytes: number) => {
    const name = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(bytes - 194)].join('.')
    const zone = (denial: string) =>
      readTraffic(`zones: { ${name}: { dnssec: { denial: ${denial} }, nameservers: [ns.example.net] } }`, 't.yaml', {
        serial: 1,
      })
    return { hashed: 'problems' in zone('nsec3'), ordered: 'problems' in zone('nsec') }
  }
  expect(named(222)).toEqual({ hashed: false, ordered: false })
  expect(named(223)).toEqual({ hashed: true, ordered: false })
})

test.each([
  ['another word', '    dnssec: yes please\n', 'is not true, false, or a map'],
  ['an unknown algorithm', '    dnssec: { algorithm: ed25518 }\n', 'is not one of'],
  ['an unknown key', '    dnssec: { algoritm: ed25519 }\n', 'unknown key'],
  [
    'transfers with compact denial',
    '    dnssec: { denial: compact }\n    transfer: { allow: [192.0.2.0/24] }\n',
    'cannot be transferred',
  ],
  [
    'a DNSKEY record',
    '    dnssec: true\n    records: { "@": { type: DNSKEY, data: 257 3 13 AAAA } }\n',
    'is made here',
  ],
  [
    'nodata',
    '    dnssec: true\n    records: { www: { steer: nearest, when-all-down: nodata } }\n',
    'cannot lose its types',
  ],
  [
    'fixed of one family',
    '    dnssec: true\n    records: { www: { steer: nearest, when-all-down: { fixed: [192.0.2.9] } } }\n',
    'an IPv6 address is needed',
  ],
  [
    'hints that can be too many',
    '    dnssec: true\n    records: { www: { steer: four, regions: [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9] }, "@": { type: HTTPS, data: "1 www", hints: steer } }\n',
    'would have to be signed with each of both together',
  ],
  ['too many sets', '    dnssec: true\n    records: { www: { steer: five } }\n', 'different sets of regions'],
])('a signed zone cannot have %s', (_, zone, message) => {
  const outcome = read(zone)
  expect('problems' in outcome && outcome.problems.map(problem => problem.message).join()).toContain(message)
  if (zone.includes('    dnssec: true\n'))
    expect('problems' in read(zone.replace('    dnssec: true\n', ''))).toBe(false)
})

const SIGNED = '    dnssec: true\n'
const OPEN = '    transfer: { allow: [192.0.2.0/24] }\n'
test.each([
  ['nobody has it', SIGNED, 14, []],
  ['it is not signed', OPEN, 14, []],
  ['secondaries have it, signed', SIGNED + OPEN, 4, []],
  ['it is written', `${SIGNED}${OPEN}    soa: { expire: 3d }\n`, 3, []],
  [
    'it is written too long',
    `${SIGNED}${OPEN}    soa: { expire: 5d }\n`,
    5,
    ['longer than its signatures are sure to be good'],
  ],
  ['it is written so, and nobody has it', `${SIGNED}    soa: { expire: 5d }\n`, 5, []],
])('secondaries that hear nothing stay at the default, or what is written, where %s', (_, zone, days, warnings) => {
  const outcome = read(zone)
  if ('problems' in outcome) throw new Error(outcome.problems[0]?.message)
  expect([...outcome.document.zones.values()][0]?.soa.expire).toBe(days * 86_400)
  expect(outcome.warnings.map(({ message }) => message)).toEqual(warnings.map(words => expect.stringContaining(words)))
})

test.each([
  [20, 1, 20],
  [20, 3, 1350],
  [4, 4, 15],
  [4, Infinity, 15],
])('of %d regions up to %d can be taken in %d ways', (count, take, ways) => {
  expect(setsOf(count, take)).toBe(ways)
})

const DS = `    records: { child: [ { type: NS, data: ns.example.net. }, { type: DS, data: "1 13 2 ${'00'.repeat(32)}" } ] }\n`
const child = (dnssec: boolean): string => `  child.example.com: { nameservers: [ns.example.net], dnssec: ${dnssec} }\n`
test.each([
  ['there, and both are signed', `${SIGNED}${DS}${child(true)}`, 1],
  ['there, and the zone below is not signed here', `${SIGNED}${DS}${child(false)}`, 0],
  ['there, and the zone above is not signed', `${DS}${child(true)}`, 0],
  ['there, and nobody here has the zone below', `${SIGNED}${DS}`, 0],
  ['not there', `${SIGNED}${child(true)}`, 0],
])('a DS record that is written for a zone of the same document is warned of where it is %s', (_, zones, count) => {
  const outcome = read(zones)
  if ('problems' in outcome) throw new Error(outcome.problems[0]?.message)
  const messages = outcome.warnings.map(({ message }) => message)
  expect(messages.filter(message => message.includes('in place of those that are made of its keys'))).toHaveLength(
    count,
  )
})
