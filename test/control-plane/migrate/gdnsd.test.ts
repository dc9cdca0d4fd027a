// A configuration of gdnsd with every plugin: what it becomes, and that it answers as gdnsd itself does, beside which it runs.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Health } from '../../../src/control-plane/health/health.js'
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { migrateGdnsd } from '../../../src/control-plane/migrate/gdnsd.js'
import { gdnsdFiles } from '../../../src/control-plane/migrate/gdnsd-files.js'
import { decodeMessage, encodeQuery, type Message } from '../../../src/dns/message.js'
import { formatRdata } from '../../../src/dns/rdata.js'
import { ask } from '../../end-to-end/dns-client.js'
import { World } from '../../world.js'
import { databaseFile, writeMmdb } from '../geo/mmdb-writer.js'
import { type GdnsdPeer, SAMPLE, startGdnsd } from './gdnsd-peer.js'
import { textOf } from './text.js'

/** As MaxMind writes them, so that both can read the file. */
const place = (continent: string, country: string, latitude: number, longitude: number, subdivision?: string) => ({
  continent: { code: continent },
  country: { iso_code: country },
  location: { latitude, longitude },
  ...(subdivision === undefined ? {} : { subdivisions: [{ iso_code: subdivision }] }),
})
const DATABASE = writeMmdb(
  [
    { prefix: '36.1.0.0/16', record: place('EU', 'DE', 52.5, 13.4) },
    { prefix: '36.2.0.0/16', record: place('EU', 'FR', 48.9, 2.3) },
    { prefix: '36.3.0.0/16', record: place('EU', 'GB', 51.5, -0.1) },
    { prefix: '36.4.0.0/16', record: place('NA', 'US', 40.7, -74.1, 'NY') },
    { prefix: '36.5.0.0/16', record: place('NA', 'US', 37.8, -122.4, 'CA') },
    { prefix: '36.6.0.0/16', record: place('AS', 'JP', 35.7, 139.7) },
    { prefix: '36.7.0.0/16', record: place('SA', 'BR', -23.5, -46.6) },
  ],
  { ipVersion: 6, databaseType: 'GeoLite2-City' },
)
const CLIENTS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(network => `36.${network}.9.0/24`),
  ...['198.51.100.0/25', '198.51.100.128/25', '2001:db8:77::/48'],
]
const NAMES =
  'farm both lenient pair tiers second lastly app-eu near mixed drained zeros fixed elsewhere mail deep.sub none'.split(
    ' ',
  )
/** What admin_state has put out gdnsd answers with after all, where nothing else is up: that is told. */
const LEFT_OUT = ['lenient', 'drained']
/** Whose answers are drawn. */
const DRAWN = ['shares', 'racks', 'app', 'cdn']

const files = (readdirSync(SAMPLE, { recursive: true }) as string[]) // names, since no other form was asked for
  .map(name => join(SAMPLE, name))
  .filter(name => statSync(name).isFile())
  .map(name => ({ name, text: readFileSync(name, 'utf8') }))
const migrate = (): Migrated =>
  migrateGdnsd(gdnsdFiles(files, path => (path.endsWith('/options') ? 'listen => any' : undefined)))

const migrated = migrate()
const ADDRESSES = [
  ...new Set(files.flatMap(({ text }) => text.match(/\b192\.0\.2\.\d+\b|2001:db8::[0-9a-f]+(?!\/)/gi) ?? [])),
]

let world: World
beforeAll(async () => {
  world = await World.make(textOf(migrated))
  const database = databaseFile('test.mmdb', DATABASE)
  await world.publisher.setDatabases({ 4: database, 6: database })
})

/** Health in which these addresses are down, for regions that are looked at. */
function health(down: readonly string[]): Health {
  const lower = down.map(address => address.toLowerCase())
  return new Map(
    [...world.document.regions.values()].map(({ id, addresses = [], target, checks }) => [
      id,
      [...addresses.map(({ text }) => text), ...(target === undefined ? [] : [`${target}`])].map(address => ({
        address,
        up: checks.length === 0 || !lower.includes(address),
        since: 0,
        changeInMs: Infinity,
        checks: [],
      })),
    ]),
  )
}

