import { expect, test } from 'vitest'
import { bearerOf, guesserOf, tokenCheck } from '../../../src/control-plane/admin/auth.js'

test.each([
  ['s3cret', 'Bearer s3cret'],
  ['s3cret', 'bearer s3cret'],
  ['s3cret', 'BEARER   s3cret '],
  [undefined, undefined],
  [undefined, ''],
  [undefined, 'Bearer'],
  [undefined, 'Bearer '],
  ['s3cre', 'Bearer s3cre'],
  [undefined, 'Bearer s3cret x'],
  [undefined, 'Basic s3cret'],
  [undefined, 's3cret'],
  [undefined, 'xBearer s3cret'],
])('the token %j is in the header %j', (token, header) => {
  expect(bearerOf(header)).toBe(token)
})

test.each([
  [true, 's3cret'],
  [false, 's3cre'],
  [false, 'S3CRET'],
  [false, ''],
])('that it is the token is %s of %j', (is, shown) => {
  expect(tokenCheck('s3cret')(shown)).toBe(is)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s guesses as %s', (address, guesser) => {
  expect(guesserOf(address)).toBe(guesser)
})
