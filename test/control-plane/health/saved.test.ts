import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Known } from '../../../src/control-plane/health/known.js'
import { readSaved, saveHealth, targetKey } from '../../../src/control-plane/health/saved.js'

const NOW = 1_000_000
const down: Known = { streak: { up: false, run: 1 }, since: 5, lastAt: NOW - 1000, lastError: 'connection refused' }
const up: Known = { streak: { up: true, run: 0 }, since: 7, lastAt: NOW, lastMs: 3 }

test('what is saved comes back through JSON, but for how long a probe took', () => {
  const saved = saveHealth([
    [targetKey('api', '192.0.2.1'), down],
    [targetKey('api', '2001:db8::1'), up],
    [targetKey('api', '192.0.2.3'), undefined],
  ])
  const { lastMs: _, ...rest } = up
  expect(readSaved(JSON.parse(JSON.stringify(saved)), 60_000, NOW)).toEqual(
    new Map([
      [targetKey('api', '192.0.2.1'), down],
      [targetKey('api', '2001:db8::1'), rest],
    ]),
  )
})

test.each([
  // age of the last result in ms, taken
  [0, true],
  [60_000, true],
  [60_001, false],
  [-1, false],
])('a result that is %d ms old is taken: %s', (age, taken) => {
  const saved = saveHealth([[targetKey('api', '192.0.2.1'), { ...up, lastAt: NOW - age }]])
  expect(readSaved(saved, 60_000, NOW).size).toBe(taken ? 1 : 0)
})

const good = { check: 'api', address: '192.0.2.1', up: true, run: 0, since: 1, lastAt: NOW }
test.each([
  undefined,
  null,
  'text',
  [],
  {},
  { form: 2, targets: [good] },
  { form: 1, targets: {} },
  { form: 1, targets: [null, 7, 'x', []] },
  { form: 1, targets: [{ ...good, up: 'yes' }] },
  { form: 1, targets: [{ ...good, run: -1 }] },
  { form: 1, targets: [{ ...good, run: 0.5 }] },
  { form: 1, targets: [{ ...good, lastAt: null }] },
  { form: 1, targets: [{ ...good, since: '1' }] },
  { form: 1, targets: [{ ...good, lastError: 1 }] },
  { form: 1, targets: [{ ...good, address: undefined }] },
])('%j is nothing to go by', json => {
  expect(readSaved(json, 60_000, NOW)).toEqual(new Map())
})

test('no JSON value makes it throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), json => {
      readSaved(json, 60_000, NOW)
      readSaved({ form: 1, targets: json }, 60_000, NOW)
      readSaved({ form: 1, targets: [json] }, 60_000, NOW)
    }),
  )
})
