import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { count, makeCounters, SCALAR } from '../../src/data-plane/counters.js'
import { parseAddress } from '../../src/dns/address.js'
import { watchLimits } from '../../src/node/limit-watch.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('what rate limiting met is said once in ten seconds, of all threads together, with whom it met last', () => {
  const threads = [makeCounters(), makeCounters()]
  const said: string[] = []
  const log = pino({}, { write: line => void said.push(JSON.parse(line).msg) })
  const end = watchLimits({ counters: () => threads, lastLimited: () => parseAddress('2001:db8::7') }, log)
  vi.advanceTimersByTime(10_000)
  expect(said).toEqual([])
  for (const counters of [...threads, ...threads, threads[0]!]) count(counters, SCALAR.limited)
  vi.advanceTimersByTime(9_999)
  expect(said).toEqual([])
  vi.advanceTimersByTime(1)
  expect(said).toEqual(['rate limiting met 5 queries, the last from 2001:db8::7'])
  vi.advanceTimersByTime(20_000)
  expect(said).toHaveLength(1)
  count(threads[1]!, SCALAR.limited)
  vi.advanceTimersByTime(10_000)
  expect(said.slice(1)).toEqual(['rate limiting met 1 queries, the last from 2001:db8::7'])
  end()
  count(threads[1]!, SCALAR.limited)
  vi.advanceTimersByTime(60_000)
  expect(said).toHaveLength(2)
})
