import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { readLoneZone } from '../../../src/control-plane/traffic/lone-zone.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import {
  type Loaded,
  type Refused,
  TrafficRefused,
  type TrafficStore,
} from '../../../src/control-plane/traffic/store.js'
import { ZoneFiles } from '../../../src/control-plane/traffic/zone-files.js'
import { formatName } from '../../../src/dns/name.js'

const HEAD = `$TTL 5m
@ SOA ns1 host 7 2h 15m 2w 30
@ NS ns1
ns1 A 192.0.2.53
`

let folder: string
let path: string
const opened: TrafficStore[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-zones-'))
  path = join(folder, 'traffic.yaml')
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await rm(folder, { recursive: true, force: true })
})

const zone = (more = '', keys = ''): string => `regions: { eu: { addresses: [192.0.2.1] } }
zones:
  example.com:
    file: example.zone
    ${keys}
    records: { api: { steer: nearest }, ${more} }
`

/** The problems of a document and its zone file, the folder left out; none where they are sound. */
async function problemsOf(document: string, file: string): Promise<readonly string[]> {
  await writeFile(join(folder, 'example.zone'), file)
  const parsed = readTraffic(document, 'traffic.yaml', { serial: 1, readZone: new ZoneFiles(path).read })
  return 'problems' in parsed ? parsed.problems.map(problem => formatProblem(problem).replaceAll(`${folder}/`, '')) : []
}

async function open(document: string, file: string): Promise<TrafficStore> {
  await writeFile(join(folder, 'example.zone'), file)
  await writeFile(path, document)
  const store = await openFileStore(path, { serial: () => 1 })
  opened.push(store)
  return store
}

const zoneOf = ({ document }: Loaded) => document.zones.get('example.com.')!
const owners = (loaded: Loaded) => [...(zoneOf(loaded).file ?? [])].map(({ owner }) => formatName(owner))
const changed = (store: TrafficStore) => new Promise<Loaded>(resolve => store.onChange(resolve))
const refused = (store: TrafficStore) => new Promise<Refused>(resolve => store.onRefused(resolve))

test('a zone takes SOA, nameservers and records from its file, and steers beside them', async () => {
  const loaded = (await open(zone(), HEAD)).current()
  const { soa, nameservers, steered, apexTtl } = zoneOf(loaded)
  expect(soa).toMatchObject({ serial: 7, refresh: 7200, retry: 900, expire: 1_209_600, minimum: 30 })
  expect(formatName(soa.rname)).toBe('host.example.com.')
  expect(nameservers.map(formatName)).toEqual(['ns1.example.com.'])
  expect(apexTtl).toEqual({ soa: 300, ns: 300 })
  expect(steered).toHaveLength(1)
  expect(owners(loaded)).toEqual(['example.com.', 'example.com.', 'ns1.example.com.'])
})

test('what the file does not have, the document may have', async () => {
  const document = zone('ns1: { type: A, data: 192.0.2.53 }', 'nameservers: [ns1.example.com]')
  const { soa, nameservers } = zoneOf((await open(document, '$TTL 60\nx A 192.0.2.1\n')).current())
  expect(soa.serial).toBe(1)
  expect(nameservers.map(formatName)).toEqual(['ns1.example.com.'])
})

test.each<[what: string, document: string, file: string, lines: readonly string[]]>([
  ['a sound pair', zone('x: { type: A, data: 192.0.2.9 }'), `${HEAD}y A 192.0.2.9\n`, []],
  [
    'a fault of the file',
    zone(),
    `${HEAD}x A nowhere\ny WHAT\n`,
    [
      'example.zone:5:5 zones["example.com"].file: A: address: "nowhere" is not an IPv4 address',
      'example.zone:6:3 zones["example.com"].file: "WHAT" is no type of a record; where it has no name, write TYPE65280',
    ],
  ],
  [
    'a static record of the file at a steered name',
    zone(),
    `${HEAD}api A 192.0.2.9\n`,
    ['traffic.yaml:6:21 zones["example.com"].records.api: a steered name cannot have a static A record as well'],
  ],
  [
    'a record that both have',
    zone('x: { type: A, data: 192.0.2.9, ttl: 5m }'),
    `${HEAD}x A 192.0.2.9\n`,
    ['example.zone:5:1 zones["example.com"].file: this A record is already there'],
  ],
  [
    'a set with two TTLs',
    zone('x: { type: A, data: 192.0.2.9, ttl: 1m }'),
    `${HEAD}x A 192.0.2.10\n`,
    [
      'example.zone:5:1 zones["example.com"].file: its TTL is 300 s, but that of the first A record of this name is 60 s',
    ],
  ],
  [
    'aliases beside others',
    zone('x: { type: CNAME, data: y }'),
    `${HEAD}x A 192.0.2.10\nz CNAME y\nz TXT y\n`,
    [
      'traffic.yaml:6:44 zones["example.com"].records.x: a CNAME cannot stand beside the A record of the same name',
      'example.zone:6:1 zones["example.com"].file: a CNAME cannot stand beside the TXT record of the same name',
    ],
  ],
  [
    'a steered name below a delegation of the file',
    zone(),
    `${HEAD}api NS ns1\n`,
    [
      'traffic.yaml:6:21 zones["example.com"].records.api: a steered name cannot be at or below the delegation of api.example.com.',
    ],
  ],
  [
    'a nameserver of the file without an address',
    zone(),
    `${HEAD}@ NS ns2\n`,
    [
      'example.zone:5:1 zones["example.com"].file: ns2.example.com. is within the zone and needs an A or AAAA record in it',
    ],
  ],
  [
    'keys that the file makes superfluous',
    zone('', 'nameservers: [ns.example.net]\n    negative-ttl: 1m\n    soa: { serial: 3 }'),
    HEAD,
    [
      'traffic.yaml:5:5 zones["example.com"].nameservers: the zone file has the NS records of the zone; leave this away',
      'traffic.yaml:6:5 zones["example.com"].negative-ttl: the zone file has the SOA record; leave this away',
      'traffic.yaml:7:5 zones["example.com"].soa: the zone file has the SOA record; leave this away',
    ],
  ],
  [
    'no nameservers anywhere',
    zone(),
    '$TTL 60\nx A 192.0.2.1\n',
    [
      'traffic.yaml:4:5 zones["example.com"]: the zone file has no NS records of the zone, so the key "nameservers" is needed',
    ],
  ],
  [
    'two SOA records, and one that is elsewhere',
    zone(),
    `${HEAD}@ SOA ns1 host 8 2h 15m 2w 30\nx SOA ns1 host 8 2h 15m 2w 30\n`,
    [
      'example.zone:5:1 zones["example.com"].file: a second SOA record',
      'example.zone:6:1 zones["example.com"].file: the SOA record of x.example.com.; this zone is example.com.',
    ],
  ],
])('%s: every problem is told with its place', async (_, document, file, lines) => {
  expect(await problemsOf(document, file)).toEqual(lines)
})

