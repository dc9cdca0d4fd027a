// Documents as zones of PowerDNS with LUA records, and back: what answers otherwise afterwards is told.
import fc from 'fast-check'
import { test } from 'vitest'
import { exportPowerdns } from '../../../src/control-plane/export/powerdns.js'
import { migratePowerdns } from '../../../src/control-plane/migrate/powerdns.js'
import { readPowerdnsZone } from '../../../src/control-plane/migrate/powerdns-zone.js'
import { readDocument } from '../../world.js'
import { textOf } from '../migrate/text.js'
import { randomDocument } from './random-document.js'
import { expectToldDifferences, RUNS } from './round-trip.js'

test('every name that answers otherwise when it comes back is told of', () => {
  fc.assert(
    fc.property(randomDocument({ anything: true }), yaml => {
      const { files, findings } = exportPowerdns(readDocument(yaml))
      const migrated = migratePowerdns(files.map(({ name, text }) => readPowerdnsZone('example.com', name, text)))
      expectToldDifferences(yaml, textOf(migrated), [...findings, ...migrated.findings])
    }),
    RUNS,
  )
})
