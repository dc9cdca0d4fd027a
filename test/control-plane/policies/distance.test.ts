import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import type { Candidate, Question, Ranking } from '../../../src/control-plane/policies/policy.js'
import type { Location } from '../../../src/control-plane/traffic/document/region.js'
import { run } from './run.js'

const region = (id: string, latitude?: number, longitude?: number): Candidate => ({
  id,
  weight: 100,
  ...(latitude !== undefined && longitude !== undefined && { location: { latitude, longitude } }),
})
const rank = (question: Question): Ranking => run({ step: 'distance' }, question)
const ids = (ranking: Ranking): string[][] => ranking.map(tier => tier.map(({ id }) => id))

const virginia = region('virginia', 38.95, -77.45)
const oregon = region('oregon', 45.84, -119.7)
const frankfurt = region('frankfurt', 50.11, 8.68)
const tokyo = region('tokyo', 35.68, 139.69)
const singapore = region('singapore', 1.35, 103.82)
const fiji = region('fiji', -17.8, 178)
const nowhere = region('nowhere')
const lost = region('lost')

const all = [virginia, oregon, frankfurt, tokyo, singapore]

test.each([
  // where, client, ranking
  ['Berlin', [52.52, 13.4], ['frankfurt', 'virginia', 'oregon', 'tokyo', 'singapore']],
  ['Osaka', [34.69, 135.5], ['tokyo', 'singapore', 'oregon', 'frankfurt', 'virginia']],
  ['Jakarta', [-6.2, 106.8], ['singapore', 'tokyo', 'frankfurt', 'oregon', 'virginia']],
  ['Denver', [39.74, -104.99], ['oregon', 'virginia', 'frankfurt', 'tokyo', 'singapore']],
  ['Charlottesville', [38.03, -78.48], ['virginia', 'oregon', 'frankfurt', 'tokyo', 'singapore']],
] as const)('a client in %s gets the nearest region first', (_, [latitude, longitude], order) => {
  const ranking = rank({ tiers: [all], client: { location: { latitude, longitude } } })
  expect(ids(ranking)).toEqual(order.map(id => [id]))
})

test('the way across the antimeridian is seen', () => {
  const samoa = { location: { latitude: -13.8, longitude: -172 } }
  expect(ids(rank({ tiers: [[tokyo, oregon, fiji]], client: samoa }))[0]).toEqual(['fiji'])
})

test('regions at one place stay equals, also under two names of the place', () => {
  const client = { location: { latitude: 0, longitude: 0 } }
  const east = region('east', 0, 180)
  const west = region('west', 0, -180)
  const twin = { ...frankfurt, id: 'twin', weight: 1 }
  expect(ids(rank({ tiers: [[east, frankfurt, west, twin]], client }))).toEqual([
    ['frankfurt', 'twin'],
    ['east', 'west'],
  ])
})

test('different places that are equally far come in the order of the document', () => {
  const client = { location: { latitude: 0, longitude: 0 } }
  const [east, west] = [region('east', 0, 90), region('west', 0, -90)]
  expect(ids(rank({ tiers: [[east, west]], client }))).toEqual([['east'], ['west']])
  expect(ids(rank({ tiers: [[west, east]], client }))).toEqual([['west'], ['east']])
})

test('regions without a location come last, as one tier', () => {
  const client = { location: { latitude: 52.52, longitude: 13.4 } }
  expect(ids(rank({ tiers: [[nowhere, tokyo, lost, frankfurt]], client }))).toEqual([
    ['frankfurt'],
    ['tokyo'],
    ['nowhere', 'lost'],
  ])
  expect(ids(rank({ tiers: [[nowhere, lost]], client }))).toEqual([['nowhere', 'lost']])
})

test.each([{}, { country: 'QQ' }])('a client without a location (%o) gets the order of the document', client => {
  expect(ids(rank({ tiers: [[nowhere, ...all]], client }))).toEqual(
    ['nowhere', 'virginia', 'oregon', 'frankfurt', 'tokyo', 'singapore'].map(id => [id]),
  )
})

test('what the steps before decided stands: each tier is split in its place', () => {
  const tiers = [[singapore, tokyo], [frankfurt], [nowhere, oregon, virginia]]
  const client = { location: { latitude: 38.03, longitude: -78.48 } }
  expect(ids(rank({ tiers, client }))).toEqual([
    ['tokyo'],
    ['singapore'],
    ['frankfurt'],
    ['virginia'],
    ['oregon'],
    ['nowhere'],
  ])
})

