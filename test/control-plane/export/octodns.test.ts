// Documents as zones of octoDNS and back: what answers otherwise afterwards is told, and nothing else is different.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportOctodns } from '../../../src/control-plane/export/octodns.js'
import { migrateOctodns } from '../../../src/control-plane/migrate/octodns.js'
import { readOctoZone } from '../../../src/control-plane/migrate/octodns-records.js'
import { readDocument } from '../../world.js'
import { textOf } from '../migrate/text.js'
import { randomDocument } from './random-document.js'
import { differing, expectSame, expectToldDifferences, RUNS } from './round-trip.js'

const there = (yaml: string) => exportOctodns(readDocument(yaml))
const back = (files: ReturnType<typeof there>['files']) =>
  migrateOctodns(files.map(({ name, text }) => readOctoZone(name, text)))

/** Of four countries, of which none is among the clients here. */
const ABOUT_CONTINENTS = /^CY, GS, TL, XK are in another continent for octoDNS/

test('what octoDNS has words for comes back as it was: the same answers to every client, whatever is down', () => {
  fc.assert(
    fc.property(randomDocument({ anything: false }), yaml => {
      const { files, findings } = there(yaml)
      const told = findings.filter(({ where, what }) => where.startsWith('www.') && !ABOUT_CONTINENTS.test(what))
      expect(told).toEqual([])
      expectSame(yaml, textOf(back(files)))
    }),
    RUNS,
  )
})

test('of what it has no words for, every name that answers otherwise afterwards is told of', () => {
  fc.assert(
    fc.property(randomDocument({ anything: true }), yaml => {
      const { files, findings } = there(yaml)
      const migrated = back(files)
      expectToldDifferences(yaml, textOf(migrated), [...findings, ...migrated.findings])
    }),
    RUNS,
  )
})

const SAMPLE = readFileSync(new URL('sample.yaml', import.meta.url), 'utf8')

test('of a sample with all kinds of records these names answer otherwise when it comes back, and no others', () => {
  const before = readDocument(SAMPLE)
  const migrated = back(there(SAMPLE).files)
  const found = differing(before, readDocument(textOf(migrated)), before)
  // A copy of `www`, which was an alias, stands beside it now; what was nearest is chosen by country.
  expect([...found.keys()].sort()).toEqual([
    'copy.example.com. A',
    'copy.example.com. AAAA',
    'gone.example.com. A',
    'near.example.com. A',
    'near.example.com. AAAA',
    'odd.example.com. HTTPS',
  ])
})

test('everything that is lost, or will be done differently, is told', () => {
  const told = there(SAMPLE).findings.map(({ where, what }) => `${where}: ${what}`)
  for (const fact of [
    'copy.example.com: ALIAS of www.example.com: a copy of what that has, which no longer follows it',
    'example.com SOA: left out: octoDNS leaves it to the system that serves the zone',
    'example.com NS: these are the name servers of your own nodes: put those of the other system in their place',
    'odd.example.com HTTPS: left out: 1 . alpn="h2" has no words there',
    'check web: when it is run, and how many failures count, is for the provider to say',
    'region us: it gets its clients back at once after it was down: "failback" is left out',
    'region ap: "ttl" is left out: answers with it are kept like others of their name',
    'region old: left out: it is disabled',
    'gone.example.com: left out: no region of it is enabled',
    'near.example.com: the nearest region is chosen by country, and was by place here',
    'near.example.com: its TTL is 60 s always, and moved from 5 to 60 s here',
  ])
    expect(told).toContain(fact)
})
