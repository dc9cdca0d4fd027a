import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EVERY_ONE, SampleRhythm } from '../../src/data-plane/sample-rhythm.js'

const SECOND = 1000

/** Lets so many queries come in a second. @returns the weights of those that were samples */
function ask(rhythm: SampleRhythm, second: number, queries: number): readonly number[] {
  const weights: number[] = []
  for (let i = 0; i < queries; i++) {
    rhythm.setTime(second * SECOND + Math.floor((i * SECOND) / queries))
    if (!rhythm.due()) continue
    weights.push(rhythm.weight)
    rhythm.taken()
  }
  return weights
}

const sum = (weights: readonly number[]): number => weights.reduce((all, weight) => all + weight, 0)

test('while there are few, each query is a sample, and stands for itself', () => {
  const rhythm = new SampleRhythm(100, 7)
  for (let second = 1; second < 20; second++) expect(ask(rhythm, second, EVERY_ONE)).toEqual(Array(EVERY_ONE).fill(1))
})

test('of very many it is one in as many as was said', () => {
  const rhythm = new SampleRhythm(100, 7)
  ask(rhythm, 1, 200_000)
  const samples = ask(rhythm, 2, 200_000)
  expect(samples.length).toBeGreaterThan(1800)
  expect(samples.length).toBeLessThan(2200)
})

test('a burst is thinned before its second is over', () => {
  expect(ask(new SampleRhythm(100, 7), 1, 100_000).length).toBeLessThan(1800)
})

test('after a burst each query is a sample again', () => {
  const rhythm = new SampleRhythm(1000, 7)
  ask(rhythm, 1, 1_000_000)
  expect(ask(rhythm, 2, 1).length).toBeLessThanOrEqual(1)
  expect(ask(rhythm, 4, 10)).toEqual(Array(10).fill(1))
})

test('one in one is every query, however many there are', () => {
  expect(ask(new SampleRhythm(1, 7), 1, 50_000).length).toBe(50_000)
})

test('samples stand for as many queries as there were, within a few percent', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.integer({ min: 2, max: 200 }),
      fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 10, maxLength: 20 }),
      (seed, oneIn, seconds) => {
        const rhythm = new SampleRhythm(oneIn, seed)
        const stood = sum(seconds.flatMap((queries, i) => ask(rhythm, 10 + i, queries)))
        const all = sum(seconds)
        // Their deviation is about a step times the root of how many there are.
        expect(Math.abs(stood - all)).toBeLessThan(5 * oneIn * Math.sqrt(all / oneIn + 10) + 0.02 * all)
      },
    ),
    { numRuns: 50 },
  )
})

test('a rhythm of queries is not met by one of samples', () => {
  const rhythm = new SampleRhythm(64, 3)
  let hits = 0
  let samples = 0
  for (let i = 0; i < 640_000; i++) {
    if (i % 64_000 === 0) rhythm.setTime(i)
    if (!rhythm.due()) continue
    samples++
    if (i % 64 === 0) hits++
    rhythm.taken()
  }
  expect(hits / samples).toBeLessThan(0.03)
})
