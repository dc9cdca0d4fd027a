import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/control-plane/geo/database.js'
import type { Place } from '../../../src/control-plane/geo/place.js'
import { parseAddress } from '../../../src/dns/address.js'
import { writeMmdb } from './mmdb-writer.js'

/** Through a real file: what is not wanted of a record never comes out of it. */
function placeOf(record: unknown): Place | undefined {
  const database = openDatabase(writeMmdb([{ prefix: '192.0.2.0/24', record }], { ipVersion: 4 }), 'a.mmdb')
  return database.lookup(parseAddress('192.0.2.1')!).place
}

const paris = { latitude: 48.8566, longitude: 2.3522 }

test.each([
  [
    'flat, city',
    { country_code: 'FR', state1: 'Île-de-France', state2: '', city: 'Paris', postcode: '', timezone: '', ...paris },
    {
      country: 'FR',
      continent: 'EU',
      subdivision: 'Île-de-France',
      city: 'Paris',
      location: paris,
      locationSource: 'record',
    },
  ],
  [
    "MaxMind's, city",
    {
      city: { geoname_id: 2_988_507, names: { de: 'Paris', en: 'Paris', ja: 'パリ' } },
      continent: { code: 'EU', geoname_id: 6_255_148, names: { en: 'Europe' } },
      country: { geoname_id: 3_017_382, is_in_european_union: true, iso_code: 'FR', names: { en: 'France' } },
      location: { accuracy_radius: 20, ...paris, time_zone: 'Europe/Paris' },
      registered_country: { iso_code: 'US' },
      subdivisions: [
        { iso_code: 'IDF', names: { en: 'Île-de-France' } },
        { iso_code: '75', names: { en: 'Paris' } },
      ],
      traits: { autonomous_system_number: 3215 },
    },
    {
      country: 'FR',
      continent: 'EU',
      subdivision: 'IDF',
      city: 'Paris',
      asn: 3215,
      location: paris,
      locationSource: 'record',
    },
  ],
  [
    "DB-IP's, city",
    {
      city: { names: { en: 'Paris' } },
      continent: { code: 'EU', geoname_id: 6_255_148, names: { en: 'Europe', fa: ' اروپا' } },
      country: { iso_code: 'FR', is_in_european_union: true, names: { en: 'France' } },
      location: paris,
      subdivisions: [{ names: { en: 'Île-de-France' } }],
    },
    {
      country: 'FR',
      continent: 'EU',
      subdivision: 'Île-de-France',
      city: 'Paris',
      location: paris,
      locationSource: 'record',
    },
  ],
  [
    'flat, country',
    { country_code: 'SG' },
    {
      country: 'SG',
      continent: 'AS',
      location: { latitude: 1.36, longitude: 103.81 },
      locationSource: 'country',
    },
  ],
  [
    "MaxMind's, country",
    { continent: { code: 'AS' }, country: { iso_code: 'SG' }, registered_country: { iso_code: 'SG' } },
    { country: 'SG', continent: 'AS', location: { latitude: 1.36, longitude: 103.81 }, locationSource: 'country' },
  ],
  ['an autonomous system', { autonomous_system_number: 64_500, autonomous_system_organization: 'x' }, { asn: 64_500 }],
  ['empty', {}, {}],
  ['no map at all', 'FR', {}],
])('a record of the schema "%s" is read', (_, record, place) => {
  expect(placeOf(record)).toEqual(place)
})

test('a network in no country is in the country that it is registered in', () => {
  expect(placeOf({ registered_country: { iso_code: 'SG' } })).toMatchObject({
    country: 'SG',
    locationSource: 'country',
  })
})

test.each([
  ['de', 'DE'],
  ['XK', 'XK'],
  ['ZZ', undefined],
  ['', undefined],
  ['-', undefined],
  ['DEU', undefined],
  [276, undefined],
  [true, undefined],
])('the country code %j is taken as %j', (written, country) => {
  expect(placeOf({ country_code: written })?.country).toBe(country)
})

test('a country that is not in the table has no location', () => {
  expect(placeOf({ country_code: 'QQ' })).toEqual({ country: 'QQ' })
})

describe('coordinates that make no sense give way to those of the country', () => {
  test.each([
    ['a latitude beyond the pole', { latitude: 90.5, longitude: 0.5 }],
    ['a longitude beyond the antimeridian', { latitude: 0.5, longitude: -180.5 }],
    ['a latitude that is not a number', { latitude: Number.NaN, longitude: 0.5 }],
    ['an infinite longitude', { latitude: 0.5, longitude: Number.POSITIVE_INFINITY }],
    ['a latitude alone', { latitude: 48.5 }],
    ['a text', { latitude: '48.5', longitude: '2.5' }],
    ['0, 0 without a city', { latitude: 0, longitude: 0, city: '' }],
  ])('%s', (_, coordinates) => {
    expect(placeOf({ country_code: 'SG', ...coordinates })?.locationSource).toBe('country')
    expect(placeOf({ country: { iso_code: 'SG' }, location: coordinates })?.locationSource).toBe('country')
    expect(placeOf({ ...coordinates })?.location).toBeUndefined()
  })
})

test.each([
  ['0, 0 with a city', { latitude: 0, longitude: 0, city: 'Somewhere' }],
  ['a pole', { latitude: -90, longitude: 0 }],
  ['the antimeridian', { latitude: 0, longitude: 180 }],
  ['whole degrees', { latitude: 48, longitude: 2 }],
  ['the equator', { latitude: 0, longitude: 9.5 }],
])('coordinates are kept: %s', (_, { latitude, longitude, ...rest }) => {
  expect(placeOf({ latitude, longitude, ...rest })).toMatchObject({
    location: { latitude, longitude },
    locationSource: 'record',
  })
})
