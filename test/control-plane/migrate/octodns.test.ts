// A zone of octoDNS: what it becomes, and that it answers as the rules of octoDNS say, for every client and whatever is down.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { migrateOctodns } from '../../../src/control-plane/migrate/octodns.js'
import { readOctoZone } from '../../../src/control-plane/migrate/octodns-records.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'
import { type Decoded, healthOf, World } from '../../world.js'

const YAML = readFileSync(new URL('octodns.yaml', import.meta.url), 'utf8')
const migrate = (yaml: string, zone?: string): Migrated =>
  migrateOctodns([readOctoZone('example.com.yaml', yaml, zone)])
const text = ({ document }: Migrated): string =>
  editText(
    'zones: {}\n',
    Object.entries(document).map(([key, value]) => ({ path: [key], value })),
  )

/** Where a client is, and the pools that octoDNS has for it, the first that has something up being the one. */
const CLIENTS = [
  { subnet: '198.51.100.7/32', pools: ['office', 'eu', 'apac', 'na'] },
  { subnet: '41.0.0.1/32', country: 'ZA', pools: ['apac', 'na'] },
  { subnet: '133.11.0.1/32', country: 'JP', pools: ['apac', 'na'] },
  { subnet: '41.80.0.1/32', country: 'KE', pools: ['eu', 'apac', 'na'] },
  { subnet: '130.149.0.1/32', country: 'DE', pools: ['eu', 'apac', 'na'] },
  { subnet: '128.143.0.1/32', country: 'US', pools: ['na'] },
  { subnet: '177.0.0.1/32', country: 'BR', pools: ['na'] },
] as const
const POOLS: Readonly<Record<string, readonly string[]>> = {
  apac: ['203.0.113.1', '203.0.113.2'],
  eu: ['203.0.113.3', '203.0.113.4'],
  na: ['203.0.113.5', '203.0.113.6'],
  office: ['203.0.113.7'],
}
const BACKUP = ['203.0.113.200', '203.0.113.201']

let migrated: Migrated
let world: World
beforeAll(async () => {
  migrated = migrate(YAML)
  const networks = CLIENTS.map(({ subnet, ...client }) => ({
    prefix: subnet.replace(/\.\d+\/32$/, '.0/24'),
    latitude: 0,
    longitude: 0,
    ...('country' in client ? { country: client.country } : {}),
  }))
  world = await World.make(text(migrated), networks)
})

/** Takes the regions with these addresses, or targets, down. */
function down(...places: readonly string[]): void {
  const gone = [...world.document.regions.values()].filter(({ id }) => {
    const { addresses = [], target } = (
      migrated.document['regions'] as Record<string, { addresses?: string[]; target?: string }>
    )[id]!
    return places.some(place => addresses.includes(place) || target === place)
  })
  world.publisher.setHealth(
    healthOf(
      world.document,
      gone.map(({ id }) => id),
      60_000,
    ),
  )
}
const ask = (name: string, type: string, subnet?: string): readonly string[] =>
  world
    .ask(name === '' ? 'example.com' : `${name}.example.com`, type, subnet === undefined ? {} : { subnet })
    .answers.map(({ data }: Decoded) => data)

/** All that is answered to somebody who asks often. */
const seen = (name: string, type: string, subnet: string): readonly string[] =>
  [...new Set(Array.from({ length: 100 }, () => ask(name, type, subnet)).flat())].sort()

