import fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { pageOf, sparse } from '../../../src/control-plane/admin/page.js'
import { ApiProblem } from '../../../src/control-plane/admin/problems.js'

const key = (item: string): string => item

test('pages put together are the list, whatever their size and the names', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 30 })
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 10 }), (all, limit) => {
      const seen: string[] = []
      let cursor: string | undefined
      for (let pages = 0; pages <= all.length; pages++) {
        const page = pageOf(all, { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) }, key)
        seen.push(...page.items)
        cursor = page.next
        if (cursor === undefined) break
      }
      expect(seen).toEqual(all)
    }),
  )
})

test('without a limit there is one page; a glob leaves out what does not fit, also between pages', () => {
  expect(pageOf(['a', 'b'], {}, key)).toEqual({ items: ['a', 'b'] })
  const first = pageOf(['us-1', 'eu', 'us-2', 'us-3'], { match: 'us-*', limit: '2' }, key)
  expect(first.items).toEqual(['us-1', 'us-2'])
  expect(pageOf(['us-1', 'eu', 'us-2', 'us-3'], { match: 'us-*', cursor: first.next! }, key)).toEqual({
    items: ['us-3'],
  })
})

test('a cursor to what is gone is said to be one', () => {
  const { next } = pageOf(['a', 'b'], { limit: '1' }, key)
  expect(() => pageOf(['b'], { cursor: next! }, key)).toThrow(ApiProblem)
})

const ITEM = Type.Object({ id: Type.String(), state: Type.String() })
const items = [{ id: 'a', state: 'up' }]

test('fields leave the others out, and one that is not there is refused with what was meant', () => {
  expect(sparse(items, undefined, ITEM)).toBe(items)
  expect(sparse(items, 'state', ITEM)).toEqual([{ state: 'up' }])
  expect(() => sparse(items, 'id,stat', ITEM)).toThrow('there is no field "stat" (did you mean "state"?)')
  expect(() => sparse(items, 'nothing', ITEM)).toThrow('there is no field "nothing"; known: id, state')
})
