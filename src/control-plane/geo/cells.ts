// The land of the earth in cells of about equal area (geo-data/cells.json): what pictures of the world are painted with.
import { readFileSync } from 'node:fs'
import type { Location } from '../traffic/document/region.js'
import { countryOf } from './countries.js'
import type { Place } from './place.js'

type Written = Readonly<Record<string, readonly (readonly [latitude: number, longitude: number])[]>>

// The folder lies beside src/ and, in a build, beside dist/.
const FILE = new URL('../../../geo-data/cells.json', import.meta.url)

/** A cell as a client that lives in the middle of it. */
export interface Cell extends Place {
  readonly location: Location
  readonly country: string
}

let cells: readonly Cell[] | undefined

/** All cells, country by country; read when they are first asked for. */
export function landCells(): readonly Cell[] {
  // The file is ours, and a test reads it whole: hence no check of its shape here.
  cells ??= Object.entries(JSON.parse(readFileSync(FILE, 'utf8')) as Written).flatMap(([country, places]) => {
    const continent = countryOf(country)?.continent
    return places.map(([latitude, longitude]) => ({
      country,
      ...(continent === undefined ? {} : { continent }),
      location: { latitude, longitude },
    }))
  })
  return cells
}
