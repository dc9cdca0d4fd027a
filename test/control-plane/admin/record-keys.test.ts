import { expect, test } from 'vitest'
import { keysOfName } from '../../../src/control-plane/admin/record-keys.js'
import { withEdit } from '../../../src/control-plane/traffic/edit-value.js'

type Records = Readonly<Record<string, unknown>>

const RECORDS: Records = { www: 1, 'WWW.example.com.': 2, '@': 3, 'not..a name': 4, 'example.com.': 5 }
const find = (records: Records, name: string) => keysOfName(records, 'example.com', name)
const put = (records: Records, key: string, value: unknown): Records =>
  withEdit(records, { path: [key], value }) as Records

test.each([
  ['www', ['www', 'WWW.example.com.']],
  ['Www.Example.com.', ['www', 'WWW.example.com.']],
  ['@', ['@', 'example.com.']],
  ['not..a name', ['not..a name']],
  ['other', []],
])('%s stands under %j, however it is written', (name, keys) => {
  expect(find(RECORDS, name)).toEqual(keys)
})

test('a key that has another value, that comes or that goes is known at once', () => {
  expect(find(RECORDS, 'new')).toEqual([])
  const changed = put(RECORDS, 'www', 7)
  expect(find(changed, 'www')).toEqual(['www', 'WWW.example.com.'])
  const grown = put(changed, 'New', 8)
  expect(find(grown, 'new')).toEqual(['New'])
  const shrunk = put(grown, 'www', undefined)
  expect(find(shrunk, 'www')).toEqual(['WWW.example.com.'])
  expect(find(changed, 'new')).toEqual([])
})

test('the same records in another zone mean other names', () => {
  expect(find(RECORDS, 'www')).toHaveLength(2)
  expect(keysOfName(RECORDS, 'example.net', 'www')).toEqual(['www'])
})