const told = ({ answers }: Message): string =>
  answers
    .map(({ type, ttl, rdata }) => `${type} ${ttl} ${formatRdata(type, rdata)}`)
    .sort()
    .join('\n')
const ours = (name: string, type: 'A' | 'AAAA', subnet: string): Message =>
  decodeMessage(world.respond(encodeQuery({ ...ask(`${name}.example.com`, type, subnet), id: 1 })))

describe.each([
  ['everything is up', []],
  [
    'some are down',
    [
      '192.0.2.1',
      '192.0.2.4',
      '2001:DB8::4',
      '192.0.2.6',
      '192.0.2.11',
      '192.0.2.31',
      '192.0.2.43',
      '192.0.2.52',
      '192.0.2.61',
      '192.0.2.22',
    ],
  ],
  [
    'others are down',
    [
      '2001:db8::11',
      '192.0.2.31',
      '192.0.2.32',
      '192.0.2.34',
      '192.0.2.41',
      '192.0.2.53',
      '192.0.2.63',
      '192.0.2.73',
      '192.0.2.23',
      '192.0.2.24',
    ],
  ],
  [
    'most are down',
    [
      '192.0.2.6',
      '192.0.2.11',
      '192.0.2.31',
      '192.0.2.32',
      '192.0.2.33',
      '192.0.2.34',
      '192.0.2.35',
      '192.0.2.44',
      '192.0.2.45',
      '192.0.2.51',
      '192.0.2.52',
      '192.0.2.53',
      '192.0.2.61',
      '192.0.2.62',
    ],
  ],
  ['everything is down', ADDRESSES],
])('where %s it answers as gdnsd does', (_, down) => {
  let gdnsd: GdnsdPeer
  beforeAll(async () => {
    gdnsd = await startGdnsd(DATABASE, ADDRESSES, down)
    world.publisher.setHealth(health(down))
    await world.widened()
  })
  afterAll(() => gdnsd?.stop())
  const theirs = async (name: string, type: 'A' | 'AAAA', subnet: string): Promise<Message> => {
    const message = await gdnsd.client.ask(ask(`${name}.example.com`, type, subnet))
    if (message === undefined) throw new Error('gdnsd does not answer')
    return message
  }

  test.each(CLIENTS)('to %s', async subnet => {
    for (const name of NAMES.filter(one => down !== ADDRESSES || !LEFT_OUT.includes(one)))
      for (const type of ['A', 'AAAA'] as const) {
        const [our, their] = [ours(name, type, subnet), await theirs(name, type, subnet)]
        expect([our.rcode, told(our)], `${name} ${type}`).toEqual([their.rcode, told(their)])
      }
  })

  test('where it draws, with what it draws', async () => {
    for (const name of DRAWN)
      for (const subnet of ['36.1.9.0/24', '36.5.9.0/24']) {
        const [our, their] = [new Set<string>(), new Set<string>()]
        for (let i = 0; i < 150; i++) {
          our.add(told(ours(name, 'A', subnet)))
          their.add(told(await theirs(name, 'A', subnet)))
        }
        expect([...our].sort(), `${name} ${subnet}`).toEqual([...their].sort())
      }
  })
})

const ZONE = '@ SOA ns1 me ( 1 1 1 1 1 )\n@ NS ns1.example.net.\n'
const one = (config: string, records = ''): readonly { name: string; text: string }[] => [
  { name: '/etc/gdnsd/config', text: config },
  { name: '/etc/gdnsd/zones/example.org', text: `${ZONE}${records}` },
]
const WATCHED = one(
  `service_types => { $include{types} }
   plugins => { multifo => { watched => { service_types => [ page, mail, probe ], a => 192.0.2.81 } } }`,
  'w DYNA multifo!watched\n',
).concat({ name: '/etc/gdnsd/types', text: readFileSync(join(SAMPLE, 'types'), 'utf8') })

