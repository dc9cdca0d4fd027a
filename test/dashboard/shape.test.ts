import { expect, test } from 'vitest'
import { TRAFFIC_SCHEMA } from '../../src/control-plane/traffic/schema.js'
import type { Schema } from '../../src/dashboard/completion.js'
import { mergePatch } from '../../src/dashboard/merge-patch.js'
import { schemaOf as schemaOfThing } from '../../src/dashboard/sections.js'
import {
  chosen,
  moved,
  numbersFrom,
  otherWay,
  scalarFrom,
  shapeOf,
  withKey,
  wordsFrom,
  wordsIn,
} from '../../src/dashboard/shape.js'
import { readSteps, stepInWords, stepKinds, writeSteps } from '../../src/dashboard/steps.js'

const SCHEMA = TRAFFIC_SCHEMA as unknown as Schema // what the build writes down
const KINDS = stepKinds(SCHEMA)
const schemaOf = (word: string): Schema => KINDS.find(kind => kind.word === word)!.schema

test.each([
  ['distance', 'map'],
  ['fence', 'map'],
  ['order', 'nothing'],
  ['prefer', 'words'],
  ['tier', 'rows'],
  ['groups', 'rows'],
  ['weight', 'table'],
  ['take', 'text'],
] as const)('the step %s is filled in as %s', (word, kind) => {
  expect(shapeOf(chosen(schemaOf(word), undefined)).kind).toBe(kind)
})

test('a choice is on the side that its value is on', () => {
  const trickle = schemaOf('trickle')
  expect(shapeOf(chosen(trickle, '5%')).kind).toBe('text')
  expect(shapeOf(chosen(trickle, { share: '5%' })).kind).toBe('map')
})

test('no option of any step has to be written as JSON, but for rules and the steps of a group', () => {
  const raw: string[] = []
  const look = (schema: Schema, path: string): void => {
    for (const value of [undefined, {}]) {
      const shape = shapeOf(chosen(schema, value))
      if (shape.kind === 'json') raw.push(path)
      if (shape.kind === 'map')
        for (const [key, inner] of Object.entries(shape.properties)) look(inner, `${path}.${key}`)
      if (shape.kind === 'rows') look(shape.item, `${path}[]`)
      if (shape.kind === 'table') look(shape.entry, `${path}.*`)
    }
  }
  for (const { word, schema } of KINDS) look(schema, word)
  expect([...new Set(raw)]).toEqual(['groups[].steps'])
})

test.each([
  ['distance'],
  [{ latency: { within: '10ms' } }],
  [{ prefer: ['eu-central', 'us-east'] }],
  [{ take: 2 }],
  [{ trickle: '5%' }],
])('what is read of the step %j is written the same', step => {
  expect(writeSteps(readSteps([step]), KINDS)).toEqual([step])
})

test('a step whose options are gone is a word again, where it may be one', () => {
  expect(writeSteps([{ word: 'distance', options: {} }], KINDS)).toEqual(['distance'])
  expect(writeSteps([{ word: 'fence', options: undefined }], KINDS)).toEqual([{ fence: null }])
})

test('a step is told in a line', () => {
  expect(readSteps([{ fence: { by: 'country', clients: ['DE'] } }, 'distance', { take: 2 }]).map(stepInWords)).toEqual([
    'fence: by country; clients ["DE"]',
    'distance',
    'take: 2',
  ])
})

test('words are a lone word, a list, or nothing', () => {
  expect(wordsFrom(' a , b,', { type: ['string', 'array'] })).toEqual(['a', 'b'])
  expect(wordsFrom('a', { type: ['string', 'array'] })).toBe('a')
  expect(wordsFrom('a', { type: 'array' })).toEqual(['a'])
  expect(wordsFrom(' ', { type: 'array' })).toBeUndefined()
  expect([wordsIn(['a', 'b']), wordsIn('a'), wordsIn(undefined)]).toEqual(['a, b', 'a', ''])
})

test('a line is a number only where numbers are taken', () => {
  expect(scalarFrom('2', { type: ['integer', 'string'] })).toBe(2)
  expect(scalarFrom('all', { type: ['integer', 'string'] })).toBe('all')
  expect(scalarFrom('2', { type: 'string' })).toBe('2')
  expect(scalarFrom('', { type: 'string' })).toBeUndefined()
})

test('a key is set in its place, and goes with its value', () => {
  expect(Object.entries(withKey({ a: 1, b: 2 }, 'a', 3))).toEqual([
    ['a', 3],
    ['b', 2],
  ])
  expect(withKey({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 })
})

test('what is moved stays in the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 5)).toEqual(['a', 'b', 'c'])
})

test('a check has the fields of its type, and no plainer way to be written', () => {
  const check = schemaOfThing(SCHEMA, 'checks')!
  const fields = (type: string) => Object.keys(chosen(check, { type }).properties ?? {})
  expect(fields('http')).toContain('path')
  expect(fields('tcp')).not.toContain('path')
  expect(fields('calculated')).not.toContain('port')
  expect([otherWay(check, { type: 'tcp' }), otherWay(check, undefined)]).toEqual([undefined, undefined])
})

test('a place is two numbers, and signatures are a tick or a map', () => {
  const region = schemaOfThing(SCHEMA, 'regions')!
  expect(shapeOf(region.properties!['location']!).kind).toBe('numbers')
  const dnssec = schemaOfThing(SCHEMA, 'zones')!.properties!['dnssec']!
  expect([shapeOf(chosen(dnssec, undefined)).kind, otherWay(dnssec, undefined)]).toEqual(['tick', 'map'])
  expect([shapeOf(chosen(dnssec, {})).kind, otherWay(dnssec, {})]).toEqual(['map', 'plain'])
})

test.each([
  ['50.11, 8.68', [50.11, 8.68]],
  ['50.11, east', [50.11, 'east']],
  [' ', undefined],
])('the numbers in "%s" are %j', (text, numbers) => {
  expect(numbersFrom(text)).toEqual(numbers)
})

test.each([
  [{ a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
  [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
  [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }],
  [{ a: [1, 2] }, { a: [2] }, { a: [2] }],
  [undefined, { a: 1 }, { a: 1 }],
  [{ a: 1 }, undefined, null],
])('from %j to %j the patch is %j', (before, after, patch) => {
  expect(mergePatch(before, after)).toEqual(patch)
})