test('a file that is not there is a problem of the document', async () => {
  await writeFile(path, zone())
  const error = await openFileStore(path).catch(error => error)
  expect(error).toBeInstanceOf(TrafficRefused)
  expect(error.message).toContain(
    `traffic.yaml:4:11 zones["example.com"].file: there is no file ${join(folder, 'example.zone')}`,
  )
})

test('where zone files cannot be read, a document that names one is refused', () => {
  const parsed = readTraffic(zone(), 'traffic.yaml', { serial: 1 })
  expect('problems' in parsed && parsed.problems.map(formatProblem)).toEqual([
    'traffic.yaml:4:11 zones["example.com"].file: zone files cannot be read here',
  ])
})

test('a change of the zone file is a change of the document, with another revision', async () => {
  const store = await open(zone(), HEAD)
  const before = store.current().revision
  const loaded = changed(store)
  await writeFile(join(folder, 'new.zone'), `${HEAD}x A 192.0.2.1\n`)
  await rename(join(folder, 'new.zone'), join(folder, 'example.zone'))
  expect(owners(await loaded)).toContain('x.example.com.')
  expect(store.current().revision).not.toBe(before)
})

test('a change of an included file in another folder is seen too', async () => {
  await mkdir(join(folder, 'parts'))
  await writeFile(join(folder, 'parts', 'more'), 'x A 192.0.2.1\n')
  const store = await open(zone(), `${HEAD}$INCLUDE parts/more\n`)
  const loaded = changed(store)
  await writeFile(join(folder, 'parts', 'more'), 'longer A 192.0.2.1\n')
  expect(owners(await loaded)).toContain('longer.example.com.')
})

test('a broken zone file is refused and the last good one stays, until it is mended', async () => {
  const store = await open(zone(), HEAD)
  const good = store.current()
  const refusal = refused(store)
  await writeFile(join(folder, 'example.zone'), `${HEAD}x A nowhere\n`)
  expect((await refusal).problems.map(formatProblem)).toEqual([
    `${join(folder, 'example.zone')}:5:5 zones["example.com"].file: A: address: "nowhere" is not an IPv4 address`,
  ])
  expect(store.current()).toBe(good)
  const loaded = changed(store)
  await writeFile(join(folder, 'example.zone'), `${HEAD}x A 192.0.2.1\n`)
  expect(owners(await loaded)).toContain('x.example.com.')
  expect(store.refused()).toBeUndefined()
})

test('an edit of the document does not read the zone file again', async () => {
  const store = await open(zone(), HEAD)
  const before = zoneOf(store.current()).file
  const loaded = await store.edit([{ path: ['regions', 'eu', 'weight'], value: 5 }])
  expect(zoneOf(loaded).file).toBe(before)
})

test('what is odd and does no harm is a warning of what was loaded', async () => {
  const store = await open(zone(), `${HEAD}x A 192.0.2.1\nx A 192.0.2.1\n`)
  expect(store.current().warnings?.map(formatProblem)).toEqual([
    `${join(folder, 'example.zone')}:6:1 zones["example.com"].file: this A record of x.example.com. is already there, and is dropped`,
  ])
})

test('a zone file on its own needs its SOA', async () => {
  const file = join(folder, 'lone.zone')
  await writeFile(file, '@ 60 NS ns.example.net.\n')
  expect(readLoneZone(file, 'example.com')).toEqual({
    problems: [{ path: file, message: 'has no SOA record of example.com' }],
  })
  await writeFile(file, HEAD)
  expect(readLoneZone(file, 'example.com')).toMatchObject({ records: { length: 3 }, warnings: [] })
})
