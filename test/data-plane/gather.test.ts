import { expect, test } from 'vitest'
import { Gathering } from '../../src/data-plane/gather.js'

/** Whether it waits after the last of batches that come every so many ms. */
function waits(gathering: Gathering, batches: readonly (readonly [at: number, received: number])[]): boolean {
  let due = false
  for (const [at, received] of batches) due = gathering.due(at, received)
  return due
}

const everyMs = (count: number, received: number, from = 1000): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => [from + i, received])

test('where few come, nobody waits for more', () => {
  expect(waits(new Gathering(), everyMs(100, 1))).toBe(false)
  expect(waits(new Gathering(), everyMs(100, 15))).toBe(false)
})

test.each([1, 2, 15])('where many come, but only %d at a time, they gather', received => {
  const ms = (at: number) => Array.from({ length: 40 }, () => [at, received] as const)
  expect(waits(new Gathering(), [...ms(1000), ...ms(1001)])).toBe(true)
})

test('what came together already is answered without a wait', () => {
  expect(waits(new Gathering(), everyMs(100, 64))).toBe(false)
  expect(waits(new Gathering(), [...everyMs(99, 64), [1099, 16]])).toBe(false)
})

test('the first batch after a pause is answered without a wait, and so is all of its millisecond', () => {
  const gathering = new Gathering()
  expect(waits(gathering, [...everyMs(10, 40), [1010, 1]])).toBe(true)
  expect(waits(gathering, [[1012, 1]])).toBe(false)
  expect(
    waits(
      gathering,
      Array.from({ length: 50 }, () => [1012, 1]),
    ),
  ).toBe(false)
})

test('a clock that is set back, or forward, makes nobody wait', () => {
  const gathering = new Gathering()
  expect(waits(gathering, [...everyMs(10, 40), [500, 1]])).toBe(false)
  expect(waits(gathering, [...everyMs(10, 40, 501), [9000, 1]])).toBe(false)
})
