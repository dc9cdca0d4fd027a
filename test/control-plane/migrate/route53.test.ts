// A hosted zone with every way of routing, in the form of AWS' own replies: what it becomes, and how that answers.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Migrated, Written } from '../../../src/control-plane/migrate/draft.js'
import { migrateRoute53 } from '../../../src/control-plane/migrate/route53.js'
import { readHostedZone } from '../../../src/control-plane/migrate/route53-records.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'
import { type Decoded, healthOf, World } from '../../world.js'

const file = (name: string) => ({ name, text: readFileSync(new URL(name, import.meta.url), 'utf8') })
const BLOCKS = { name: 'blocks.json', text: '{"CidrBlocks":[{"CidrBlock":"128.143.7.0/24","LocationName":"office"}]}' }
const NETWORKS = [
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5, country: 'US' },
  { prefix: '130.149.0.0/16', latitude: 52.5, longitude: 13.4, country: 'DE' },
  { prefix: '134.226.0.0/16', latitude: 53.34, longitude: -6.25, country: 'IE' },
  { prefix: '193.1.0.0/16', latitude: 51.9, longitude: -1.5, country: 'GB' },
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7, country: 'JP' },
]
const US = '128.143.1.0/24'
const OFFICE = '128.143.7.0/24'
const BERLIN = '130.149.7.0/24'
const DUBLIN = '134.226.1.0/24'
const OXFORD = '193.1.5.0/24'
const TOKYO = '133.11.2.0/24'

const migrate = (...files: readonly { name: string; text: string }[]): Migrated => migrateRoute53(readHostedZone(files))
const text = ({ document }: Migrated): string =>
  editText(
    'zones: {}\n',
    Object.entries(document).map(([key, value]) => ({ path: [key], value })),
  )

let migrated: Migrated
let world: World
beforeAll(async () => {
  migrated = migrate(file('route53-records.json'), file('route53-checks.json'), BLOCKS)
  world = await World.make(text(migrated), NETWORKS)
})

const down = (...regions: readonly string[]): void =>
  world.publisher.setHealth(healthOf(world.document, regions, 60_000))
const addresses = ({ answers }: Decoded): readonly string[] => answers.map(({ data }: Decoded) => data).sort()
const answer = (name: string, subnet: string, type = 'A'): readonly string[] =>
  addresses(world.ask(`${name}.example.com`, type, { subnet }))

describe('it answers as Route 53 does', () => {
  test('latency: the nearest region of AWS, and the next where that is down; by family', () => {
    down()
    expect(answer('latency', US)).toEqual(['192.0.2.1'])
    expect(answer('latency', BERLIN)).toEqual(['192.0.2.2'])
    expect(answer('latency', TOKYO)).toEqual(['192.0.2.3'])
    expect(answer('latency', TOKYO, 'AAAA')).toEqual(['2001:db8::1'])
    down('frankfurt')
    expect(answer('latency', BERLIN)).toEqual(['192.0.2.1'])
  })

  test('an alias within the zone has what its target has', () => {
    down()
    expect(answer('www', BERLIN)).toEqual(['192.0.2.2'])
  })

  test('weighted: by weight, and a weight of zero only where nothing else is up', () => {
    down()
    const counts: Record<string, number> = {}
    for (let i = 0; i < 4000; i++) {
      const [address = ''] = answer('weighted', US)
      counts[address] = (counts[address] ?? 0) + 1
    }
    expect(counts['192.0.2.12']! / 4000).toBeCloseTo(0.75, 1)
    expect(counts['192.0.2.13']).toBeUndefined()
    down('new', 'old')
    expect(answer('weighted', US)).toEqual(['192.0.2.13'])
  })

  test('failover: the primary, else the secondary, and the primary again where both are down', () => {
    down()
    expect(answer('failover', TOKYO)).toEqual(['192.0.2.1'])
    down('virginia')
    expect(answer('failover', TOKYO)).toEqual(['192.0.2.22'])
    down('virginia', 'spare')
    expect(answer('failover', TOKYO)).toEqual(['192.0.2.1'])
  })

  test('geolocation: country before continent before the rest, and upwards where one is down', () => {
    down()
    expect(answer('geo', US)).toEqual(['192.0.2.31'])
    expect(answer('geo', BERLIN)).toEqual(['192.0.2.32'])
    expect(answer('geo', TOKYO)).toEqual(['192.0.2.33'])
    down('us')
    expect(answer('geo', US)).toEqual(['192.0.2.33'])
  })

  test('geolocation without a set for everybody else: no records for who is elsewhere', () => {
    down()
    expect(answer('only-eu', BERLIN)).toEqual(['192.0.2.35'])
    expect(answer('only-eu', TOKYO)).toEqual([])
  })

  test('geoproximity: a bias of −50 makes Dublin count twice as far', () => {
    down()
    expect(answer('near', DUBLIN)).toEqual(['192.0.2.41'])
    // From Oxford it is about 360 km to Dublin and 740 km to Frankfurt: twice 360 is still less; from Berlin it is not.
    expect(answer('near', OXFORD)).toEqual(['192.0.2.41'])
    expect(answer('near', BERLIN)).toEqual(['192.0.2.42'])
  })

  test('by network: those of the list, and everybody else', () => {
    down()
    expect(answer('cidr', OFFICE)).toEqual(['192.0.2.51'])
    expect(answer('cidr', US)).toEqual(['192.0.2.52'])
  })

  test('multivalue: all that are up, and all where none is', () => {
    down()
    expect(answer('multi', US)).toEqual(['192.0.2.61', '192.0.2.62'])
    down('m1')
    expect(answer('multi', US)).toEqual(['192.0.2.62'])
    down('m1', 'm2')
    expect(answer('multi', US)).toEqual(['192.0.2.61', '192.0.2.62'])
  })

  test('routed CNAMEs: one of the targets', () => {
    down()
    expect(['blue.example.net', 'green.example.net']).toContain(answer('app', US, 'CNAME')[0])
  })

  test('static records, with names that are full and escapes in octal', () => {
    const mx = world.ask('example.com', 'MX').answers[0]
    expect(mx).toMatchObject({ ttl: 300, data: { preference: 10, exchange: 'mail.example.com' } })
    expect(String(world.ask('example.com', 'TXT').answers[0].data)).toBe('v=spf1 *')
    expect(addresses(world.ask('anything.wild.example.com', 'A'))).toEqual(['198.51.100.7'])
  })

  test('the TTL of a routed set is that of the set', () => {
    down()
    expect(world.ask('weighted.example.com', 'A', { subnet: US }).answers[0].ttl).toBe(30)
  })
})

