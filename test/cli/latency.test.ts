import { expect, test } from 'vitest'
import { formatTable, formatTableChange } from '../../src/cli/latency.js'
import type { TableChangeView } from '../../src/control-plane/admin/api.js'

const CHANGE: TableChangeView = {
  rows: { before: 4, after: 3, dropped: 1, added: 0, changed: 2 },
  droppedRows: ['DE eu'],
  names: [
    { name: 'api.example.com.', gives: 4, share: 0.031, moves: [{ from: 'us', to: 'eu', share: 0.031 }] },
    { name: 'api.example.com.', gives: 6, share: 0.25, moves: [{ from: 'eu', to: 'us', share: 0.25 }] },
    { name: 'www.example.com.', gives: 4, share: 0.0001, moves: [{ from: 'us', to: 'eu', share: 0.0001 }] },
  ],
  objections: ['25 % of the clients of api.example.com. would get another region; the most is 20 %'],
  rules: [{ rule: 'calm', words: 'us was changed 1s ago', remedy: 'wait 59s', overridableBy: 'caller' }],
  applied: false,
}

test('what a table would change is told with who moves, what has to be forced, and which rules are against it', () => {
  expect(formatTableChange(CHANGE).split('\n')).toEqual([
    '4 rows, 3 after it: 1 dropped, 0 added, 2 changed',
    '  dropped: DE eu',
    'api.example.com. 3.1 % of its clients get another region',
    '  us -> eu 3.1 %',
    'api.example.com. (AAAA) 25 % of its clients get another region',
    '  eu -> us 25 %',
    'to be forced: 25 % of the clients of api.example.com. would get another region; the most is 20 %',
    'safety rule calm: us was changed 1s ago; wait 59s',
    'nothing was changed',
  ])
})

test('where nobody moves, no name is told', () => {
  expect(formatTableChange({ ...CHANGE, names: CHANGE.names.slice(2), objections: [], rules: [] })).toContain(
    'hardly any client gets another region',
  )
})

test('a table says why its newest rows are not in force', () => {
  const table = {
    name: 'measured',
    rows: 4,
    model: { endsMs: 4, msPerKm: 0.015 },
    held: ['calm: us was changed 1s ago'],
  }
  expect(formatTable(table)).toContain('held back: calm: us was changed 1s ago')
})
