import { describe, expect, test } from 'vitest'

// A script of plain JavaScript: its types are what is written here.
const { judge, answerOf } = (await import(
  String(new URL('../../../scripts/proofs/storm/judge.mjs', import.meta.url))
)) as {
  answerOf(nearest: readonly number[], left: number, up: number): number
  judge(
    states: readonly { requested: number; replied: number; up: number }[],
    answers: { count: number; ids: number[]; regions: number[]; sentAt: number[]; receivedAt: number[] },
    questions: readonly { nearest: readonly number[]; left: number }[],
  ): { wrong: number; certain: number; either: number; changesSeen: number }
}

const ALL_UP = 0b111
const WITHOUT_0 = 0b110
const WITHOUT_0_AND_1 = 0b100
/** Region 0 is asked to go at 10 and is gone at 20; region 1 is asked to go at 30 and is gone at 40. */
const STATES = [
  { requested: 0, replied: 0, up: ALL_UP },
  { requested: 10, replied: 20, up: WITHOUT_0 },
  { requested: 30, replied: 40, up: WITHOUT_0_AND_1 },
]
const QUESTIONS = [{ nearest: [0, 1, 2], left: -1 }]

const judgeOne = (sentAt: number, receivedAt: number, region: number) =>
  judge(STATES, { count: 1, ids: [0], regions: [region], sentAt: [sentAt], receivedAt: [receivedAt] }, QUESTIONS)

describe('an answer of the storm', () => {
  test.each([
    // sent, received, region, right
    [1, 9, 0, true],
    [1, 9, 1, false],
    [1, 11, 0, true],
    [1, 11, 1, true],
    [1, 11, 2, false],
    [19, 21, 0, true],
    [21, 29, 0, false],
    [21, 29, 1, true],
    [21, 29, 2, false],
    [21, 31, 2, true],
    [41, 50, 1, false],
    [41, 50, 2, true],
    [1, 50, 0, true],
    [1, 50, 2, true],
    [41, 50, 255, false],
  ])('to a query of %d ms, received at %d ms, that names region %d: right is %j', (sent, received, region, right) => {
    expect(judgeOne(sent, received, region).wrong).toBe(right ? 0 : 1)
  })

  test('shows a change where no state before it would have given it', () => {
    expect(judgeOne(21, 29, 1).changesSeen).toBe(1)
    expect(judgeOne(1, 9, 0).changesSeen).toBe(0)
  })

  test('counts as certain where one state only may have given it', () => {
    expect(judgeOne(21, 29, 1)).toMatchObject({ certain: 1, either: 0 })
    expect(judgeOne(11, 12, 1)).toMatchObject({ certain: 0, either: 1 })
  })
})

test.each([
  [[0, 1, 2], -1, ALL_UP, 0],
  [[0, 1, 2], 0, ALL_UP, 1],
  [[2, 0, 1], -1, WITHOUT_0, 2],
  [[0, 1, 2], -1, 0, -1],
])('of %j without %d, while %d are up, the answer is %d', (nearest, left, up, region) => {
  expect(answerOf(nearest, left, up)).toBe(region)
})