describe('it answers as octoDNS says', () => {
  test.each(CLIENTS)(
    '$subnet gets the first pool of $pools that has something up, whatever is down',
    ({ subnet, pools }) => {
      const all = Object.values(POOLS).flat()
      for (let set = 0; set < 2 ** all.length; set += 3) {
        const gone = all.filter((_, i) => (set >> i) & 1)
        down(...gone)
        const up = pools.map(pool => POOLS[pool]!.filter(value => !gone.includes(value))).find(left => left.length > 0)
        const [one, ...more] = ask('geo', 'A', subnet)
        if (up === undefined) expect([one, ...more].sort()).toEqual(BACKUP)
        else expect([up.includes(one!), more], `${gone}: ${one}`).toEqual([true, []])
      }
    },
    120_000,
  )

  test('values of a pool share its clients, by weight', () => {
    down()
    const answers = Array.from({ length: 2000 }, () => ask('geo', 'A', '130.149.0.1/32')[0])
    const share = answers.filter(answer => answer === '203.0.113.3').length / answers.length
    expect([share > 0.34, share < 0.46]).toEqual([true, true])
  })

  test('a value that is set up is served whatever its check says, one that is set down never', () => {
    down()
    expect(seen('forced', 'A', '177.0.0.1/32')).toEqual(['203.0.113.21', '203.0.113.23'])
    down('203.0.113.23')
    expect(seen('forced', 'A', '177.0.0.1/32')).toEqual(['203.0.113.21'])
    expect(world.document.regions.get('only-1')?.checks).toEqual([])
  })

  test('both families fall over together', () => {
    down()
    expect([ask('both', 'A'), ask('both', 'AAAA')]).toEqual([['203.0.113.31'], ['2001:db8::31']])
    down('203.0.113.31')
    expect([ask('both', 'A'), ask('both', 'AAAA')]).toEqual([['203.0.113.32'], ['2001:db8::32']])
    down('203.0.113.31', '203.0.113.32')
    expect([ask('both', 'A'), ask('both', 'AAAA')]).toEqual([['203.0.113.31'], ['2001:db8::31']])
  })

  test('targets are chosen as addresses are', () => {
    down()
    expect([ask('cdn', 'A', '130.149.0.1/32'), ask('cdn', 'A', '177.0.0.1/32')]).toEqual([
      ['b.cdn.example'],
      ['a.cdn.example'],
    ])
    down('a.cdn.example.')
    expect(ask('cdn', 'A', '177.0.0.1/32')).toEqual(['b.cdn.example'])
  })

  test.each([
    ['', 'A', ['192.0.2.10']],
    ['', 'CAA', [{ flags: 0, tag: 'issue', value: 'ca.example.net', issuerCritical: false }]],
    [
      '',
      'MX',
      [
        { preference: 10, exchange: 'mail1.example.com' },
        { preference: 20, exchange: 'mail2.example.com' },
      ],
    ],
    ['', 'NS', ['ns1.old.example', 'ns2.old.example']],
    ['', 'TXT', [[Buffer.from('v=spf1 -all')], [Buffer.from('k=1; p=quoted "text"')]]],
    ['_sip._tcp', 'SRV', [{ priority: 1, weight: 2, port: 5060, target: 'sip.example.com' }]],
    ['x.wild', 'A', ['192.0.2.11', '192.0.2.12']],
  ])('static: %s %s', (name, type, expected) => {
    expect(ask(name, type)).toEqual(expected)
  })
})

test('everything that is lost, or means something else now, is told', () => {
  const lines = migrated.findings.map(({ where, what }) => `${where}: ${what}`)
  expect(lines).toEqual([
    'example.com NS: put the name servers of your own nodes in their place before you delegate',
    expect.stringMatching(/^redirect\.example\.com URLFWD: left out: .* has no words here$/),
    'parked.example.com A: left out: octoDNS was told to ignore it',
    'geo.example.com: its health check verifies certificates now, which providers mostly do not; "verify: false" makes it as before',
    'geo.example.com A: a rule is for US-CA: see that your geo database writes the subdivision so',
    'forced.example.com A: left out of the pool only: 203.0.113.22, which is set down',
    'both.example.com: its health check verifies certificates now, which providers mostly do not; "verify: false" makes it as before',
    'cdn.example.com: its health check verifies certificates now, which providers mostly do not; "verify: false" makes it as before',
    'cdn.example.com CNAME: its value is not served when all pools are down: the first choice is, as if it were up',
  ])
})

const name = (dynamic: string): string => `a: { type: A, value: 192.0.2.1, dynamic: ${dynamic} }\n`
test.each([
  [
    'a pool that falls back to itself',
    name(
      '{ pools: { p: { fallback: q, values: [{ value: 192.0.2.1 }] }, q: { fallback: p, values: [{ value: 192.0.2.2 }] } }, rules: [{ pool: p }] }',
    ),
    'falls back to itself in the end',
  ],
  [
    'a fallback that is not there',
    name('{ pools: { p: { fallback: q, values: [{ value: 192.0.2.1 }] } }, rules: [{ pool: p }] }'),
    'there is no pool q, to which p falls back',
  ],
  ['a rule for a pool that is not there', name('{ pools: {}, rules: [{ pool: p }] }'), 'there is no pool p'],
  ['a record without a type', 'a: { value: 192.0.2.1 }\n', 'a has a record without a type'],
  ['no map', '- a\n', 'a map of names is expected'],
  ['no YAML', 'a: [\n', 'example.com.yaml: '],
])('%s is refused in words', (_, yaml, sentence) => {
  expect(() => migrate(yaml)).toThrow(sentence)
})

test('other pools of the other family are told of, since a name is steered once', () => {
  const pools = (value: string, fallback: string) =>
    `{ pools: { p: { ${fallback}values: [{ value: '${value}' }] }, q: { values: [{ value: '${value}1' }] } }, rules: [{ pool: p }] }`
  const { findings } = migrate(
    `a:\n  - { type: A, value: 192.0.2.1, dynamic: ${pools('192.0.2.1', 'fallback: q, ')} }\n  - { type: AAAA, value: '2001:db8::1', dynamic: ${pools('2001:db8::1', '')} }\n`,
  )
  expect(findings.map(({ what }) => what)).toContain(
    'left out: its pools or rules are others than those of the other type, and a name is steered once',
  )
})
