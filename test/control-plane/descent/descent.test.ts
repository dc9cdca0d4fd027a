import { expect, test } from 'vitest'
import {
  changedKeys,
  differenceOf,
  mappedLists,
  type Replaced,
  replaced,
} from '../../../src/control-plane/descent/descent.js'
import { withEdit } from '../../../src/control-plane/traffic/edit-value.js'

type PlainMap = Readonly<Record<string, unknown>>

const edited = (map: PlainMap, key: string, value: unknown): PlainMap =>
  withEdit(map, { path: [key], value }) as PlainMap

test('of a map that was made by edits it is known which keys these were of, however many there were', () => {
  const first = { a: 1, b: 2, c: 3 }
  const second = edited(first, 'b', 7)
  const third = edited(edited(second, 'd', 4), 'a', undefined)
  expect(changedKeys(first, second)).toEqual(new Set(['b']))
  expect(changedKeys(first, third)).toEqual(new Set(['b', 'd', 'a']))
  expect(changedKeys(third, third)).toEqual(new Set())
})

test('of maps that were made otherwise, or the other way round, nothing is known', () => {
  const first = { a: 1 }
  const second = edited(first, 'a', 2)
  expect(changedKeys(second, first)).toBeUndefined()
  expect(changedKeys(first, { ...second })).toBeUndefined()
})

test('what went and came back, or came and went again, is no difference of two lists', () => {
  const [a, b, c] = [{}, {}, {}]
  const put = (list: readonly object[], step: Replaced<object>) => replaced(list, step)
  const first = [a, b]
  const second = put(first, { at: 1, gone: [b], come: [c] })
  expect(differenceOf(first, second)).toEqual({ gone: [b], come: [c] })
  expect(differenceOf(first, put(second, { at: 1, gone: [c], come: [b] }))).toEqual({ gone: [], come: [] })
  expect(put(first, { at: 0, gone: [], come: [] })).toBe(first)
})

test('of a list of which few items are others only these are mapped, and the rest is the same', () => {
  const asked: number[] = []
  const doubled = mappedLists((item: number) => {
    asked.push(item)
    return { twice: 2 * item }
  })
  const first = [1, 2, 3]
  const before = doubled(first)
  const after = doubled(replaced(first, { at: 1, gone: [2], come: [5, 6] }))
  expect(after.map(({ twice }) => twice)).toEqual([2, 10, 12, 6])
  expect(after[0]).toBe(before[0])
  expect(doubled(first)).toBe(before)
  expect(differenceOf(before, after)).toEqual({ gone: [{ twice: 4 }], come: [{ twice: 10 }, { twice: 12 }] })
  expect(asked).toEqual([1, 2, 3, 5, 6])
})
