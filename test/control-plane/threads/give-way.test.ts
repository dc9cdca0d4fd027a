import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { giveWay, helpersGiveWay } from '../../../src/control-plane/threads/give-way.js'

const others = (): readonly number[] =>
  readdirSync('/proc/self/task')
    .map(Number)
    .filter(id => id !== process.pid)

test.runIf(process.platform === 'linux')('the helpers of V8 and libuv go behind, the main thread does not', () => {
  const before = getPriority(process.pid)
  const there = others()
  expect(helpersGiveWay()).toBeGreaterThan(0)
  const left = new Set(others())
  for (const id of there.filter(id => left.has(id))) expect(getPriority(id)).toBe(10)
  expect(getPriority(process.pid)).toBe(before)
})

test.runIf(process.platform === 'linux')('a thread that gives way goes behind itself, and stays there', () => {
  giveWay()
  giveWay()
  expect(getPriority()).toBe(10)
})
