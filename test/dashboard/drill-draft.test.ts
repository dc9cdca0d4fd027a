import { expect, test } from 'vitest'
import { readDrillWish } from '../../src/control-plane/operate/drill-wish.js'
import { emptyDraft, wishOf } from '../../src/dashboard/drill-draft.js'
import { startTestNode } from '../control-plane/admin/world.js'

const NOW = Date.parse('2026-11-25T04:26:39Z')
const draft = { ...emptyDraft(NOW), targets: ['us-east'] }

test('the time that is offered is a whole hour, more than one away', () => {
  expect(draft.at).toBe('2026-11-25T06:00')
  expect(emptyDraft(Date.parse('2026-12-31T23:00:00Z')).at).toBe('2027-01-01T01:00')
})

test('a drill that somebody starts says nothing of time', () => {
  expect(wishOf(draft, 'why')).toEqual({
    targets: ['us-east'],
    kind: 'switch',
    steps: draft.steps,
    back: draft.back,
    minHealthy: 1,
    maxLoad: 100,
    maxErrors: 5,
    reason: 'why',
  })
})

test('a time is in UTC, and an empty window is none', () => {
  expect(wishOf({ ...draft, isTimed: true, window: ' ' }, 'why')).toMatchObject({ at: '2026-11-25T06:00:00Z' })
  expect(wishOf({ ...draft, isTimed: true, window: ' ' }, 'why')).not.toHaveProperty('window')
  expect(wishOf({ ...draft, isTimed: true, weekly: true }, 'why')).toMatchObject({ window: '1h', weekly: true })
})

test('a fault has its one step, whatever steps were written before', () => {
  expect(wishOf({ ...draft, kind: 'fault', faultFor: '5m' }, 'why')).toMatchObject({
    steps: [{ percent: 100, for: '5m' }],
    back: [],
  })
})

test('what is offered is a plan to the server as it stands, of either kind', async () => {
  const node = await startTestNode()
  const { regions } = node.store.current().document
  for (const kind of ['switch', 'fault'] as const)
    expect(readDrillWish(wishOf({ ...draft, kind, isTimed: true }, 'why'), regions, 'alice', NOW)).toHaveProperty(
      'plan',
    )
  await node.close()
})
