// The nearest region of each country, for servers that can tell countries apart but not distances.
import { readFileSync } from 'node:fs'
import { nearestRegion } from './world.mjs'

const FILE = new URL('../../geo-data/countries.json', import.meta.url)

/** Pairs of an ISO 3166-1 code in upper case and a region. */
export const countryRegions = () =>
  Object.entries(JSON.parse(readFileSync(FILE, 'utf8'))).map(([code, { location }]) => [
    code,
    nearestRegion(...location),
  ])