test('no region is invented, dropped or repeated, and nearer ones come first', () => {
  const location = fc.record({
    // On a grid, so that some share a place.
    latitude: fc.integer({ min: -9, max: 9 }).map(i => i * 10),
    longitude: fc.integer({ min: -18, max: 18 }).map(i => i * 10),
  })
  const candidates = fc.array(fc.option(location, { nil: undefined }), { minLength: 1 })
  fc.assert(
    fc.property(candidates, location, (locations, client: Location) => {
      const tier = locations.map((at, i) => region(String(i), at?.latitude, at?.longitude))
      const ranking = rank({ tiers: [tier], client: { location: client } })
      expect(ids(ranking).flat().sort()).toEqual(tier.map(({ id }) => id).sort())
      expect(ranking.every(({ length }) => length > 0)).toBe(true)
      const km = ranking.map(([first]) => (first?.location === undefined ? 1e6 : kilometres(first.location, client)))
      for (let i = 1; i < km.length; i++) expect(km[i]!).toBeGreaterThan(km[i - 1]! - 0.5)
    }),
  )
})

test.each([
  // bias of Frankfurt, which is nearest to Berlin by 424 km to 6,700 km and more
  [0, 'frankfurt'],
  [-90, 'frankfurt'],
  [99, 'frankfurt'],
])('a bias of %d leaves a region first that is nearer by far', (bias, first) => {
  const client = { location: { latitude: 52.52, longitude: 13.4 } }
  expect(ids(run({ step: 'distance', bias: { frankfurt: bias } }, { tiers: [all], client }))[0]).toEqual([first])
})

test.each([
  // bias of Oregon, first: from Denver it is 1,370 km to Oregon and 2,380 km to Virginia
  [0, 'oregon'],
  [-35, 'oregon'],
  [-80, 'virginia'],
  [-99, 'virginia'],
])(
  'with a bias of %d on Oregon the client in Denver goes to %s: its distance is divided by 1 + bias/100',
  (bias, first) => {
    const client = { location: { latitude: 39.74, longitude: -104.99 } }
    const [oregonKm, virginiaKm] = [oregon, virginia].map(({ location }) => kilometres(location!, client.location))
    expect(oregonKm! / (1 + bias / 100) < virginiaKm!).toBe(first === 'oregon')
    expect(ids(run({ step: 'distance', bias: { oregon: bias } }, { tiers: [all], client }))[0]).toEqual([first])
  },
)

test.each([
  // bias of Virginia, first: from Denver it is 2,380 km to Virginia and 1,370 km to Oregon
  [0, 'oregon'],
  [40, 'oregon'],
  [45, 'virginia'],
  [99, 'virginia'],
])(
  'with a bias of %d on Virginia the client in Denver goes to %s: its distance counts 1 − bias/100 times',
  (bias, first) => {
    const client = { location: { latitude: 39.74, longitude: -104.99 } }
    const [oregonKm, virginiaKm] = [oregon, virginia].map(({ location }) => kilometres(location!, client.location))
    expect(virginiaKm! * (1 - bias / 100) < oregonKm!).toBe(first === 'virginia')
    expect(ids(run({ step: 'distance', bias: { virginia: bias } }, { tiers: [all], client }))[0]).toEqual([first])
  },
)

test('at both ends a bias is a hundred times the distance, or a hundredth of it, and no more', () => {
  const client = { location: { latitude: 0, longitude: 0 } }
  const order = (near: number, far: number, bias: Readonly<Record<string, number>>) =>
    ids(run({ step: 'distance', bias }, { tiers: [[region('near', 0, near), region('far', 0, far)]], client })).flat()
  expect(order(1, 99, { far: 99 })).toEqual(['far', 'near'])
  expect(order(1, 101, { far: 99 })).toEqual(['near', 'far'])
  expect(order(1, 99, { near: -99 })).toEqual(['far', 'near'])
  expect(order(1, 101, { near: -99 })).toEqual(['near', 'far'])
})

test('a bias by tag is that of all regions with the tag; regions at one place with different biases are no equals', () => {
  const client = { location: { latitude: 0, longitude: 0 } }
  const twin = { ...frankfurt, id: 'twin', tags: ['cheap'] }
  const ranked = run({ step: 'distance', bias: { cheap: 10 } }, { tiers: [[frankfurt, twin]], client })
  expect(ids(ranked)).toEqual([['twin'], ['frankfurt']])
})
