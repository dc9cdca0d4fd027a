import { expect, test } from 'vitest'
import { bearerCheck } from '../../../src/control-plane/admin/auth.js'

test.each([
  [true, 'Bearer s3cret'],
  [true, 'bearer s3cret'],
  [true, 'BEARER   s3cret '],
  [false, undefined],
  [false, ''],
  [false, 'Bearer'],
  [false, 'Bearer '],
  [false, 'Bearer s3cre'],
  [false, 'Bearer s3cret x'],
  [false, 'Bearer S3CRET'],
  [false, 'Basic s3cret'],
  [false, 's3cret'],
  [false, 'xBearer s3cret'],
])('that the token is shown is %s of the header %j', (holds, header) => {
  expect(bearerCheck('s3cret')(header)).toBe(holds)
})
