import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { CityResponse } from 'maxmind'
import { Reader } from 'maxmind'
import { describe, expect, test } from 'vitest'
import { bundledDatabases } from '../../../src/control-plane/geo/bundled.js'
import type { GeoDatabase } from '../../../src/control-plane/geo/database.js'
import { GeoDatabaseError, openDatabase } from '../../../src/control-plane/geo/database.js'
import type { Family } from '../../../src/dns/address.js'
import { formatAddress, formatPrefix, parseAddress, truncate } from '../../../src/dns/address.js'
import { writeMmdb } from './mmdb-writer.js'

const address = (text: string): Uint8Array => parseAddress(text)!
const flat = (country: string): unknown => ({ country_code: country, latitude: 1.5, longitude: 2.5 })
const countryAt = (database: GeoDatabase, text: string): string | undefined =>
  database.lookup(address(text)).place?.country

/** Every node and record that a walk from a root comes to, and how often. */
function walk(database: GeoDatabase, family: Family): { nodes: number[]; records: number[] } {
  const nodes: number[] = []
  const records: number[] = []
  const visit = (at: number): void => {
    if (at > database.nodeCount) records.push(at)
    if (at >= database.nodeCount) return
    nodes.push(at)
    visit(database.child(at, 0))
    visit(database.child(at, 1))
  }
  visit(database.root(family) ?? database.nodeCount)
  return { nodes, records }
}

describe.each([24, 28, 32] as const)('with records of %d bits', recordSize => {
  test('a file of IPv4 gives the most specific network, its length, and nothing elsewhere', () => {
    const entries = [
      { prefix: '192.0.0.0/8', record: flat('DE') },
      { prefix: '192.0.2.0/24', record: flat('FR') },
      { prefix: '192.0.2.128/32', record: flat('JP') },
    ]
    const database = openDatabase(writeMmdb(entries, { ipVersion: 4, recordSize }), 'a.mmdb')
    expect(database.lookup(address('192.0.2.1'))).toMatchObject({ place: { country: 'FR' }, prefix: 25 })
    expect(database.lookup(address('192.0.2.128'))).toMatchObject({ place: { country: 'JP' }, prefix: 32 })
    expect(database.lookup(address('192.200.0.1'))).toMatchObject({ place: { country: 'DE' }, prefix: 9 })
    expect(database.lookup(address('10.0.0.1'))).toEqual({ place: undefined, prefix: 1 })
  })

  test('a joint file keeps the families apart', () => {
    const entries = [
      { prefix: '192.0.2.0/24', record: flat('FR') },
      { prefix: '2400::/12', record: flat('JP') },
    ]
    const database = openDatabase(writeMmdb(entries, { ipVersion: 6, recordSize, aliasV4: true }), 'a.mmdb')
    expect(database.lookup(address('192.0.2.77'))).toMatchObject({ place: { country: 'FR' }, prefix: 24 })
    expect(database.lookup(address('2400::1'))).toMatchObject({ place: { country: 'JP' }, prefix: 12 })
  })

  test('what the file says of itself is known', () => {
    const bytes = writeMmdb([], { ipVersion: 6, recordSize, databaseType: 'Some City', buildEpoch: 1_700_000_000 })
    const { file, type, buildEpoch, ipVersion } = openDatabase(bytes, 'some.mmdb')
    expect({ file, type, buildEpoch, ipVersion }).toEqual({
      file: 'some.mmdb',
      type: 'Some City',
      buildEpoch: 1_700_000_000,
      ipVersion: 6,
    })
  })
})

describe('the tree of a joint file', () => {
  const entries = [
    { prefix: '192.0.2.0/24', record: flat('FR') },
    { prefix: '198.51.100.0/24', record: flat('FR') },
    { prefix: '2400::/12', record: flat('JP') },
    { prefix: '2001:200::/32', record: flat('JP') },
  ]
  const database = openDatabase(writeMmdb(entries, { ipVersion: 6, aliasV4: true }), 'a.mmdb')

  test('is walked as IPv6 without the IPv4 part and its aliases', () => {
    expect(new Set(walk(database, 6).records.map(record => database.place(record).country))).toEqual(new Set(['JP']))
  })

  test('is walked as IPv4 from its own root', () => {
    expect(walk(database, 4).records.map(record => database.place(record).country)).toEqual(['FR', 'FR'])
  })

  test('has each node in one walk, once', () => {
    const nodes = [...walk(database, 4).nodes, ...walk(database, 6).nodes]
    expect(nodes.length).toBe(database.nodeCount)
    expect(new Set(nodes).size).toBe(database.nodeCount)
  })

  test.each(['2002:c000:0201::1', '2001:0:c000:201::1', '::ffff:192.0.2.1', '::192.0.2.1'])(
    'knows no place of %s, which only embeds an IPv4 address',
    text => expect(countryAt(database, text)).toBeUndefined(),
  )
})

