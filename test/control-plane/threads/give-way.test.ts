import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { giveWay } from '../../../src/control-plane/threads/give-way.js'

test.runIf(process.platform === 'linux')('a thread that gives way goes behind, and stays there', () => {
  giveWay()
  giveWay()
  expect(getPriority()).toBe(10)
})
