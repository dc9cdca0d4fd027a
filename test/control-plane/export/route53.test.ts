// Documents as hosted zones of Route 53, and back: what has words there answers the same, and all else is told.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportRoute53 } from '../../../src/control-plane/export/route53.js'
import { migrateRoute53 } from '../../../src/control-plane/migrate/route53.js'
import { readHostedZone } from '../../../src/control-plane/migrate/route53-records.js'
import { readDocument } from '../../world.js'
import { textOf } from '../migrate/text.js'
import { randomDocument } from './random-document.js'
import { differing, expectToldDifferences, RUNS } from './round-trip.js'

const there = (yaml: string) => exportRoute53(readDocument(yaml))
const back = (files: ReturnType<typeof there>['files']) => migrateRoute53(readHostedZone(files))

/** Names that are made for parts of others, and where clients are: true of every name. */
const ALWAYS = /^(?:a name that is made for a part of|where a client is, and what its subnet is)/
const isMade = (key: string): boolean => key.startsWith('_')

test('what Route 53 has words for comes back as it was: the same answers to every client, whatever is down', () => {
  fc.assert(
    fc.property(randomDocument({ anything: false }), yaml => {
      const { files, findings } = there(yaml)
      const told = findings.filter(({ where, what }) => where.includes('www.') && !ALWAYS.test(what))
      expect(told).toEqual([])
      const one = readDocument(yaml)
      const after = textOf(back(files))
      const found = [...differing(one, readDocument(after), one)].filter(([key]) => !isMade(key))
      expect(found, `${files.map(({ text }) => text).join('')}\n${after}`).toEqual([])
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
