import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Completion, completionsAt, type Schema } from '../../src/dashboard/completion.js'

const SCHEMA = JSON.parse(readFileSync(new URL('../../config/traffic.schema.json', import.meta.url), 'utf8')) as Schema

/** Of a text in which `|` is the cursor. */
function at(text: string): Completion {
  const before = text.slice(0, text.indexOf('|')).split('\n')
  return completionsAt(SCHEMA, text.replace('|', '').split('\n'), before.length - 1, before.at(-1)!.length)
}
const texts = (text: string): readonly string[] => at(text).options.map(({ text }) => text)

test('at the left edge stand the sections of the document', () => {
  expect(texts('|')).toEqual(expect.arrayContaining(['checks: ', 'regions: ', 'policies: ', 'zones: ']))
  expect(texts('reg|')).toEqual(['regions: '])
  expect(at('reg|').typed).toBe(3)
})

test('within a region stand its keys, and each says what it means', () => {
  const { options } = at('regions:\n  eu:\n    location: [50, 8]\n    |')
  expect(options.map(({ text }) => text)).toEqual(expect.arrayContaining(['addresses: ', 'checks: ', 'weight: ']))
  expect(options.find(({ text }) => text === 'weight: ')?.means).toMatch(/\w+ \w+/)
})

test('keys are told for the depth at which the cursor is, and not for what stands above it', () => {
  expect(texts('regions:\n  eu:\n    weight: 1\nz|')).toEqual(['zones: '])
})

test('lines without meaning and comments in between change nothing', () => {
  expect(texts('checks:\n  api:\n    # every ten seconds\n\n    ty|')).toEqual(['type: '])
})

test('values of which there are few are told', () => {
  expect(texts('checks:\n  api:\n    type: ht|')).toEqual(['http', 'https'])
  expect(texts('regions:\n  eu:\n    enabled: |')).toEqual(['true', 'false'])
})

test('within braces of one line it is the same', () => {
  expect(texts('checks:\n  api: { ty|')).toEqual(['type: '])
  expect(texts('checks:\n  api: { type: ht|')).toEqual(['http', 'https'])
  expect(texts('checks:\n  api: { type: http, port: 8080, in|')).toEqual(expect.arrayContaining(['interval: ']))
  expect(texts('zones:\n  example.com:\n    records:\n      api: { steer: nearest, ttl: { m|')).toEqual(
    expect.arrayContaining(['max: ', 'min: ']),
  )
})

test('within the items of a list it is the same', () => {
  const above = 'zones:\n  example.com:\n    records:\n      "@":\n'
  expect(texts(`${above}        - ty|`)).toEqual(['type: '])
  expect(texts(`${above}        - type: MX\n          da|`)).toEqual(['data: '])
  expect(texts(`${above}      - ty|`)).toEqual(['type: '])
})

test('in a comment, and below what the schema does not know, nothing is told', () => {
  expect(texts('regions: # re|')).toEqual([])
  expect(texts('nonsense:\n  |')).toEqual([])
})

test('no place of the example document makes it fail', () => {
  const lines = readFileSync(new URL('../../config/traffic.yaml', import.meta.url), 'utf8').split('\n')
  let told = 0
  for (const [row, line] of lines.entries())
    for (let column = 0; column <= line.length; column++)
      told += completionsAt(SCHEMA, lines, row, column).options.length
  expect(told).toBeGreaterThan(1000)
})
