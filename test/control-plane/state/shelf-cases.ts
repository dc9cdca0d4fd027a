// What a shelf does, wherever it is: one list of cases for each of them.
import { expect, test } from 'vitest'
import type { Shelf, ShelfLimits } from '../../../src/control-plane/state/shelf.js'

const LIMITS: ShelfLimits = { keepMs: 24 * 3600_000, most: 3 }

/** @param open another one over the same, as after a restart */
export function shelfCases(open: (limits: ShelfLimits) => Promise<Shelf>): void {
  test('a text is put once, and whoever comes later gets the first one, also after a restart', async () => {
    const shelf = await open(LIMITS)
    expect(await shelf.put('a', 'one ☃')).toBeUndefined()
    expect(await shelf.put('a', 'two')).toBe('one ☃')
    expect(await (await open(LIMITS)).put('a', 'three')).toBe('one ☃')
  })

  test('of many that put one at the same time, also from two sides, one does', async () => {
    const shelves = [await open(LIMITS), await open(LIMITS)]
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`)
    const there = await Promise.all(texts.map((text, i) => shelves[i % 2]!.put('a', text)))
    const winners = texts.filter((_, i) => there[i] === undefined)
    expect(winners).toHaveLength(1)
    expect(there.filter(text => text !== undefined)).toEqual(Array.from({ length: 19 }, () => winners[0]))
  })

  test('a text takes the place of another one', async () => {
    const shelf = await open(LIMITS)
    await shelf.put('a', 'one')
    await shelf.replace('a', 'two')
    expect(await (await open(LIMITS)).put('a', 'three')).toBe('two')
  })

  test('one that is taken away may be put again; one that is not there is taken away as well', async () => {
    const shelf = await open(LIMITS)
    await shelf.put('a', 'one')
    await shelf.remove('a')
    await shelf.remove('a')
    expect(await shelf.put('a', 'two')).toBeUndefined()
  })

  test('the oldest give way where there would be more than may be', async () => {
    const shelf = await open(LIMITS)
    for (const key of ['a', 'b', 'c', 'd']) await shelf.put(key, key)
    expect(await shelf.put('b', 'again')).toBe('b')
    expect(await shelf.put('a', 'again')).toBeUndefined()
  })
}
