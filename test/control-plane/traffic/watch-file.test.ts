import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchFile } from '../../../src/control-plane/traffic/watch-file.js'

let folder: string
let stop: () => void = () => undefined
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'meridian-watch-'))))
afterEach(async () => {
  stop()
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

test('where no event comes, the file is looked at every second', () => {
  vi.useFakeTimers()
  const look = vi.fn()
  // A folder that does not exist cannot be watched.
  stop = watchFile(join(folder, 'none', 'x.yaml'), look)
  vi.advanceTimersByTime(1049)
  expect(look).toHaveBeenCalledTimes(0)
  vi.advanceTimersByTime(1)
  expect(look).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(10_000)
  expect(look).toHaveBeenCalledTimes(11)
})

test('after the end nothing is looked at any more', () => {
  vi.useFakeTimers()
  const look = vi.fn()
  watchFile(join(folder, 'none', 'x.yaml'), look)()
  vi.advanceTimersByTime(10_000)
  expect(look).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('a change is seen by its event', async () => {
  // The poll is held still, so that only the event can be the cause.
  vi.useFakeTimers({ toFake: ['setInterval'] })
  const path = join(folder, 'x.yaml')
  const seen = new Promise<void>(resolve => void (stop = watchFile(path, resolve)))
  await writeFile(path, 'a: 1\n')
  await seen
})
