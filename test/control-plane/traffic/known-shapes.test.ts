import { expect, test } from 'vitest'
import { KnownShapes } from '../../../src/control-plane/traffic/known-shapes.js'
import { TRAFFIC_SCHEMA } from '../../../src/control-plane/traffic/schema.js'
import { checkShape } from '../../../src/control-plane/traffic/shape.js'

const region = { addresses: ['192.0.2.1'] }
const record = { type: 'A', data: '192.0.2.1' }
const zone = { nameservers: ['ns.example.net'], records: { www: record, api: { steer: 'nearest' } } }
const sound = { regions: { eu: region }, zones: { 'example.com': zone } }

function after(value: unknown): readonly string[] {
  const known = new KnownShapes()
  expect(checkShape(TRAFFIC_SCHEMA, sound, known).findings).toEqual([])
  return checkShape(TRAFFIC_SCHEMA, value, known).findings.map(({ path }) => path.join(' '))
}

test('of a document that is known to be sound, nothing but its frame is looked at again', () => {
  const known = new KnownShapes()
  checkShape(TRAFFIC_SCHEMA, sound, known)
  expect(known.unknownIn(sound).value).toEqual({ regions: {}, zones: {} })
  const other = { ...sound, zones: { 'example.com': { ...zone, records: { ...zone.records, new: record } } } }
  expect(known.unknownIn(other).value).toEqual({
    regions: {},
    zones: { 'example.com': { nameservers: ['ns.example.net'], records: { new: record } } },
  })
})

test.each([
  ['an entry under a key that is no id', { ...sound, regions: { 'E U': region } }, 'regions E U'],
  ['an entry in a section that is not its own', { ...sound, checks: { eu: region } }, 'checks eu addresses'],
  ['a new entry among known ones', { ...sound, regions: { eu: region, us: { weight: 'x' } } }, 'regions us weight'],
  [
    'a zone whose records alone are known',
    { ...sound, zones: { 'example.com': { ...zone, ttl: [] } } },
    'zones example.com ttl',
  ],
  ['a record in place of a zone', { ...sound, zones: { 'example.com': record } }, 'zones example.com type'],
])('%s is found, where it stands in the whole', (_, value, path) => {
  expect(after(value)).toContain(path)
  expect(after(value)).toEqual(checkShape(TRAFFIC_SCHEMA, value).findings.map(({ path }) => path.join(' ')))
})

test('what was faulty is not known', () => {
  const known = new KnownShapes()
  const faulty = { ...sound, regions: { eu: { weight: 'x' } } }
  const { findings } = checkShape(TRAFFIC_SCHEMA, faulty, known)
  expect(findings.map(({ path }) => path.join(' '))).toContain('regions eu weight')
  expect(checkShape(TRAFFIC_SCHEMA, faulty, known).findings).toEqual(findings)
})
