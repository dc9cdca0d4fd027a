import { expect, test } from 'vitest'
import { naturally, yamlText } from '../../../src/control-plane/export/yaml-text.js'

test.each(['no', 'On', 'null', '12', '1:30', '0x10', '', 'a: b', '*', '- x', 'a\\; b'])(
  'what YAML 1.1 could take for something else is quoted: %j',
  text => {
    expect(yamlText({ [text]: text })).toBe(`---\n${JSON.stringify(text)}: ${JSON.stringify(text)}\n`)
  },
)

test('what it could not is written as it is', () => {
  expect(yamlText({ a: ['EU-NO', { b: 1 }], c: [], d: undefined })).toBe('---\na:\n  - EU-NO\n  - b: 1\nc: []\n')
})

test('digits count as a number', () => {
  expect(['a10', 'a2', '', 'b', '*', 'a', 'a2b'].sort(naturally)).toEqual(['', '*', 'a', 'a2', 'a2b', 'a10', 'b'])
})
