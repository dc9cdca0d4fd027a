// Documents as hosted zones of Route 53, and back: what has words there answers the same, and all else is told.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportRoute53 } from '../../../src/control-plane/export/route53.js'
import type { Migrated, Written } from '../../../src/control-plane/migrate/draft.js'
import { migrateRoute53 } from '../../../src/control-plane/migrate/route53.js'
import { type RecordSet, readHostedZone } from '../../../src/control-plane/migrate/route53-records.js'
import { readDocument } from '../../world.js'
import { textOf, written } from '../migrate/text.js'
import { randomDocument } from './random-document.js'
import { differing, expectSame, expectToldDifferences, FEW } from './round-trip.js'

const there = (yaml: string) => exportRoute53(readDocument(yaml))
const back = (files: ReturnType<typeof there>['files']): Migrated => {
  const migrated = migrateRoute53(readHostedZone(files))
  for (const { records } of Object.values(migrated.document['zones'] as Record<string, { records: Written }>))
    for (const owner of Object.keys(records).filter(isMade)) delete records[owner]
  return migrated
}

/** Names that are made for parts of others, where clients are, and what is never reached: true of every name, and changes no answer. */
const ALWAYS =
  /^(?:a name that is made for a part of|where a client is, and what its subnet is|what comes after c is left out)/
const isMade = (owner: string): boolean => /^_\d/.test(owner)

test('what Route 53 has words for comes back as it was: the same answers to every client, whatever is down', () => {
  fc.assert(
    fc.property(randomDocument({ anything: false }), yaml => {
      const { files, findings } = there(yaml)
      const told = findings.filter(({ where, what }) => where.includes('www.') && !ALWAYS.test(what))
      expect(told).toEqual([])
      expectSame(yaml, written(back(files)))
    }),
    FEW,
  )
})

test('of what it has no words for, every name that answers otherwise afterwards is told of', () => {
  fc.assert(
    fc.property(randomDocument({ anything: true }), yaml => {
      const { files, findings } = there(yaml)
      const migrated = back(files)
      expectToldDifferences(yaml, written(migrated), [...findings, ...migrated.findings])
    }),
    FEW,
  )
})

const SAMPLE = readFileSync(new URL('sample.yaml', import.meta.url), 'utf8')

test('of a sample with all kinds of records these names answer otherwise when it comes back, and no others', () => {
  const before = readDocument(SAMPLE)
  const migrated = back(there(SAMPLE).files)
  const found = differing(before, readDocument(textOf(migrated)), before)
  // A region has a TTL of its own, which is told.
  expect([...found.keys()].sort()).toEqual(['gone.example.com. A', 'near.example.com. A', 'near.example.com. AAAA'])
  const { records } = (migrated.document['zones'] as Record<string, Written>)['example.com']!
  expect((records as Written)['copy']).toEqual({ type: 'ALIAS', data: 'www.example.com.' })
})

test('names that go by rules are aliases of names that are made for their orders; others have their sets alone', () => {
  const { ResourceRecordSets: sets } = JSON.parse(there(SAMPLE).files[0]!.text) as { ResourceRecordSets: RecordSet[] }
  const routed = (name: string, type: string): readonly unknown[] =>
    sets
      .filter(({ Name, Type }) => Name === `${name}.example.com.` && Type === type)
      .map(({ GeoLocation, GeoProximityLocation, Failover, AliasTarget, ResourceRecords, HealthCheckId }) => [
        GeoLocation ?? GeoProximityLocation?.Coordinates ?? Failover,
        AliasTarget?.DNSName ?? ResourceRecords?.map(({ Value }) => Value).join(),
        HealthCheckId,
      ])
  expect(routed('www', 'A')).toEqual([
    [{ CountryCode: 'US', SubdivisionCode: 'CA' }, '_1.www.example.com.', undefined],
    [{ CountryCode: 'DE' }, '_2.www.example.com.', undefined],
    [{ ContinentCode: 'EU' }, '_4.www.example.com.', undefined],
    [{ CountryCode: '*' }, '_5.www.example.com.', undefined],
  ])
  expect(routed('_2.www', 'A')).toEqual([
    ['PRIMARY', '_3.www.example.com.', undefined],
    ['SECONDARY', '192.0.2.3', undefined],
  ])
  expect(routed('near', 'AAAA')).toEqual([
    [{ Latitude: '50.1', Longitude: '8.7' }, '2001:db8::1', 'web-2001:db8::1'],
    [{ Latitude: '39', Longitude: '-77' }, '2001:db8::2', 'web-2001:db8::2'],
    [{ Latitude: '35.7', Longitude: '139.7' }, '2001:db8::3', undefined],
  ])
  // Nothing looks at the first: what comes after it is never reached.
  expect(routed('files', 'CNAME')).toEqual([[undefined, 'a.cdn.example.', undefined]])
})

