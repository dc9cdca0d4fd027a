import { afterAll, beforeAll, expect, test } from 'vitest'
import { linearProgram } from '../../../src/control-plane/balance/linear-program.js'
import { type ThreadSolver, threadSolver } from '../../../src/control-plane/balance/thread-solver.js'

/** A thread runs what was built. */
const THREAD = new URL('../../../dist/control-plane/balance/solver-thread.js', import.meta.url)

let solver: ThreadSolver
beforeAll(() => {
  solver = threadSolver(THREAD)
})
afterAll(() => solver.close())

const columns = [
  { cost: 1, most: 3 },
  { cost: 2, most: 10 },
]
const atLeast = (least: number) =>
  linearProgram(columns, [{ least, most: Infinity, entries: [[0, 1] as const, [1, 1] as const] }])

test('a program is solved in a thread', async () => {
  expect([...(await solver.solve(atLeast(5)))]).toEqual([3, 2])
})

test('one without a solution is refused, and the next one is solved all the same', async () => {
  await expect(solver.solve(atLeast(50))).rejects.toThrow('has no solution')
  expect([...(await solver.solve(atLeast(2)))]).toEqual([2, 0])
})
