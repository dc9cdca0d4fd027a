import { describe, expect, test } from 'vitest'
import { countryOf } from '../../../src/control-plane/geo/countries.js'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import { modelled } from '../../../src/control-plane/geo/latency-model.js'
import { PlacedPopulation, placePopulation } from '../../../src/control-plane/operate/population.js'
import { simulate } from '../../../src/control-plane/operate/simulate.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { makeWorld, parse } from './world.js'

const DOCUMENT = `
regions:
  ap: { location: [35.68, 139.69], addresses: [192.0.2.4] }
  eu: { location: [50.11, 8.68], addresses: [192.0.2.3] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest }
      twin: { steer: nearest }
`
const TOKYO = { latitude: 35.69, longitude: 139.69 }
const BERLIN = { latitude: 52.52, longitude: 13.41 }
const japan = (prefix: string) => ({ prefix, record: { country: { iso_code: 'JP' }, location: TOKYO } })
const germany = (prefix: string) => ({ prefix, record: { country: { iso_code: 'DE' }, location: BERLIN } })
const monaco = (prefix: string) => ({ prefix, record: { country: { iso_code: 'MC' } } })

// Germany has one address where Japan has thousands, and none of IPv6.
const ENTRIES = [
  japan('20.0.0.0/8'),
  japan('21.0.0.0/8'),
  germany('22.0.0.0/20'),
  germany('22.0.16.0/22'),
  monaco('22.0.32.0/24'),
  japan('2400:4000::/22'),
]
const JAPAN = countryOf('JP')!.population
const GERMANY = countryOf('DE')!.population
const MONACO = countryOf('MC')!.population
const ALL = JAPAN + GERMANY + MONACO

async function world(entries: Parameters<typeof makeWorld>[1] = ENTRIES) {
  const { publisher, sources } = await makeWorld(parse(DOCUMENT), entries)
  return { published: publisher.current()!, locate: sources().locate }
}

const without = (state: RegionState): RegionState => (state.id === 'eu' ? { ...state, enabled: false } : state)

describe('over population', () => {
  async function told() {
    const { published, locate } = await world()
    const population = await placePopulation(locate)
    const rates = { ap: 50, eu: 50 }
    return simulate(published, { regions: without }, { over: 'population', population, rates }, locate)
  }

  test('the share of a name that moves is that of the people of the countries that do', async () => {
    const { over, names } = await told()
    expect(over).toBe('population')
    for (const { before, moves } of names) {
      expect(before).toEqual({ ap: expect.closeTo(JAPAN / ALL), eu: expect.closeTo((GERMANY + MONACO) / ALL) })
      expect(moves).toEqual([{ from: 'eu', to: 'ap', share: expect.closeTo((GERMANY + MONACO) / ALL) }])
    }
    expect(names).toHaveLength(2)
  })

  test('what a region is asked goes along with its clients', async () => {
    expect((await told()).load).toMatchObject({ ap: { expected: expect.closeTo(100) }, eu: { now: 50, expected: 0 } })
  })

  test('clients wait as their people do, in the mean and for 95 of 100', async () => {
    const { latency, names } = await told()
    const wait = (from: typeof BERLIN, [latitude, longitude]: readonly [number, number]) =>
      modelled(kilometres(from, { latitude, longitude }))
    const ap = [35.68, 139.69] as const
    const eu = [50.11, 8.68] as const
    const mean = (to: typeof ap | typeof eu) =>
      (JAPAN * wait(TOKYO, ap) + GERMANY * wait(BERLIN, to) + MONACO * wait(countryOf('MC')!.location, to)) / ALL
    expect(latency!.before!.meanMs).toBeCloseTo(mean(eu), 1)
    expect(latency!.after!.meanMs).toBeCloseTo(mean(ap), 1)
    expect(latency!.after!.p95Ms).toBeCloseTo(wait(BERLIN, ap), -1)
    expect(names[0]!.latency).toEqual(latency)
  })

  test('countries that have people and no address are told, most people first', async () => {
    const { unplaced } = await told()
    expect(unplaced!.slice(0, 3)).toEqual(['CN', 'IN', 'US'])
    for (const code of ['JP', 'DE', 'MC', 'BV']) expect(unplaced).not.toContain(code)
  })
})

test('the people of a country are even over its address space, in both families where it has both', async () => {
  const { networks } = await placePopulation((await world()).locate)
  const people = (is: (bytes: Uint8Array) => boolean) =>
    networks.filter(({ bytes }) => is(bytes)).reduce((sum, { weight }) => sum + weight, 0)
  expect(people(({ length }) => length === 16)).toBeCloseTo(JAPAN / 2, 0)
  expect(people(({ length, 0: first }) => length === 4 && first === 20)).toBeCloseTo(JAPAN / 4, -6)
  expect(people(({ length, 0: first }) => length === 4 && first === 21)).toBeCloseTo(JAPAN / 4, -6)
  expect(people(({ 0: first, 2: third }) => first === 22 && third! < 32)).toBeCloseTo(GERMANY, 0)
  expect(people(({ 0: first, 2: third }) => first === 22 && third === 32)).toBeCloseTo(MONACO, 0)
})

test('where no country is known nobody is placed', async () => {
  const { networks, unplaced } = await placePopulation(
    (await world([{ prefix: '20.0.0.0/8', record: { location: TOKYO } }])).locate,
  )
  expect(networks).toEqual([])
  expect(unplaced).toContain('JP')
  expect((await placePopulation(() => undefined)).networks).toEqual([])
})

test('people are placed once, and again for other databases or where it failed', async () => {
  const { locate } = await world()
  let [databases, read] = ['a', 0]
  const placed = new PlacedPopulation(
    async () => {
      if (++read === 2) throw new Error('the file is gone')
      return locate
    },
    () => databases,
  )
  expect(await placed.get()).toBe(await placed.get())
  databases = 'b'
  await expect(placed.get()).rejects.toThrow('the file is gone')
  expect((await placed.get()).networks.length).toBeGreaterThan(0)
  expect(read).toBe(3)
})
