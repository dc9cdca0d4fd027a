import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { COUNTRIES, countryOf } from '../../../src/control-plane/geo/countries.js'
import { kilometres } from '../../../src/control-plane/geo/distance.js'

test('the table has the 249 countries of ISO 3166-1, and Kosovo', () => {
  expect(COUNTRIES.size).toBe(250)
  expect(countryOf('XK')).toMatchObject({ name: 'Kosovo', continent: 'EU' })
})

test('every country has a name, a continent and a point on the globe', () => {
  for (const [code, { name, continent, location }] of COUNTRIES) {
    expect(code).toMatch(/^[A-Z]{2}$/)
    expect(name).not.toBe('')
    expect(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']).toContain(continent)
    expect(Math.abs(location.latitude)).toBeLessThanOrEqual(90)
    expect(Math.abs(location.longitude)).toBeLessThanOrEqual(180)
  }
})

test('there are as many people as the world had in 2018, and nobody is counted for two countries', () => {
  const people = (...codes: readonly string[]) => codes.reduce((sum, code) => sum + countryOf(code)!.population, 0)
  expect(people(...COUNTRIES.keys()) / 1e9).toBeCloseTo(7.6, 1)
  for (const { population } of COUNTRIES.values()) expect(Number.isInteger(population)).toBe(true)
  expect(people('GB') / 1e6).toBeCloseTo(66.5, 0)
  expect(people('FR', 'GF', 'GP', 'MQ', 'RE', 'YT') / 1e6).toBeCloseTo(67, 0)
  expect(people('BV', 'HM', 'IO', 'TF')).toBe(0)
})

describe('the point of a country is near its people, not in the middle of overseas parts or empty land', () => {
  test.each([
    // country, near, at most km
    ['US', { latitude: 38.6, longitude: -90.2 }, 500],
    ['RU', { latitude: 55.8, longitude: 37.6 }, 500],
    ['CA', { latitude: 43.7, longitude: -79.4 }, 500],
    ['AU', { latitude: -33.9, longitude: 151.2 }, 400],
    ['FR', { latitude: 48.9, longitude: 2.4 }, 400],
    ['NO', { latitude: 59.9, longitude: 10.8 }, 300],
    ['NL', { latitude: 52.4, longitude: 4.9 }, 100],
    ['PT', { latitude: 38.7, longitude: -9.1 }, 250],
    ['ES', { latitude: 40.4, longitude: -3.7 }, 100],
    ['CL', { latitude: -33.4, longitude: -70.7 }, 200],
    ['EC', { latitude: -0.2, longitude: -78.5 }, 250],
    ['NZ', { latitude: -36.8, longitude: 174.8 }, 200],
    ['FJ', { latitude: -18.1, longitude: 178.4 }, 100],
    ['KI', { latitude: 1.4, longitude: 173.0 }, 50],
    ['TW', { latitude: 25.0, longitude: 121.6 }, 200],
    ['RE', { latitude: -21.1, longitude: 55.5 }, 50],
  ])('%s', (code, near, most) => {
    expect(kilometres(countryOf(code)!.location, near)).toBeLessThan(most)
  })
})

test('a code that no country has, has no country', () => {
  expect(countryOf('QQ')).toBeUndefined()
  expect(countryOf('constructor')).toBeUndefined()
})

test('the file is what its script derives', () => {
  expect(execFileSync(process.execPath, ['scripts/make-countries.mjs', '--check'], { encoding: 'utf8' })).toBe('')
})
