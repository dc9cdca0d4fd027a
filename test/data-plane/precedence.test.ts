import { getPriority } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { goLevel, takePrecedence } from '../../src/data-plane/precedence.js'

const NOBODY = 65534
const { geteuid, seteuid } = process
const isRoot = geteuid?.() === 0

afterEach(() => {
  if (isRoot) seteuid?.(0)
})

/** What a thread was told, and by how much it rose. */
function take(): { readonly word: string; readonly rise: number } {
  const before = getPriority()
  const word = takePrecedence()
  return { word, rise: before - getPriority() }
}

test('a thread of somebody without the right to rise stays where it is', () => {
  if (isRoot) seteuid?.(NOBODY)
  const { word, rise } = take()
  // Where a limit of the system lets everybody rise, it rises all the same.
  expect(rise).toBe(word === 'ahead' ? 5 : 0)
})

test('one that goes level rises for as long as it wants to, where it may, and then is as usual', () => {
  const usual = getPriority()
  const end = goLevel()
  const level = getPriority()
  end()
  expect(getPriority()).toBe(usual)
  expect(level).toBe(usual - take().rise)
})

test('one that may rise is five above the usual, but never beyond the highest', () => {
  for (let i = 0; i < 6; i++) {
    const room = Math.min(5, getPriority() + 20)
    const { word, rise } = take()
    expect(rise).toBe(word === 'ahead' ? room : 0)
  }
})