const ODD = `
checks:
  deep: { type: https, port: 443, path: /, host: a.example, expect: [200], interval: 5s, timeout: 2s, fall: 2, rise: 4, body: { contains: ok } }
  queue: { type: metric, port: 9100, series: queue_length, max: 10 }
regions:
  eu: { addresses: [192.0.2.1, 192.0.2.11], checks: [deep, queue], location: [50.123, 8.7] }
  us: { addresses: [192.0.2.2], checks: [deep], location: [39, -77], tier: 2 }
  spare: { addresses: [192.0.2.3] }
policies:
  fast: [latency]
  networks: [{ geo: { rules: { 203.0.113.0/24: us, 198.51.100.0/26: us, AS64500: us, DE-BY: us, "*": eu }, others: drop } }, sticky]
  all: [round-robin, { take: all }]
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      fast: { steer: fast, ttl: 30s, regions: [eu, us], when-all-down: first-choice }
      near: { steer: nearest, ttl: 30s, regions: [eu, us], when-all-down: first-choice }
      nets: { steer: networks, ttl: 30s, regions: [eu, us], when-all-down: first-choice }
      slow: { steer: failover, ttl: 30s, regions: [spare, us], when-all-down: first-choice }
      all: { steer: all, ttl: 30s, regions: [eu, us], when-all-down: serve-all }
      old: { type: DNAME, data: example.net. }
`

test('everything that is lost, or will be done differently, is told', () => {
  const told = there(ODD).findings.map(({ where, what }) => `${where}: ${what}`)
  for (const fact of [
    'fast.example.com: latencies are those that AWS measures to eu-central-1 for eu, us-east-1 for us: the regions of AWS that are nearest',
    'near.example.com: where its regions are, is rounded to hundredths of a degree',
    'nets.example.com: the rule for 198.51.100.0/26 is left out: Route 53 has no words for such clients',
    'nets.example.com: the rule for AS64500 is left out: Route 53 has no words for such clients',
    'nets.example.com: the rule for DE-BY is left out: Route 53 has no words for such clients',
    'fast.example.com: region eu is not looked at by queue: Route 53 has no check of the type metric',
    'fast.example.com: all addresses of eu are given while any of them is up, and those that were up here',
    'check deep: it looks every 10 s, and did every 5 s here',
    'check deep: 2 results in a row count both ways, and here 2 failures and 4 passes',
    'check deep: any status from 200 to 399 passes',
    'check deep: certificates are not verified',
    'slow.example.com: what comes after spare is left out: no health check looks at it, so it is always up',
    'old.example.com DNAME: left out: Route 53 has no such type',
    'collections of networks: AWS gives them ids when they are made: put those in the place of the names here',
  ])
    expect(told).toContain(fact)
})

test('several addresses of a region are looked at together, those of a multivalue answer each by itself', () => {
  const { files } = there(ODD)
  const read = readHostedZone(files)
  const checkOf = (id: string): string | undefined =>
    read.records.find(({ SetIdentifier }) => SetIdentifier === id)?.HealthCheckId
  expect(checkOf('eu')).toBe('region.eu.any-4')
  expect(checkOf('eu 192.0.2.11')).toBe('deep-192.0.2.11')
  expect(read.checks.find(({ Id }) => Id === 'region.eu.any-4')!.HealthCheckConfig).toEqual({
    Type: 'CALCULATED',
    ChildHealthChecks: ['deep-192.0.2.1', 'deep-192.0.2.11'],
    HealthThreshold: 1,
  })
  expect(files.map(({ name }) => name)).toEqual([
    'example.com.json',
    'health-checks.json',
    'nets.example.com.cidr-blocks.json',
  ])
})
