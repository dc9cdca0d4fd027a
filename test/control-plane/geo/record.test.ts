import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GeoDatabaseError } from '../../../src/control-plane/geo/database-error.js'
import type { Value, Wanted } from '../../../src/control-plane/geo/record.js'
import { recordReader } from '../../../src/control-plane/geo/record.js'
import { encodeValue } from './mmdb-value.js'

const read = (bytes: readonly number[], wanted: Wanted = {}, offset = 0): Value =>
  recordReader(Buffer.from(bytes), 'a.mmdb')(offset, wanted)

test.each([
  // what, bytes, value
  ['an empty string', [0x40], ''],
  ['a string', [0x43, 0x61, 0xc3, 0xa9], 'aé'],
  ['a string of 29 bytes', [0x5d, 0, ...Array<number>(29).fill(0x61)], 'a'.repeat(29)],
  ['a string of 300 bytes', [0x5e, 0, 15, ...Array<number>(300).fill(0x61)], 'a'.repeat(300)],
  ['a string of 70,000 bytes', [0x5f, 0, 0x10, 0x53, ...Array<number>(70_000).fill(0x61)], 'a'.repeat(70_000)],
  ['a double', [0x68, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
  ['a float', [0x04, 0x08, 0x3f, 0xc0, 0, 0], 1.5],
  ['a uint16 without bytes', [0xa0], 0],
  ['a uint16', [0xa2, 1, 2], 258],
  ['a uint32', [0xc4, 0xff, 0xff, 0xff, 0xff], 4_294_967_295],
  ['a short int32', [0x02, 0x01, 1, 0], 256],
  ['a negative int32', [0x04, 0x01, 0xff, 0xff, 0xff, 0xfe], -2],
  ['a uint64', [0x05, 0x02, 1, 0, 0, 0, 0], 4_294_967_296],
  ['true', [0x01, 0x07], true],
  ['false', [0x00, 0x07], false],
  ['bytes, which no place is made of', [0x82, 1, 2], undefined],
])('%s is read', (_, bytes, value) => {
  expect(read(bytes)).toBe(value)
})

test.each([
  ['11 bits', [0x20, 2, 0x41, 0x62]],
  ['19 bits', [0x28, 0, 0, ...Array<number>(2048 - 3).fill(0), 0x41, 0x62]],
  ['27 bits', [0x30, 0, 0, 0, ...Array<number>(526_336 - 4).fill(0), 0x41, 0x62]],
  ['32 bits', [0x38, 0, 0, 0, 5, 0x41, 0x62]],
])('a pointer of %s is followed', (_, bytes) => {
  expect(read(bytes)).toBe('b')
})

test('only what is wanted is built; the rest is stepped over', () => {
  const bytes: number[] = []
  const record = {
    names: { en: 'x', de: ['y', { z: 1 }] },
    country: { iso_code: 'DE', id: 7 },
    list: ['a', { b: 'c' }],
  }
  const offset = encodeValue(record, bytes, new Map())
  expect(read(bytes, { country: { iso_code: {} }, list: { 1: { b: {} } }, absent: {} }, offset)).toEqual({
    country: { iso_code: 'DE' },
    list: { 1: { b: 'c' } },
  })
})

test('keys that are pointers are read, also where the same key was read in its own place', () => {
  const bytes: number[] = []
  const strings = new Map<string, number>()
  const first = encodeValue({ country_code: 'DE' }, bytes, strings)
  const second = encodeValue({ country_code: 'FR' }, bytes, strings)
  const reader = recordReader(Buffer.from(bytes), 'a.mmdb')
  const wanted = { country_code: {} }
  expect([first, second, first].map(offset => reader(offset, wanted))).toEqual([
    { country_code: 'DE' },
    { country_code: 'FR' },
    { country_code: 'DE' },
  ])
})

test('a key named like a part of every object is not mistaken for one', () => {
  const bytes: number[] = []
  encodeValue({ constructor: 'x', toString: 'y' }, bytes, new Map())
  expect(read(bytes, { a: {} })).toEqual({})
})

describe('damage is told, not followed', () => {
  test.each([
    ['an offset beyond the end', [0x40], 9, 'runs past the end'],
    ['a string that is cut short', [0x45, 0x61], 0, 'runs past the end'],
    ['a size that is cut short', [0x5e, 0], 0, 'runs past the end'],
    ['a pointer beyond the end', [0x27, 0xff], 0, 'runs past the end'],
    ['a pointer to itself', [0x20, 0], 0, 'pointers that lead to pointers'],
    ['a map of sixteen million pairs', [0xff, 0xff, 0xff, 0xff], 0, 'runs past the end'],
    ['a map with a number for a key', [0xe1, 0xa0, 0xa0], 0, 'a key that is no string'],
    ['a double of three bytes', [0x63, 1, 2, 3], 0, 'not 8 bytes long'],
    ['a float of five bytes', [0x05, 0x08, 1, 2, 3, 4, 5], 0, 'not 4 bytes long'],
    ['an int32 of five bytes', [0x05, 0x01, 1, 2, 3, 4, 5], 0, 'an integer that is too long'],
    ['an integer of twenty bytes', [0xb4, ...Array<number>(20).fill(1)], 0, 'an integer that is too long'],
    ['an unknown type', [0x00, 0x20], 0, 'the unknown type 39'],
    ['an end marker', [0x00, 0x06], 0, 'the unknown type 13'],
  ])('%s', (_, bytes, offset, message) => {
    expect(() => read(bytes, { a: {} }, offset)).toThrow(GeoDatabaseError)
    expect(() => read(bytes, { a: {} }, offset)).toThrow(message)
  })

  test('a hundred thousand arrays in one another do not fill the stack', () => {
    const nested = Array.from({ length: 100_000 }, () => [0x01, 0x04]).flat()
    expect(() => read([0xe1, 0x41, 0x62, ...nested], { a: {} })).toThrow('runs past the end')
  })

  test('a map that holds itself is read as deep as it is wanted', () => {
    expect(read([0xe1, 0x41, 0x61, 0x20, 0], { a: { a: {} } })).toEqual({ a: { a: {} } })
  })

  test('any bytes give a value or a GeoDatabaseError', () => {
    const wanted = { a: { a: {}, 0: {} }, 0: { a: {} } }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        try {
          read([...bytes], wanted)
        } catch (error) {
          expect(error).toBeInstanceOf(GeoDatabaseError)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})

const wantAll = (value: unknown): Wanted =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wantAll(item)]))
    : {}
// Arrays come out as objects with the indices for keys.
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
    : value

// Nobody wants a part of this name; to want it would be to set a prototype.
const key = fc.string().filter(text => text !== '__proto__')

test('what the writer of the tests writes is read back', () => {
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
    leaf: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, min: 0.1, max: 0.9 }),
    ),
  }))
  fc.assert(
    fc.property(tree, value => {
      const bytes: number[] = []
      const offset = encodeValue(value, bytes, new Map())
      expect(read(bytes, wantAll(value), offset)).toEqual(plain(value))
    }),
    { numRuns: 500 },
  )
})
