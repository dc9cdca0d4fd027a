import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable, table, wrap } from '../../src/cli/table.js'

describe('a table', () => {
  test('pads every column but the last, to the left or to the right', () => {
    const rows = [
      ['region', 'km', 'why'],
      ['us', '7', 'near'],
    ]
    expect(table(rows, ['left', 'right', 'left'])).toEqual(['region  km  why', 'us       7  near'])
  })

  test('wraps the last column below itself', () => {
    expect(table([['a', 'one two three four five six']], ['left', 'left'], { width: 23, indent: '  ' })).toEqual([
      '  a  one two three four',
      '     five six',
    ])
  })

  test('is coloured after it was padded, row by row', () => {
    const lines = table([['a'], ['b']], ['left'], { paint: (line, row) => `<${row}>${line}` })
    expect(lines).toEqual(['<0>a', '<1>b'])
  })

  test('without rows is nothing', () => {
    expect(table([], ['left'])).toEqual([])
  })

  test('leaves no space at the end of a line', () => {
    expect(table([['a', '']], ['left', 'left'])).toEqual(['a'])
  })
})

describe('wrapping', () => {
  test('parts at spaces only, and loses nothing', () => {
    const text = fc
      .array(fc.string({ minLength: 1, maxLength: 12 }).map(word => word.replace(/ /g, '.')))
      .map(words => words.join(' '))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrap(text, width)
        expect(lines.join(' ')).toBe(text)
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true)
      }),
    )
  })
})

test.each([
  ['\x1b[2Jgone', '?[2Jgone'],
  ['a\nb', 'a?b'],
  ['\x9b31m', '?31m'],
  ['Zürich', 'Zürich'],
])('what steers a terminal is not printed: %j', (text, printed) => {
  expect(printable(text)).toBe(printed)
})