test('what is looked at by programs of gdnsd is looked at in the same rhythm here', () => {
  const { document } = migrateGdnsd(gdnsdFiles(WATCHED, () => undefined))
  expect(document['checks']).toEqual({
    page: {
      type: 'http',
      port: 8080,
      path: '/check me',
      host: 'www.example.com',
      expect: ['200', '301'],
      interval: '8s',
      timeout: '3s',
      confirm: '8s',
      fall: 2,
      rise: 4,
      steady: 3,
    },
    mail: { type: 'tcp', port: 25, interval: '10s', timeout: '5s', confirm: '10s', fall: 10, rise: 20, steady: 10 },
    probe: {
      type: 'exec',
      command: ['/bin/sh', '-c', `exec '/usr/bin/probe' '--target='"$MERIDIAN_ADDRESS" 'it'\\''s'`],
      interval: '10s',
      timeout: '5s',
      confirm: '10s',
      fall: 10,
      rise: 20,
      steady: 10,
    },
  })
})

const SHARED =
  'where less than up_thresh of its weights is up, gdnsd gives all again, and fails over: now those that are up get all'
const TOLD = [
  'example.com SOA: the serial is counted anew; name servers that transfer the zone have to begin afresh',
  'service_types web: the file health is not read here: tell a push check what it said; what was never told counts as up',
  'multifo!farm: where too few of its addresses are up (up_thresh), gdnsd gives all of them: now those that are up',
  'multifo!lenient: 192.0.2.8 is left out, being DOWN in admin_state, also where all else is down: write it in again when it is back',
  ...['shares', 'racks', 'cdn'].map(name => `weighted!${name}: ${SHARED}`),
  'multifo!spare: 192.0.2.9 is UP in admin_state: its region has no checks, and so is always up',
  'geoip map near: distances are the same, but where clients are is what your geo database says here',
  'geoip map sites: a rule is for US-CA: see that your geo database writes the subdivision so',
  'geoip map sites: left out: the city NA/US/Springfield, which no rule can name here',
  `geoip/app/ap: ${SHARED}`,
  'geoip map mixed: distances are the same, but where clients are is what your geo database says here',
  'geoip/drained/eu: left out, being DOWN in admin_state, also where all else is down: write it in again when it is back',
  'mirror.example.com. DYNA: left out: nothing here answers with the address of the client',
]

test('everything that is lost, or means something else now, is told', () => {
  expect(migrated.findings.map(({ where, what }) => `${where}: ${what}`)).toEqual(TOLD)
})

/** What is broken is told with file and line. */
test.each([
  ['a brace that is never closed', one('plugins => { multifo => {'), '/etc/gdnsd/config:1: a string is expected'],
  ['a key that is there twice', one('a => 1\na => 2\n'), '/etc/gdnsd/config:2: "a" is there twice'],
  ['a file that is not there', one('plugins => $include{more}'), 'names /etc/gdnsd/more, which is not here'],
  ['a file that includes itself', one('$include{config}'), 'files include one another'],
  ['no configuration', one('').slice(1), 'give the folder of gdnsd'],
  ['a record that is none', one('', 'x A 192.0.2.300\n'), '/etc/gdnsd/zones/example.org:3:'],
])('%s is refused in words', (_, broken, sentence) => {
  expect(() => migrateGdnsd(gdnsdFiles(broken, () => undefined))).toThrow(sentence)
})

test.each([
  [
    'a resource that is not there',
    one('', 'x DYNA multifo!none\n'),
    'multifo!none: left out: there is no such resource',
  ],
  ['a plugin of others', one('', 'x DYNA magic!none\n'), 'magic!none: left out: the plugin magic is not known here'],
  [
    'resources that lead to one another',
    one(
      'plugins => { metafo => { resources => { a => { datacenters => [x], dcmap => { x => %metafo!a } } } } }',
      'x DYNA metafo!a\n',
    ),
    'metafo!a: left out: it leads to itself',
  ],
  [
    'a name among addresses',
    one(
      'plugins => { metafo => { resources => { a => { datacenters => [x, y], dcmap => { x => 192.0.2.1, y => last.example.net. } } } } }',
      'x DYNC metafo!a\n',
    ),
    'a: left out: last.example.net. as a last resort, since a name has addresses or a CNAME here',
  ],
])('%s is told of', (_, sample, sentence) => {
  const { findings } = migrateGdnsd(gdnsdFiles(sample, () => undefined))
  expect(findings.map(({ where, what }) => `${where}: ${what}`)).toContain(sentence)
})
