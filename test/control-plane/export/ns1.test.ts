// Documents as zones of NS1, and back: what has words there answers the same, and all else is told.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportNs1 } from '../../../src/control-plane/export/ns1.js'
import type { Migrated, Written } from '../../../src/control-plane/migrate/draft.js'
import { migrateNs1 } from '../../../src/control-plane/migrate/ns1.js'
import { readNs1 } from '../../../src/control-plane/migrate/ns1-records.js'
import { readDocument } from '../../world.js'
import { textOf, written } from '../migrate/text.js'
import { randomDocument } from './random-document.js'
import { differing, expectSame, expectToldDifferences, FEW } from './round-trip.js'

const there = (yaml: string) => exportNs1(readDocument(yaml))
const back = (files: ReturnType<typeof there>['files']): Migrated => migrateNs1(readNs1(files))

/** True of every name that goes by where clients are. */
const ABOUT_PLACES = 'where a client is, NS1 says by databases of its own'

test('what NS1 has words for comes back as it was: the same answers to every client, whatever is down', () => {
  fc.assert(
    fc.property(randomDocument({ anything: false }), yaml => {
      const { files, findings } = there(yaml)
      const told = findings.filter(({ where, what }) => where.startsWith('www.') && what !== ABOUT_PLACES)
      // Who is in a narrower circle falls back to the wider one there.
      fc.pre(!told.some(({ what }) => what.includes('when all of their own is down')))
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
  const found = differing(before, readDocument(textOf(back(there(SAMPLE).files))), before)
  // A copy of `www`, which was an alias, stands beside it now; a region has a TTL of its own, which is told.
  expect([...found.keys()].sort()).toEqual([
    'copy.example.com. A',
    'copy.example.com. AAAA',
    'gone.example.com. A',
    'near.example.com. A',
    'near.example.com. AAAA',
    'odd.example.com. HTTPS',
  ])
})

test('monitors that differ in the address of their region alone come back as one check', () => {
  const { checks, regions } = back(there(SAMPLE.replace(', host: www.example.com', '')).files).document
  expect(checks).toMatchObject({ web: { type: 'http', port: 8080, path: '/health' } })
  expect(Object.keys(checks as object)).toEqual(['web'])
  expect(Object.values(regions as Record<string, Written>).flatMap(({ checks: own }) => own ?? [])).toEqual([
    'web',
    'web',
  ])
})

test('each kind of client has answers of its own, those of a wider circle after those of a narrower one', () => {
  const yaml = SAMPLE.replace(
    '"*": { tier: [ap, us] } }',
    'US: { tier: [us, eu, ap] }, AS64500: ap, "*": { tier: [ap, us] } }',
  )
  const said = JSON.parse(there(yaml).files[0]!.text) as readonly Written[]
  const record = said.find(({ domain, type }) => domain === 'www.example.com' && type === 'A')!
  expect((record['filters'] as readonly Written[]).map(({ filter }) => filter)).toEqual([
    'netfence_asn',
    'geofence_country',
    'up',
    'priority',
    'weighted_shuffle',
    'select_first_n',
  ])
  const told = (record['answers'] as readonly { answer: readonly string[]; meta: Written }[]).map(
    ({ answer: [address], meta: { us_state: state, country, asn, priority } }) =>
      `${state ?? asn ?? (Array.isArray(country) && country.length > 1 ? 'many' : country) ?? '*'} ${priority} ${address}`,
  )
  expect(told).toEqual([
    '64500 1 192.0.2.3',
    '64500 2 192.0.2.2',
    '64500 3 192.0.2.1',
    'CA 1 192.0.2.2',
    'CA 2 192.0.2.3',
    'CA 3 192.0.2.1',
    'DE 1 192.0.2.1',
    'DE 1 192.0.2.2',
    'DE 2 192.0.2.3',
    'US 4 192.0.2.2',
    'US 5 192.0.2.1',
    'US 6 192.0.2.3',
    'many 1 192.0.2.1',
    'many 2 192.0.2.3',
    'many 3 192.0.2.2',
    '* 1 192.0.2.3',
    '* 2 192.0.2.2',
    '* 3 192.0.2.1',
  ])
})

const ODD = `
checks:
  deep: { type: https, port: 443, path: /, host: a.example, expect: [200, 204], interval: 10s, timeout: 2s, fall: 3, rise: 2, body: { contains: ok } }
  queue: { type: metric, port: 9100, series: queue_length, max: 10 }
regions:
  eu: { addresses: [192.0.2.1, 192.0.2.11], checks: [queue, deep], location: [50.123, 8.7] }
  us: { addresses: [192.0.2.2], checks: [deep], location: [39, -77] }
policies:
  fast: [latency]
  some: [{ tier: [eu, us] }, { take: 2 }]
  rules: [{ geo: { rules: { DE-BY: eu, US-CA: us, US: eu, "*": us }, others: drop-broader } }]
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      fast: { steer: fast, ttl: 30s, regions: [eu, us], when-all-down: nodata }
      some: { steer: some, ttl: 30s, regions: [eu, us], when-all-down: last-good }
      rules: { steer: rules, ttl: 30s, regions: [eu, us], when-all-down: nodata }
`

test('everything that is lost, or will be done differently, is told', () => {
  const told = there(ODD).findings.map(({ where, what }) => `${where}: ${what}`)
  for (const fact of [
    'fast.example.com: the nearest region answers, and the fastest did here',
    'fast.example.com: region eu is not looked at by queue: an answer has one feed, of HTTP, TCP, TLS or ICMP',
    'fast.example.com: an answer has one address of eu, and had all that are up here',
    'some.example.com: an answer has regions of one tier, up to 2, and could have more here',
    'some.example.com: when all are down, a client gets no records; here: last-good',
    'rules.example.com: the rule for DE-BY is left out: NS1 has no words for such clients',
    'rules.example.com: clients of US-CA get what those of US have when all of their own is down',
    'check deep: a status from 200 to 200 passes, and no other',
    'check deep: NS1 has no words for body',
    'check deep: a failure that is seen again at once takes it out and one pass brings it back, and here 3 failures and 2 passes',
    'check deep: whether certificates are verified is for NS1 to say',
    'monitors: NS1 gives them and their feeds ids when they are made: put those in the place of the ones here',
  ])
    expect(told).toContain(fact)
})
