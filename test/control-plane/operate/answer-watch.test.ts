import { expect, test } from 'vitest'
import {
  type AnswerWatch,
  beginWatch,
  looked,
  retimed,
  type ThreadCounts,
  turned,
} from '../../../src/control-plane/operate/answer-watch.js'

const thread = (version: number, region: number, any: number): ThreadCounts => ({ version, region, any })
const look = (at: number, ...threads: ThreadCounts[]) => ({ at, threads })
const BEGUN = beginWatch(look(0, thread(1, 10, 100), thread(1, 10, 100)), 30)

test('before anything is decided, each answer of the region may be kept for its TTL', () => {
  const one = looked(BEGUN, look(1000, thread(1, 11, 150), thread(1, 10, 120)))
  expect(one).toMatchObject({ lastOldAt: 1000, cachedUntil: 31_000 })
  // A shorter TTL does not call back what was given with a longer one.
  const two = looked(retimed(one, 5), look(2000, thread(1, 12, 160), thread(1, 10, 120)))
  expect(two).toMatchObject({ lastOldAt: 2000, cachedUntil: 31_000 })
  expect(looked(two, look(3000, thread(1, 12, 170), thread(1, 10, 120)))).toMatchObject({ lastOldAt: 2000 })
})

test('an answer that nobody watched may be kept, too: since the watch began', () => {
  expect(BEGUN.cachedUntil).toBe(30_000)
  expect(BEGUN.lastOldAt).toBeUndefined()
})

const GONE = turned(BEGUN, 2, false)
const PARTLY = turned(BEGUN, 2, true)

test.each<[string, AnswerWatch, ThreadCounts, Partial<AnswerWatch>]>([
  ['a thread that has the old snapshot still answers with the region', GONE, thread(1, 11, 101), { lastOldAt: 500 }],
  ['a thread that has the old snapshot answers with others', GONE, thread(1, 10, 101), {}],
  ['a thread that has the new snapshot answers with others', GONE, thread(2, 10, 101), { firstNewAt: 500 }],
  ['a thread has a later snapshot', GONE, thread(7, 10, 101), { firstNewAt: 500 }],
  ['a thread answered with the region, and took the new one', GONE, thread(2, 11, 101), { lastOldAt: 500 }],
  ['both between two looks', GONE, thread(2, 11, 103), { lastOldAt: 500, firstNewAt: 500 }],
  ['nobody asks', GONE, thread(2, 10, 100), {}],
  ['a region in part: the new snapshot gives it, too', PARTLY, thread(2, 11, 101), { firstNewAt: 500 }],
  ['a region in part: the old one did', PARTLY, thread(1, 11, 101), { lastOldAt: 500 }],
  ['a region in part: others say nothing of it', PARTLY, thread(2, 10, 105), {}],
])('%s', (_, watch, now, expected) => {
  const { lastOldAt, firstNewAt } = looked(watch, look(500, now, thread(1, 10, 100)))
  expect({ lastOldAt, firstNewAt }).toEqual({ lastOldAt: undefined, firstNewAt: undefined, ...expected })
})

test('the first new answer stays the first', () => {
  const one = looked(GONE, look(500, thread(2, 10, 101)))
  expect(looked(one, look(600, thread(2, 10, 110))).firstNewAt).toBe(500)
})

test('what is decided next begins anew', () => {
  const one = looked(GONE, look(500, thread(2, 10, 101)))
  expect(turned(one, 3, true).firstNewAt).toBeUndefined()
})

test('a thread that was not there before has answered nothing yet', () => {
  const more = looked(GONE, look(500, thread(1, 10, 100), thread(1, 10, 100), thread(2, 99, 999)))
  expect([more.lastOldAt, more.firstNewAt]).toEqual([undefined, undefined])
})
