// A place: what a geo database says of a network, told from a record of any schema.
import type { Location } from '../traffic/document/region.js'
import { countryOf } from './countries.js'
import type { Value, Wanted } from './record.js'

/** All parts are optional; an empty place is a network of which nothing is known. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  /** AF, AN, AS, EU, NA, OC or SA. */
  readonly continent?: string
  /** As the database writes it: a code (`CA`) where it has one, else a name (`California`). */
  readonly subdivision?: string
  readonly city?: string
  readonly asn?: number
  readonly location?: Location
  /** Where the location is from: the record itself, or the table of countries. */
  readonly locationSource?: 'record' | 'country'
}

/**
 * The parts of a record that a place is made of, in the three schemas that are about:
 * flat (`country_code`, `latitude`), MaxMind's and DB-IP's nested ones (`country.iso_code`, `location.latitude`).
 */
export const WANTED: Wanted = {
  country_code: {},
  state1: {},
  latitude: {},
  longitude: {},
  country: { iso_code: {} },
  registered_country: { iso_code: {} },
  continent: { code: {} },
  subdivisions: { 0: { iso_code: {}, names: { en: {} } } },
  city: { names: { en: {} } },
  location: { latitude: {}, longitude: {} },
  autonomous_system_number: {},
  traits: { autonomous_system_number: {} },
}

/** Without the city. */
export const WANTED_FOR_POLICIES: Wanted = Object.fromEntries(Object.entries(WANTED).filter(([key]) => key !== 'city'))

/** Nothing but where it is. */
export const WANTED_FOR_DISTANCES: Wanted = { latitude: {}, longitude: {}, location: WANTED['location']! }

/** Whether it takes the city to tell what its location says: the one of 0, 0 (see locationOf). */
export const needsCity = (record: Value): boolean => isNull(record) || isNull(field(record, 'location'))

const isNull = (value: Value): boolean => field(value, 'latitude') === 0 && field(value, 'longitude') === 0

/** The place of a record that was read with `WANTED`; parts that make no sense are left out. */
export function placeOf(record: Value): Place {
  // A network in use by nobody in particular has only the country it is registered in.
  const country =
    code(field(record, 'country_code')) ??
    code(path(record, 'country', 'iso_code')) ??
    code(path(record, 'registered_country', 'iso_code'))
  const known = country === undefined ? undefined : countryOf(country)
  const continent = code(path(record, 'continent', 'code')) ?? known?.continent
  const first = path(record, 'subdivisions', '0')
  const subdivision =
    text(field(record, 'state1')) ?? text(field(first, 'iso_code')) ?? text(path(first, 'names', 'en'))
  const city = text(field(record, 'city')) ?? text(path(field(record, 'city'), 'names', 'en'))
  const asn = field(record, 'autonomous_system_number') ?? path(record, 'traits', 'autonomous_system_number')
  const own = ownLocation(record, city)
  const location = own ?? known?.location
  // Assignments, since this runs once for each of 400,000 records and spreads take four times as long.
  const place: { -readonly [Key in keyof Place]: Place[Key] } = {}
  if (country !== undefined) place.country = country
  if (continent !== undefined) place.continent = continent
  if (subdivision !== undefined) place.subdivision = subdivision
  if (city !== undefined) place.city = city
  if (typeof asn === 'number') place.asn = asn
  if (location !== undefined) {
    place.location = location
    place.locationSource = own === undefined ? 'country' : 'record'
  }
  return place
}

const field = (value: Value, key: string): Value => (typeof value === 'object' ? value[key] : undefined)
const path = (value: Value, key: string, next: string): Value => field(field(value, key), next)
const text = (value: Value): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Two letters. ZZ is what databases write for "unknown". */
function code(value: Value): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z]{2}$/.test(value)) return undefined
  const upper = value.toUpperCase()
  return upper === 'ZZ' ? undefined : upper
}

/** The location that a record itself has; undefined where it has none that makes sense. */
export const ownLocation = (record: Value, city?: string): Location | undefined =>
  locationOf(record, city) ?? locationOf(field(record, 'location'), city)

function locationOf(value: Value, city: string | undefined): Location | undefined {
  const latitude = field(value, 'latitude')
  const longitude = field(value, 'longitude')
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined
  // Also false for NaN.
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined
  // 0, 0 lies in the Atlantic: it is what an empty field becomes, unless a city says otherwise.
  if (latitude === 0 && longitude === 0 && city === undefined) return undefined
  return { latitude, longitude }
}
