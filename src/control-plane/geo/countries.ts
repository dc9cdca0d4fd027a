// The table of countries (geo-data/countries.json): for databases that know the country of a network and no more.
import { readFileSync } from 'node:fs'
import type { Location } from '../traffic/document/region.js'

export interface Country {
  readonly name: string
  /** AF, AN, AS, EU, NA, OC or SA. */
  readonly continent: string
  /** A point that stands for its people, which is not always its middle; see geo-data/README.md. */
  readonly location: Location
  /** How many people there are, 2018. */
  readonly population: number
}

interface Written {
  readonly name: string
  readonly continent: string
  readonly location: readonly [latitude: number, longitude: number]
  readonly population: number
}

// The folder lies beside src/ and, in a build, beside dist/.
const FILE = new URL('../../../geo-data/countries.json', import.meta.url)

// The file is ours, and a test reads it whole: hence no check of its shape here.
const written = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, Written>>

/** By ISO 3166-1 alpha-2 code, upper case. */
export const COUNTRIES: ReadonlyMap<string, Country> = new Map(
  Object.entries(written).map(
    ([
      code,
      {
        name,
        continent,
        location: [latitude, longitude],
        population,
      },
    ]) => [code, { name, continent, location: { latitude, longitude }, population }],
  ),
)

/** The country of an upper-case code; undefined where there is none of it. */
export const countryOf = (code: string): Country | undefined => COUNTRIES.get(code)
