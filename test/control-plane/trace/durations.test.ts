import { expect, test } from 'vitest'
import { BOUNDS, Durations } from '../../../src/control-plane/trace/durations.js'

test.each([
  // seconds, bucket
  [0, 0],
  [0.001, 0],
  [0.0011, 1],
  [10, BOUNDS.length - 1],
  [10.1, BOUNDS.length],
])('what took %d s is in bucket %d', (seconds, bucket) => {
  const durations = new Durations()
  durations.add({ result: 'passed' }, seconds)
  const [{ labels, sum, counts } = { labels: {}, sum: 0, counts: [] }] = durations.list()
  expect([labels, sum, counts.indexOf(1)]).toEqual([{ result: 'passed' }, seconds, bucket])
  expect(counts).toHaveLength(BOUNDS.length + 1)
})

test('kinds are counted apart, and what was told of them stays as it was', () => {
  const durations = new Durations()
  durations.add({ method: 'GET', code: '200' }, 1)
  const before = durations.list()
  durations.add({ method: 'GET', code: '200' }, 2)
  durations.add({ method: 'GET', code: '404' }, 4)
  expect(before.map(({ sum }) => sum)).toEqual([1])
  expect(durations.list().map(({ labels, sum }) => [labels['code'], sum])).toEqual([
    ['200', 3],
    ['404', 4],
  ])
})
