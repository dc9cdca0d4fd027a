import { expect, test } from 'vitest'
import { sureUntil } from '../../../src/control-plane/keys/cut-off.js'
import { type Rollover, type RolloverKind, stagesOf } from '../../../src/control-plane/keys/rollover.js'

const PROPAGATION = 300
const FIRST = 3600 + PROPAGATION
const SINCE = 1_000_000
const rollover = (kind: RolloverKind, more: Partial<Rollover> = {}): Rollover => ({
  kind,
  emergency: false,
  old: [],
  new: [],
  stage: 0,
  since: SINCE,
  zoneTtl: 7200,
  dsTtl: 86_400,
  actor: 'anna',
  reason: '',
  ...more,
})

test('with no rollover under way, keys are sure for as long as the first stage of the shortest one takes', () => {
  expect(sureUntil(SINCE, undefined, PROPAGATION)).toBe(SINCE + FIRST)
})

test.each<[string, Rollover, number]>([
  // Two stages: the keys, then the zone and the parent.
  ['csk, just begun', rollover('csk'), FIRST + Math.max(7200, 86_400) + PROPAGATION],
  ['csk, half of the first stage over', rollover('csk', { since: SINCE - 1800 }), FIRST - 1800 + 86_400 + PROPAGATION],
  ['zsk, just begun', rollover('zsk'), FIRST + 7200 + PROPAGATION],
  // The last stage: the end of it, and then the first of another.
  ['zsk, in its last stage', rollover('zsk', { stage: 1 }), 7200 + PROPAGATION + FIRST],
  ['zsk, in its last stage, which is due', rollover('zsk', { stage: 1, since: 0 }), FIRST],
  // Others may have seen the parent have both at once.
  ['ksk, while the parent is waited for', rollover('ksk'), FIRST],
  ['ksk, the parent seen', rollover('ksk', { seen: SINCE }), 86_400 + PROPAGATION + FIRST],
])('%s', (_, under, seconds) => {
  expect(sureUntil(SINCE, under, PROPAGATION) - SINCE).toBe(seconds)
})

test('never is it over before it begins, in whichever stage of whichever rollover', () => {
  for (const kind of ['csk', 'ksk', 'zsk', 'algorithm', 'sign', 'unsign'] as const)
    for (const emergency of [false, true])
      for (const stage of stagesOf({ kind, emergency }).keys())
        expect(sureUntil(SINCE, rollover(kind, { emergency, stage, since: 0 }), PROPAGATION)).toBeGreaterThanOrEqual(
          SINCE,
        )
})