test('health checks keep their thresholds, their host and what they look for', () => {
  expect(migrated.document['checks']).toMatchObject({
    'api-example-com': {
      type: 'https',
      port: 443,
      path: '/health',
      host: 'api.example.com',
      interval: '10s',
      fall: 2,
      rise: 2,
    },
    'http-22222222': {
      type: 'http',
      address: '192.0.2.200',
      port: 8080,
      path: '/ready',
      body: { contains: 'yes' },
      inverted: true,
    },
  })
  const { virginia } = migrated.document['regions'] as Record<string, Written> // made by the migration
  expect(virginia).toMatchObject({ addresses: ['192.0.2.1', '2001:db8::1'], checks: ['api-example-com'] })
})

test('everything that is lost or means something else is told', () => {
  const told = migrated.findings.map(({ where, what }) => `${where}: ${what}`).join('\n')
  for (const fact of [
    'example.com. NS: these are the name servers of Route 53',
    'example.com. A: left out: an alias of dualstack.lb-1.us-east-1.elb.amazonaws.com.',
    'cdn.example.com. A: a CNAME to d1.cloudfront.net. in place of the alias',
    'latency.example.com.: the latencies that Route 53 measures are its own',
    'failover.example.com. A "main": virginia has these addresses, and those of the other family besides',
    'only-eu.example.com.: when all regions that a client may have are down',
    'health check 33333333-0000-0000-0000-000000000000: left out: it is of type CLOUDWATCH_METRIC',
    'app.example.com. CNAME "green": its health check 33333333-0000-0000-0000-000000000000 is not here',
    'mx.example.com. MX "mx-a": left out: routing of MX records is not known here',
  ])
    expect(told).toContain(fact)
})

test('what is told without the files of checks and networks names them', () => {
  const { findings } = migrate(file('route53-records.json'))
  const told = findings.map(({ what }) => what).join('\n')
  expect(told).toContain('its health check 11111111-0000-0000-0000-000000000000 is not here')
  expect(told).toContain('aws route53 list-cidr-blocks --collection-id c1')
})

test.each([
  ['no JSON', '{', 'x.json is no JSON'],
  ['another reply', '{"HostedZones":[]}', 'none of ResourceRecordSets, HealthChecks and CidrBlocks'],
  ['one page of several', '{"ResourceRecordSets":[],"IsTruncated":true}', 'one page of several'],
  ['nothing', '{"ResourceRecordSets":[]}', 'no record set in any of the files'],
  [
    'a set without a type',
    '{"ResourceRecordSets":[{"Name":"a."}]}',
    'ResourceRecordSets[0] is not what Route 53 writes there',
  ],
  ['no SOA', '{"ResourceRecordSets":[{"Name":"a.","Type":"A"}]}', 'say which zone it is with --zone'],
])('%s is refused in words', (_, text, words) => {
  expect(() => migrate({ name: 'x.json', text })).toThrow(words)
})
