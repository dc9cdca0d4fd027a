import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeavyKeys, together } from '../../../src/control-plane/operate/heavy.js'

/** Few keys come often, and many seldom, as names and clients do. */
const KEY = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }).map(i => `heavy-${i}`) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 5000 }).map(i => `light-${i}`) },
)
const STREAM = fc.array(fc.tuple(KEY, fc.integer({ min: 1, max: 100 })), { maxLength: 2000 })

function trueCounts(...streams: readonly (readonly (readonly [string, number])[])[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [key, weight] of streams.flat()) counts.set(key, (counts.get(key) ?? 0) + weight)
  return counts
}

function counted(stream: readonly (readonly [string, number])[], size: number): HeavyKeys {
  const heavy = new HeavyKeys(size)
  for (const [key, weight] of stream) heavy.add(key, weight)
  return heavy
}

test('no count is too small, and none is too large by more than its error', () => {
  fc.assert(
    fc.property(fc.array(STREAM, { minLength: 1, maxLength: 4 }), streams => {
      const truth = trueCounts(...streams)
      for (const { key, count, error } of together(streams.map(stream => counted(stream, 16)))) {
        expect(count).toBeGreaterThanOrEqual(truth.get(key)!)
        expect(count - error).toBeLessThanOrEqual(truth.get(key)!)
      }
    }),
  )
})

test('nor is one of what was counted apart and then added up', () => {
  fc.assert(
    fc.property(fc.array(STREAM, { minLength: 1, maxLength: 4 }), streams => {
      const truth = trueCounts(...streams)
      const all = new HeavyKeys(16)
      for (const stream of streams) all.addAll(counted(stream, 16))
      const held = new Map(together([all]).map(row => [row.key, row]))
      for (const [key, count] of truth) {
        const row = held.get(key) ?? { count: all.most, error: all.most }
        expect(row.count).toBeGreaterThanOrEqual(count)
        expect(row.count - row.error).toBeLessThanOrEqual(count)
      }
      expect(all.total).toBe([...truth.values()].reduce((sum, count) => sum + count, 0))
      expect(held.size).toBeLessThanOrEqual(32)
    }),
  )
})

test('a key with more than its part of the total is held, whatever else comes', () => {
  fc.assert(
    fc.property(STREAM, stream => {
      const heavy = counted(stream, 16)
      const held = new Set(heavy.keys())
      for (const [key, count] of trueCounts(stream)) if (count > heavy.total / 16) expect(held.has(key)).toBe(true)
    }),
  )
})

test('a million keys take no more room than twice of what was wished for', () => {
  const heavy = new HeavyKeys(100)
  for (let i = 0; i < 1_000_000; i++) heavy.add(i % 4 === 0 ? 'often' : `once-${i}`, 1)
  expect([...heavy.keys()].length).toBeLessThanOrEqual(200)
  expect(together([heavy])[0]).toMatchObject({ key: 'often', count: 250_000, error: 0 })
})

test('few keys are counted exactly, the heaviest first, and equals by name', () => {
  const one = counted([['b', 2], ['a', 2], ['c', 5]], 16) // biome-ignore format: one line says it
  const other = counted([['c', 1], ['d', 9]], 16) // biome-ignore format: likewise
  expect(together([one, other])).toEqual([
    { key: 'd', count: 9, error: 0 },
    { key: 'c', count: 6, error: 0 },
    { key: 'a', count: 2, error: 0 },
    { key: 'b', count: 2, error: 0 },
  ])
})
