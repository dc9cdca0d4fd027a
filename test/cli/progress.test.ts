import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patiently } from '../../src/cli/progress.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function screenOf(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
}
const call = (...flags: readonly string[]) => ({ flag: (name: string) => flags.includes(name) })

test('who waits at a terminal sees each second that it goes on, and nothing of it when it is done', async () => {
  const screen = screenOf(true)
  const work = patiently(call(), 'comparing', new Promise(resolve => setTimeout(resolve, 2500, 7)), screen)
  await vi.advanceTimersByTimeAsync(2500)
  expect(await work).toBe(7)
  expect(screen.written).toEqual(['\r\x1b[Kcomparing: 1 s', '\r\x1b[Kcomparing: 2 s', '\r\x1b[K'])
})

test('what fails leaves no line behind either', async () => {
  const screen = screenOf(true)
  const broken = new Promise((_, reject) => setTimeout(() => reject(new Error('gone')), 1500))
  const work = patiently(call(), 'comparing', broken, screen)
  const seen = expect(work).rejects.toThrow('gone')
  await vi.advanceTimersByTimeAsync(1500)
  await seen
  expect(screen.written.at(-1)).toBe('\r\x1b[K')
})

test.each([
  ['no terminal is there', call(), false],
  ['JSON is asked for', call('json'), true],
])('nothing is written where %s', async (_, how, isTTY) => {
  const screen = screenOf(isTTY)
  const work = patiently(how, 'comparing', new Promise(resolve => setTimeout(resolve, 2500)), screen)
  await vi.advanceTimersByTimeAsync(2500)
  await work
  expect(screen.written).toEqual([])
})
