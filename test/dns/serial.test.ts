import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextSerial, serialAfter } from '../../src/dns/serial.js'

test.each([
  // a, b, whether a comes after b
  [1, 0, true],
  [0, 1, false],
  [44, 0, true],
  [0, 0xffffffff, true],
  [0xffffffff, 0, false],
  [0x7fffffff, 0, true],
  [0x80000000, 0, false],
  [0, 0x80000000, false],
  [7, 7, false],
])('that %d comes after %d is %s', (a, b, after) => {
  expect(serialAfter(a, b)).toBe(after)
})

test('the next serial comes after, whatever it is', () => {
  fc.assert(fc.property(fc.nat(0xffffffff), serial => serialAfter(nextSerial(serial), serial)))
})
