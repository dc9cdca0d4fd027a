import { expect, test } from 'vitest'
import { atOnce, piecemeal, type Steps } from '../../../src/control-plane/threads/steps.js'

function* countTo(most: number, taken: number[] = []): Steps<number> {
  for (let i = 1; i <= most; i++) {
    taken.push(i)
    yield
  }
  return most
}

test('at once or piecemeal, all steps are taken and lead to the same', async () => {
  expect(atOnce(countTo(1000))).toBe(1000)
  expect(await piecemeal(countTo(1000))).toBe(1000)
})

test('the first steps are taken before piecemeal returns', async () => {
  const taken: number[] = []
  const done = piecemeal(countTo(1, taken))
  expect(taken).toEqual([1])
  await done
})

test('what others wait for happens between two steps', async () => {
  let happened = false
  setImmediate(() => {
    happened = true
  })
  // It would never end if nobody else had the thread.
  function* untilItHappens(): Steps<string> {
    while (!happened) yield
    return 'seen'
  }
  expect(await piecemeal(untilItHappens())).toBe('seen')
})

test('a step that fails ends it with what it threw', async () => {
  function* failing(): Steps<never> {
    yield
    throw new Error('no more')
  }
  expect(() => atOnce(failing())).toThrow('no more')
  await expect(piecemeal(failing())).rejects.toThrow('no more')
})
