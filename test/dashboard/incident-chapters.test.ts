import { expect, test } from 'vitest'
import { chaptersOf, harmOf, type Step, sentenceOfStep } from '../../src/dashboard/incident-chapters.js'

const at = (seconds: number): string => new Date(Date.parse('2026-11-25T04:00:00Z') + seconds * 1000).toISOString()
const address = '192.0.2.3'

const DOWN: readonly Step[] = [
  { at: at(0), step: 'failing', address },
  { at: at(6), step: 'detected', address, up: false },
  { at: at(6.01), step: 'decided', address, up: false, cause: 'api: status 503' },
  { at: at(6.02), step: 'published', version: 8, given: false },
  { at: at(6.03), step: 'last-old-answer', ttl: 5 },
  { at: at(6.1), step: 'answered', version: 8 },
  { at: at(11.03), step: 'forgotten' },
]
const UP: readonly Step[] = [
  { at: at(60), step: 'detected', address, up: true },
  { at: at(60.01), step: 'decided', address, up: true },
  { at: at(60.02), step: 'published', version: 9, given: true },
  { at: at(60.5), step: 'answered', version: 9 },
]

test('the way down is one chapter and the way back another, each from its own beginning', () => {
  const chapters = chaptersOf([...DOWN, ...UP])
  expect(chapters.map(({ direction, steps, begins, ends }) => [direction, steps.length, ends - begins])).toEqual([
    ['down', 7, 11_030],
    ['up', 4, 500],
  ])
})

test('a second address that fails meanwhile stays in the chapter; a region that flaps begins another', () => {
  const other: Step = { at: at(6.2), step: 'detected', address: '192.0.2.4', up: false }
  expect(chaptersOf([...DOWN, other])).toHaveLength(1)
  expect(chaptersOf([...DOWN, ...UP, ...DOWN]).map(({ direction }) => direction)).toEqual(['down', 'up', 'down'])
})

test('an incident that has no step yet has no chapter, and its harm is not known', () => {
  expect(chaptersOf([])).toEqual([])
  expect(harmOf({ startedAt: at(0), steps: DOWN.slice(0, 3) })).toEqual({})
})

test('clients were sent there until the last answer of before, and held it until that was forgotten', () => {
  expect(harmOf({ startedAt: at(0), steps: [...DOWN, ...UP] })).toEqual({ sentMs: 6030, heldMs: 11_030 })
})

test('every step has its sentence', () => {
  expect([...DOWN, ...UP.slice(1, 3)].map(sentenceOfStep)).toEqual([
    '192.0.2.3 fails: the first failure of those that took it down',
    '192.0.2.3 has failed often enough',
    '192.0.2.3 is judged to be down: api: status 503',
    'queries are answered accordingly, from snapshot 8 on',
    'the last answer by the old word, to be kept for 5 s',
    'the first answer by the new word',
    'that answer has left the caches of resolvers',
    '192.0.2.3 is judged to be up',
    'queries are answered accordingly, from snapshot 9 on; answers may hold the region',
  ])
})
