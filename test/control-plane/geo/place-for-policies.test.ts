// What policies are told of a place is the place without its city, of records of every schema.
import { expect, test } from 'vitest'
import { openDatabase } from '../../../src/control-plane/geo/database.js'
import { writeMmdb } from './mmdb-writer.js'

const NESTED = {
  city: { names: { en: 'Paris', de: 'Paris' } },
  country: { iso_code: 'FR', names: { en: 'France' } },
  location: { latitude: 48.9, longitude: 2.35 },
  subdivisions: [{ iso_code: 'IDF', names: { en: 'Ile-de-France' } }],
}

test.each<[string, Record<string, unknown>]>([
  ['a flat one', { country_code: 'DE', state1: 'Hesse', city: 'Frankfurt', latitude: 50.1, longitude: 8.7 }],
  ['a nested one', NESTED],
  ['one without a city', { country_code: 'DE', latitude: 50.1, longitude: 8.7 }],
  ['one at 0, 0 with a city, which is a place', { country_code: 'GH', city: 'Tema', latitude: 0, longitude: 0 }],
  ['one at 0, 0 without a city, which is none', { country_code: 'GH', latitude: 0, longitude: 0 }],
  ['a nested one at 0, 0 with a city', { ...NESTED, location: { latitude: 0, longitude: 0 } }],
  ['a nested one at 0, 0 without a city', { country: { iso_code: 'FR' }, location: { latitude: 0, longitude: 0 } }],
  ['one with a latitude that is none', { country_code: 'DE', latitude: 91, longitude: 8.7 }],
  ['one of a system', { autonomous_system_number: 64500 }],
])('%s', (_, record) => {
  const database = openDatabase(
    writeMmdb(
      [
        { prefix: '0.0.0.0/1', record },
        { prefix: '128.0.0.0/1', record },
      ],
      { ipVersion: 4 },
    ),
    'test.mmdb',
  )
  const at = database.child(database.root(4)!, 0)
  const { city: _city, ...rest } = database.place(at)
  // Twice, since what pointers lead to is remembered.
  for (const time of [1, 2]) {
    const { city: _own, ...told } = database.placeForPolicies(at) as { readonly city?: string }
    expect(told, `time ${time}`).toEqual(rest)
    const { location, locationSource } = database.placeForDistances(at)
    expect({ location, locationSource }, `time ${time}`).toEqual({
      location: rest.location,
      locationSource: rest.locationSource,
    })
  }
})
