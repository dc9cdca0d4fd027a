import { expect, test } from 'vitest'
import { loadLibc } from '../../src/data-plane/libc.js'

// Answers that are sent late asked for it once each, and a flood of them took a hundred megabytes.
test('the C library is loaded once a thread, however often it is asked for', () => {
  expect(loadLibc()).toBe(loadLibc())
})
