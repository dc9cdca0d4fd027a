import { expect, test } from 'vitest'
import { EventLog } from '../../../src/control-plane/admin/event-log.js'

const filled = (count: number): EventLog => {
  const log = new EventLog('life', 3)
  for (let version = 1; version <= count; version++) log.add({ kind: 'snapshot', at: 0, version })
  return log
}

test.each([
  // events so far, the id that was heard of last, what was missed
  [0, 'life-0', []],
  [2, 'life-0', [1, 2]],
  [3, 'life-0', [1, 2, 3]],
  [4, 'life-0', undefined],
  [10, 'life-7', [8, 9, 10]],
  [10, 'life-6', undefined],
  [10, 'life-10', []],
  [10, 'life-11', undefined],
  [10, 'other-9', undefined],
  [10, 'life-', undefined],
  [10, 'life', undefined],
  [10, 'life--1', undefined],
])('of %d events, of which three are kept, whoever knows %s has missed %j', (count, id, missed) => {
  const found = filled(count).since(id)
  expect(found?.map(({ event }) => event.kind === 'snapshot' && event.version)).toEqual(missed)
  expect(found?.map(({ id }) => id)).toEqual(missed?.map(version => `life-${version}`))
})
