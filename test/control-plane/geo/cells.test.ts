import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { landCells } from '../../../src/control-plane/geo/cells.js'
import { COUNTRIES } from '../../../src/control-plane/geo/countries.js'

test('the cells are what the script derives from the shapes of the countries', () => {
  expect(execFileSync(process.execPath, ['scripts/make-cells.mjs', '--check'], { encoding: 'utf8' })).toBe('')
})

test('every cell lies on the earth, in a country that the table knows', () => {
  expect(landCells().length).toBeGreaterThan(1500)
  for (const { country, continent, location } of landCells()) {
    expect(COUNTRIES.get(country)?.continent).toBe(continent)
    expect(Math.abs(location.latitude)).toBeLessThanOrEqual(90)
    expect(Math.abs(location.longitude)).toBeLessThanOrEqual(180)
  }
})

test.each([
  ['DE', 47, 55, 5, 15],
  ['JP', 30, 46, 129, 146],
  ['BR', -34, 6, -74, -34],
])('cells of %s lie between %d and %d degrees north, %d and %d east', (code, south, north, west, east) => {
  const own = landCells().filter(({ country }) => country === code)
  expect(own.length).toBeGreaterThan(0)
  for (const { location } of own) {
    expect(location.latitude).toBeGreaterThan(south)
    expect(location.latitude).toBeLessThan(north)
    expect(location.longitude).toBeGreaterThan(west)
    expect(location.longitude).toBeLessThan(east)
  }
})
