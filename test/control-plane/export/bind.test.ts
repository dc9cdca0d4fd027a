// Documents as zones of BIND with views, and back; and beside the real named, asked from addresses of each kind of client.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportBind } from '../../../src/control-plane/export/bind.js'
import { migrateBind } from '../../../src/control-plane/migrate/bind.js'
import { bindFiles } from '../../../src/control-plane/migrate/bind-files.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'
import { decodeMessage, encodeQuery } from '../../../src/dns/message.js'
import { ask } from '../../end-to-end/dns-client.js'
import { run } from '../../end-to-end/program.js'
import { readDocument, World } from '../../world.js'
import { answersOf } from '../answers.js'
import { databaseFile, writeMmdb } from '../geo/mmdb-writer.js'
import { textOf } from '../migrate/text.js'
import { Named } from '../named.js'
import { randomDocument } from './random-document.js'
import { expectSame, expectToldDifferences, RUNS } from './round-trip.js'

const there = (yaml: string) => exportBind(readDocument(yaml))
const back = (files: ReturnType<typeof there>['files']) => migrateBind(bindFiles(files, () => undefined))

test('every name that answers otherwise when it comes back is told of', () => {
  fc.assert(
    fc.property(randomDocument({ anything: true }), yaml => {
      const { files, findings } = there(yaml)
      const migrated = back(files)
      expectToldDifferences(yaml, textOf(migrated), [...findings, ...migrated.findings])
    }),
    RUNS,
  )
})

/** Nothing is looked at, and an answer has all that a client can get. */
const still = randomDocument({ anything: false }).map(yaml => {
  const { policies, regions } = readDocument(yaml)
  const text = editText(yaml, [
    ...[...regions.keys()].map(id => ({ path: ['regions', id, 'checks'], value: [] })),
    { path: ['policies', 'p', policies.get('p')!.steps.length], value: { take: 'all' } },
  ])
  return text
})

test('where nothing is looked at and all that a client can get is given, names come back as they were, but for rules that BIND has no words for', () => {
  fc.assert(
    fc.property(still, yaml => {
      const { files, findings } = there(yaml)
      const told = findings.flatMap(({ where, what }) => (where.startsWith('www.') ? [what] : []))
      for (const what of told)
        expect(what).toMatch(/^the rule for US-CA is left out|their place counts as well$|^regions of weight 0/)
      if (told.length === 0) expectSame(yaml, textOf(back(files)))
    }),
    RUNS,
  )
})

/** Everybody of DE and of Europe, by the database that both servers look into. */
const DATABASE = writeMmdb(
  [
    { prefix: '127.0.20.0/24', record: { continent: { code: 'EU' }, country: { iso_code: 'DE' } } },
    { prefix: '127.0.21.0/24', record: { continent: { code: 'EU' }, country: { iso_code: 'FR' } } },
    { prefix: '127.0.22.0/24', record: { continent: { code: 'NA' }, country: { iso_code: 'US' } } },
  ],
  { ipVersion: 6, databaseType: 'GeoLite2-Country' },
)

/** Of each rule of `clients.yaml`, its edges and what is carved out of it; and of each place. */
const CLIENTS = [
  '127.0.10.1',
  '127.0.10.127',
  '127.0.10.128',
  '127.0.10.130',
  '127.0.11.1',
  '127.0.20.1',
  '127.0.21.1',
  '127.0.22.1',
  '127.0.30.1',
]
const NAMES = ['www', 'shop', 'far', 'cdn', 'copy', 'mail', 'x.wild', 'none', 'sub']

describe('beside named', () => {
  const yaml = readFileSync(new URL('clients.yaml', import.meta.url), 'utf8')
  const { files, findings } = there(yaml)
  let named: Named
  let world: World
  beforeAll(async () => {
    world = await World.make(yaml)
    const database = databaseFile('GeoLite2-Country.mmdb', DATABASE)
    await world.publisher.setDatabases({ 4: database, 6: database })
    const own = files.map(({ name, text }) => ({
      name,
      text: name === 'named.conf' ? `include "options.conf";\n${text}` : text,
    }))
    named = await Named.start(
      [...own, { name: 'GeoLite2-Country.mmdb', text: DATABASE }],
      'example.com',
      'geoip-directory ".";',
    )
  })
  afterAll(() => named?.stop())

  test.each(CLIENTS)('it answers %s as we do', async source => {
    for (const name of NAMES)
      for (const type of ['A', 'AAAA', 'TXT'] as const) {
        const query = encodeQuery({ ...ask(`${name}.example.com`, type), id: 7 })
        const our = decodeMessage(world.respond(query, { source }))
        const their = await named.ask(`${name}.example.com`, type, source)
        expect([their!.rcode, answersOf(their!)], `${name} ${type}`).toEqual([our.rcode, answersOf(our)])
      }
  })

  test('its own programs have nothing to say of the configuration and of each file', async () => {
    const path = { env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }, cwd: named.folder }
    const checked = await run('named-checkconf', ['-z', 'named.conf'], path)
    expect(checked.code, checked.stdout + checked.stderr).toBe(0)
    for (const { name } of files.slice(1)) {
      const { code, stdout } = await run('named-checkzone', [name.replace(/(?:@.*)?\.zone$/, ''), name], path)
      expect([code, stdout], stdout).toEqual([0, expect.stringMatching(/^zone \S+ loaded serial \d+\nOK\n$/)])
    }
  })

  test('everything that is lost, or will be done differently, is told', () => {
    const crossing =
      'clients of 127.0.10.0/25, 127.0.10.0/24, 127.0.11.0/24 get what everybody gets, wherever they are: a client is in one view, and has it by a rule of another name'
    expect(findings.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      'copy.example.com: ALIAS of shop.example.com: a copy of what that has, which no longer follows it',
      'far.example.com: the first choice of each client answers, also while it is down: BIND looks at nothing',
      ...['shop', 'cdn', 'copy'].map(name => `${name}.example.com: ${crossing}`),
      'named.conf: BIND looks places up in databases of its own: "geoip-directory" has to name their folder',
      'example.com NS: these are the name servers of your own nodes: put those of the other system in their place',
    ])
  })
})
