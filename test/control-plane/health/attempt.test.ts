import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const never = (): Promise<void> => new Promise(() => {})

test.each([
  ['passes', async () => {}, undefined],
  ['rejects', () => Promise.reject(new Error('connection refused')), 'connection refused'],
  ['rejects with no Error', () => Promise.reject('odd'), 'odd'],
  [
    'throws at once',
    () => {
      throw new Error('a bug')
    },
    'a bug',
  ],
] as const)('a probe that %s', async (_, probe, cause) => {
  expect(await attempt(probe, 4000, new AbortController())).toBe(cause)
})

test.each([
  [4000, 'no answer within 4 s'],
  [1500, 'no answer within 1.5 s'],
  [200, 'no answer within 0.2 s'],
])('a probe without an answer ends after %d ms as "%s", and its signal is aborted', async (ms, words) => {
  const abort = new AbortController()
  const result = attempt(never, ms, abort)
  await vi.advanceTimersByTimeAsync(ms - 1)
  expect(abort.signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(2)
  expect(abort.signal.aborted).toBe(true)
  expect(await result).toBe(words)
})

test('an answer that is read in the same turn as the timeout counts', async () => {
  let answer: () => void = () => {}
  const probe = (): Promise<void> =>
    new Promise(resolve => {
      answer = resolve
    })
  const abort = new AbortController()
  const result = attempt(probe, 4000, abort)
  await vi.advanceTimersByTimeAsync(4000)
  answer()
  expect(await result).toBeUndefined()
  expect(abort.signal.aborted).toBe(false)
})

test('whoever aborts it ends it', async () => {
  const abort = new AbortController()
  const result = attempt(never, 4000, abort)
  abort.abort(new Error('stopped'))
  expect(await result).toBe('stopped')
})