test.each([
  // ipVersion, networks, root of IPv4, root of IPv6
  [4, ['192.0.2.0/24'], 'node', 'none'],
  [6, ['192.0.2.0/24'], 'node', 'node'],
  [6, ['2400::/12'], 'none', 'node'],
  [6, ['::/96'], 'record', 'node'],
] as const)('a file of IPv%d with %j has an IPv4 root: %s, an IPv6 root: %s', (ipVersion, prefixes, v4, v6) => {
  const entries = prefixes.map(prefix => ({ prefix, record: flat('FR') }))
  const database = openDatabase(writeMmdb(entries, { ipVersion }), 'a.mmdb')
  const kind = (root: number | undefined): string =>
    root === undefined ? 'none' : root < database.nodeCount ? 'node' : 'record'
  expect([kind(database.root(4)), kind(database.root(6))]).toEqual([v4, v6])
})

test('an address of a family that the file has not is nowhere, in a network of no length', () => {
  const database = openDatabase(writeMmdb([{ prefix: '192.0.2.0/24', record: flat('FR') }], { ipVersion: 4 }), 'a.mmdb')
  expect(database.lookup(address('2400::1'))).toEqual({ place: undefined, prefix: 0 })
})

test('equal records are one record', () => {
  const entries = ['192.0.2.0/24', '198.51.100.0/24'].map(prefix => ({ prefix, record: flat('FR') }))
  const database = openDatabase(writeMmdb(entries, { ipVersion: 4 }), 'a.mmdb')
  expect(new Set(walk(database, 4).records).size).toBe(1)
})

const networks = (family: Family): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.uint8Array({ minLength: family === 4 ? 4 : 16, maxLength: family === 4 ? 4 : 16 }),
      fc.nat(family * 8 + (family === 4 ? 0 : 80)),
    )
    .map(([bytes, length]) => formatPrefix({ bytes: truncate(bytes, length), length }))

test.each([4, 6] as const)('any file of IPv%d reads as the maxmind package reads it', ipVersion => {
  const entry = fc.record({ prefix: networks(ipVersion), country: fc.constantFrom('DE', 'FR', 'JP', 'US') })
  const asked = fc.array(fc.uint8Array({ minLength: ipVersion === 4 ? 4 : 16, maxLength: ipVersion === 4 ? 4 : 16 }))
  fc.assert(
    fc.property(fc.array(entry), asked, fc.constantFrom(24, 28, 32), (entries, addresses, recordSize) => {
      const records = entries.map(({ prefix, country }) => ({ prefix, record: flat(country) }))
      const bytes = writeMmdb(records, { ipVersion, recordSize })
      const database = openDatabase(bytes, 'a.mmdb')
      const oracle = new Reader<CityResponse>(Buffer.from(bytes))
      const inside = entries.map(({ prefix }) => parseAddress(prefix.split('/')[0]!)!)
      // The IPv4 part is left out on purpose: tested above.
      const compared = (at: Uint8Array): boolean => at.length === 4 || at.subarray(0, 12).some(byte => byte !== 0)
      for (const at of [...addresses, ...inside].filter(compared)) {
        // The flat schema is no type of the package.
        const [record, prefix] = oracle.getWithPrefixLength(formatAddress(at)) as unknown as [Flat | null, number]
        expect(database.lookup(at)).toMatchObject(
          record === null ? { place: undefined, prefix } : { place: { country: record.country_code }, prefix },
        )
      }
    }),
    { numRuns: 60 },
  )
})

