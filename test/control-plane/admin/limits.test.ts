import { expect, test } from 'vitest'
import { Guesses } from '../../../src/control-plane/admin/guesses.js'
import { type Bucket, Rates, take } from '../../../src/control-plane/admin/rate.js'

test.each<[string, Bucket | undefined, number, number | 'taken']>([
  ['the first call is taken', undefined, 0, 'taken'],
  ['the last of a minute is taken', { left: 1, at: 0 }, 0, 'taken'],
  ['one more waits until there is room', { left: 0, at: 0 }, 0, 1],
  ['half of the way it waits half as long', { left: 0.5, at: 0 }, 0, 1],
  ['it fills with time', { left: 0, at: 0 }, 600, 'taken'],
  ['it fills no more than a minute holds', { left: 100, at: 0 }, 1e9, 'taken'],
  ['a clock that was set back fills nothing', { left: 0, at: 60_000 }, 0, 1],
])('of 100 calls a minute, %s', (_, bucket, now, outcome) => {
  const taken = take(bucket, 100, now)
  expect(taken.kind === 'taken' ? 'taken' : taken.wait).toBe(outcome)
  if (taken.kind === 'taken') expect(taken.bucket.left).toBeLessThan(100)
})

test('callers do not take from each other, and 0 is no limit', () => {
  const rates = new Rates(1)
  expect([rates.waitOf('a', 0), rates.waitOf('a', 0), rates.waitOf('b', 0)]).toEqual([undefined, 60, undefined])
  const free = new Rates(0)
  expect([free.waitOf('a', 0), free.waitOf('a', 0)]).toEqual([undefined, undefined])
})

test('an address that shows too many wrong tokens is locked out for a while, and no other', () => {
  const guesses = new Guesses({ most: 3, lockMs: 10_000 })
  expect([guesses.wrong('x', 0), guesses.wrong('x', 1), guesses.lockedFor('x', 1)]).toEqual([false, false, 0])
  expect(guesses.wrong('x', 2)).toBe(true)
  expect(guesses.lockedFor('x', 2)).toBe(10)
  expect(guesses.lockedFor('y', 2)).toBe(0)
  expect(guesses.lockedFor('x', 10_002)).toBe(0)
  expect(guesses.wrong('x', 10_003)).toBe(false)
})

test('wrong tokens that come slowly lock nobody out', () => {
  const guesses = new Guesses({ most: 3, lockMs: 10_000 })
  for (let minute = 0; minute < 10; minute++) {
    expect(guesses.wrong('x', minute * 60_000)).toBe(false)
    expect(guesses.wrong('x', minute * 60_000 + 1)).toBe(false)
  }
})

test('whoever was let in is known there, and only there', () => {
  const guesses = new Guesses({ most: 3, lockMs: 10_000 })
  guesses.right('x', '1')
  expect([guesses.knows('x', '1'), guesses.knows('y', '1'), guesses.knows('x', '2')]).toEqual([true, false, false])
})

test('a million guessers take no more room than ten thousand', () => {
  const guesses = new Guesses({ most: 3, lockMs: 10_000 })
  for (let i = 0; i < 20_000; i++) guesses.wrong(`${i}`, 0)
  expect(guesses.wrong('0', 0)).toBe(false)
  expect(guesses.wrong('0', 0)).toBe(false)
})