describe('a file that is none, or damaged, is refused by a sentence that names it', () => {
  const good = writeMmdb([{ prefix: '192.0.2.0/24', record: flat('FR') }], { ipVersion: 4 })
  /** The same file with one number of its metadata changed; it follows its key and a control byte. */
  const withMetadata = (key: string, value: number): Uint8Array => {
    const bytes = Buffer.from(good)
    // Only the count of nodes takes more than two bytes.
    bytes.writeUIntBE(value, bytes.lastIndexOf(key) + key.length + 1, key === 'node_count' ? 4 : 2)
    return bytes
  }
  const withChild = (node: number, bit: number, next: number): Uint8Array => {
    const bytes = Buffer.from(good)
    bytes.writeUIntBE(next, node * 6 + bit * 3, 3)
    return bytes
  }

  test.each([
    ['nothing at all', new Uint8Array(0), 'no MaxMind DB file, or cut short: it has no metadata'],
    ['a text', Buffer.from('country,latitude\nDE,51\n'), 'no MaxMind DB file, or cut short: it has no metadata'],
    ['the first half', good.subarray(0, good.length / 2), 'no MaxMind DB file, or cut short: it has no metadata'],
    ['a marker and no more', Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), 'its metadata cannot be read'],
    ['version 1', withMetadata('binary_format_major_version', 1), 'format version 1; only 2 is known'],
    ['IP version 5', withMetadata('ip_version', 5), 'IP version 5; 4 or 6 is expected'],
    ['an odd record size', withMetadata('record_size', 20), 'its metadata cannot be read: Unsupported record size'],
    ['no nodes', withMetadata('node_count', 0), 'a tree of 0 nodes'],
    ['too many nodes', withMetadata('node_count', 4_000_000_000), 'too short for the 4000000000 nodes'],
    ['a node that is its own child', withChild(3, 0, 3), 'two ways lead to node 3'],
    ['a way back to the root', withChild(5, 0, 0), 'two ways lead to node 0'],
    ['a record beyond the end', withChild(23, 0, 0xffffff), 'node 23 leads out of the file'],
    ['a record inside the separator', withChild(23, 0, 24 + 3), 'node 23 leads out of the file'],
  ])('%s', (_, bytes, message) => {
    expect(() => openDatabase(bytes, 'bad.mmdb')).toThrow(GeoDatabaseError)
    expect(() => openDatabase(bytes, 'bad.mmdb')).toThrow(`bad.mmdb: `)
    expect(() => openDatabase(bytes, 'bad.mmdb')).toThrow(message)
  })

  test('with any byte changed, it is refused or read to the end, and never throws anything else', () => {
    const entries = [
      { prefix: '192.0.2.0/24', record: { country: { iso_code: 'FR', names: { en: 'France', fr: 'France' } } } },
      { prefix: '2400::/12', record: flat('JP') },
    ]
    const file = writeMmdb(entries, { ipVersion: 6, aliasV4: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), changes => {
        const bytes = Uint8Array.from(file)
        for (const [at, byte] of changes) bytes[at] = byte
        try {
          const database = openDatabase(bytes, 'bad.mmdb')
          for (const text of ['192.0.2.1', '2400::1', '2002::']) database.lookup(address(text))
        } catch (error) {
          expect(error).toBeInstanceOf(GeoDatabaseError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the bundled data', () => {
  const random = fc.sample(fc.nat(0xffff), { numRuns: 40_000, seed: 7 })
  // Random IPv6 addresses are nearly all unused; these first words are in use.
  const firstWords = [0x2001, 0x2400, 0x2405, 0x2600, 0x2607, 0x2800, 0x2803, 0x2a00, 0x2a02, 0x2c0f]
  const addressOf = (family: Family, i: number): Uint8Array => {
    const words = Array.from({ length: family === 4 ? 2 : 8 }, (_, word) => random[(i * 8 + word) % random.length]!)
    if (family === 6) words[0] = firstWords[i % firstWords.length]!
    return Uint8Array.from(words.flatMap(word => [word >> 8, word & 255]))
  }

  test.each([
    [4, 0],
    [6, 1],
  ] as const)('of IPv%d says of 4,000 random addresses what the maxmind package says', (family, index) => {
    const file = bundledDatabases()[index]!
    const bytes = readFileSync(file)
    const database = openDatabase(bytes, file)
    const oracle = new Reader<CityResponse>(bytes)
    let found = 0
    for (let i = 0; i < 4_000; i++) {
      const bytes = addressOf(family, i)
      const [record, prefix] = oracle.getWithPrefixLength(formatAddress(bytes)) as unknown as [Flat | null, number]
      expect(database.lookup(bytes)).toEqual({ place: record === null ? undefined : placeOfFlat(record), prefix })
      if (record !== null) found++
    }
    expect(found).toBeGreaterThan(500)
  })
})

interface Flat {
  readonly country_code: string
  readonly state1: string
  readonly city: string
  readonly latitude: number
  readonly longitude: number
}

const placeOfFlat = ({ country_code, state1, city, latitude, longitude }: Flat): unknown => ({
  ...(country_code !== '' && { country: country_code, continent: expect.stringMatching(/^[A-Z]{2}$/) }),
  ...(state1 !== '' && { subdivision: state1 }),
  ...(city !== '' && { city }),
  location: { latitude, longitude },
  locationSource: 'record',
})
