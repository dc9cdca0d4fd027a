import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Drill,
  type DrillFacts,
  type DrillPlan,
  LONGEST_WAIT_MS,
  lengthOf,
  mustMoveBy,
  nextMove,
  percentOf,
} from '../../../src/control-plane/operate/drill.js'
import { advance, end, nextWeek, resume, startAt } from '../../../src/control-plane/operate/drill-course.js'
import { objectionsTo } from '../../../src/control-plane/operate/drill-trouble.js'

const MINUTE = 60_000
const START = 1_800_000_000_000

const PLAN: DrillPlan = {
  kind: 'switch',
  targets: ['eu'],
  startsAt: START,
  steps: [
    { percent: 25, holdMs: MINUTE },
    { percent: 50, holdMs: MINUTE },
    { percent: 100, holdMs: 5 * MINUTE },
  ],
  back: [{ percent: 50, holdMs: MINUTE }],
  windowMs: 0,
  weekly: false,
  guards: { minHealthy: 1, maxLoad: 1, maxErrors: 0.05 },
  reason: 'quarterly',
  actor: 'admin',
}

const drillOf = (plan: Partial<DrillPlan> = {}): Drill => ({
  id: '1',
  plan: { ...PLAN, ...plan },
  phase: { kind: 'planned' },
  timeline: [],
})

const region = (id: string, up = true, taken = false) => ({ id, up, taken })
const WELL: DrillFacts = {
  regions: [region('eu'), region('us'), region('ap')],
  objections: [],
  shortfalls: [],
  barred: () => [],
}
const at = (minutes: number): number => START + minutes * MINUTE

/** The drill looked at again and again. */
const run = (drill: Drill, times: readonly number[], facts = WELL): Drill =>
  times.reduce((drill, now) => advance(drill, now, facts), drill)

test.each([
  // minutes, percent, phase
  [-1, 0, 'planned'],
  [0, 25, 'out'],
  [0.9, 25, 'out'],
  [1, 50, 'out'],
  [2, 100, 'out'],
  [6.9, 100, 'out'],
  [7, 50, 'back'],
  [8, 0, 'over'],
])('after %d minutes %d %% of the clients are elsewhere, and the drill is %s', (minutes, percent, kind) => {
  const times = [-1, 0, 0.9, 1, 2, 6.9, 7, 8].filter(time => time <= minutes).map(at)
  const drill = run(drillOf(), times)
  expect([percentOf(drill), drill.phase.kind]).toEqual([percent, kind])
})

test('it ends when its plan says, and has succeeded', () => {
  expect(START + lengthOf(PLAN)).toBe(at(8))
  expect(run(drillOf(), [at(0), at(8)]).phase).toMatchObject({ kind: 'over', outcome: 'succeeded', at: at(8) })
})

test('a clock that stood still is made up for step by step, with the times that were planned', () => {
  const { timeline } = run(drillOf(), [at(0), at(30)])
  expect(timeline.map(event => (event.at - START) / MINUTE)).toEqual([0, 1, 2, 7, 8])
})

describe('it is refused, and nothing is done, where', () => {
  test.each<[string, Partial<DrillPlan>, DrillFacts, string]>([
    ['a target is down', {}, { ...WELL, regions: [region('eu', false), region('us')] }, 'eu is down already'],
    [
      'a target is taken out',
      {},
      { ...WELL, regions: [region('eu', true, true), region('us')] },
      'eu is taken out already',
    ],
    ['there is no such region', { targets: ['mars'] }, WELL, 'no region is named mars'],
    [
      'another region is down',
      {},
      { ...WELL, regions: [region('eu'), region('us', false), region('ap')] },
      'us is down',
    ],
    [
      'too few would be left',
      { guards: { ...PLAN.guards, minHealthy: 3 } },
      WELL,
      '2 other regions are up, and 3 have to be',
    ],
    ['a rule objects', {}, { ...WELL, objections: ['capacity'] }, 'capacity'],
  ])('%s', (_, plan, facts, why) => {
    const drill = advance(drillOf(plan), START, facts)
    expect(drill.phase).toMatchObject({ kind: 'over', outcome: 'refused' })
    expect(drill.phase.kind === 'over' && drill.phase.why).toContain(why)
    expect(percentOf(drill)).toBe(0)
  })
})

test('all reasons are told at once', () => {
  const facts = { ...WELL, regions: [region('eu', false), region('us', false)], objections: ['capacity'] }
  expect(objectionsTo(PLAN, facts)).toEqual([
    'eu is down already',
    'us is down',
    '0 other regions are up, and 1 have to be',
    'capacity',
  ])
})

test('a region that an operator has out is no trouble, but does not count as up', () => {
  const facts = { ...WELL, regions: [region('eu'), region('us', true, true), region('ap')] }
  expect(objectionsTo(PLAN, facts)).toEqual([])
  expect(objectionsTo({ ...PLAN, guards: { ...PLAN.guards, minHealthy: 2 } }, facts)).toHaveLength(1)
})

describe('under way', () => {
  const half = run(drillOf(), [at(0), at(1)])

  test('a region that breaks elsewhere aborts it: everybody is back at once', () => {
    const drill = advance(half, at(1.5), { ...WELL, regions: [region('eu'), region('us', false), region('ap')] })
    expect(drill.phase).toEqual({ kind: 'over', outcome: 'aborted', at: at(1.5), why: ['us is down'] })
    expect(percentOf(drill)).toBe(0)
  })

  test('a target that is down is what a drill of faults wants, and the end of one of the switch', () => {
    const facts = { ...WELL, regions: [region('eu', false), region('us'), region('ap')] }
    expect(advance(half, at(1.5), facts).phase).toMatchObject({ outcome: 'aborted' })
    const fault = run(drillOf({ kind: 'fault', steps: [{ percent: 100, holdMs: 5 * MINUTE }], back: [] }), [at(0)])
    expect(advance(fault, at(1.5), facts).phase.kind).toBe('out')
  })

  test.each([
    [
      'somebody takes a target out',
      [region('eu', true, true), region('us'), region('ap')],
      'somebody has taken eu out',
    ],
    ['a target is taken from the document', [region('us'), region('ap')], 'no region is named eu any more'],
  ])('it is aborted when %s', (_, regions, why) => {
    expect(advance(half, at(1.5), { ...WELL, regions }).phase).toMatchObject({ outcome: 'aborted', why: [why] })
  })

  test('one that did not show what it was to show by the end of its last step has failed', () => {
    const short = { ...WELL, shortfalls: ['nothing was detected'] }
    const drill = run(half, [at(2), at(6.9)], short)
    expect(drill.phase.kind).toBe('out')
    expect(advance(drill, at(7), short).phase).toMatchObject({ outcome: 'failed', why: ['nothing was detected'] })
  })

  test('an operator ends it', () => {
    expect(end(half, at(1.2), 'by hand').phase).toMatchObject({ outcome: 'aborted', why: ['by hand'] })
    expect(end(drillOf(), at(-5), 'not today').phase).toMatchObject({ outcome: 'cancelled' })
  })

  test('what is over stays so', () => {
    const drill = end(half, at(1.2), 'by hand')
    expect(end(drill, at(2), 'again')).toBe(drill)
    expect(advance(drill, at(2), WELL)).toBe(drill)
    expect(nextMove(drill)).toBe(Number.POSITIVE_INFINITY)
  })
})

test.each([
  // found as, minutes, outcome
  ['planned', -5, undefined],
  ['planned', 0.5, undefined],
  ['planned', 2, 'interrupted'],
  ['out', 0.5, undefined],
  ['out', 1.5, 'interrupted'],
])('a start that finds a drill %s after %d minutes makes it %s', (kind, minutes, outcome) => {
  const drill = kind === 'out' ? run(drillOf(), [at(0)]) : drillOf()
  const { phase } = resume(drill, at(minutes))
  expect(phase.kind === 'over' ? phase.outcome : undefined).toBe(outcome)
})

describe('in its window', () => {
  const windowed = drillOf({ windowMs: 10 * MINUTE })
  const broken = { ...WELL, objections: ['capacity'] }

  test('what is in its way is waited for, and told once', () => {
    const waiting = run(windowed, [at(0), at(1), at(2)], broken)
    expect(waiting.phase).toEqual({ kind: 'planned', waitsFor: ['capacity'] })
    expect(waiting.timeline.map(({ what }) => what)).toEqual(['waits: capacity'])
    expect(run(waiting, [at(5)]).phase).toEqual({ kind: 'out', step: 0, since: at(5) })
  })

  test('it is refused when the window closes', () => {
    expect(run(windowed, [at(0), at(10)], broken).phase).toMatchObject({ outcome: 'refused', why: ['capacity'] })
  })
})

test('one without a time begins when somebody says so', () => {
  const { startsAt: _, ...plan } = PLAN
  const drill: Drill = { ...drillOf(), plan }
  expect(nextMove(drill)).toBe(Number.POSITIVE_INFINITY)
  expect(advance(drill, at(1000), WELL)).toBe(drill)
  expect(advance(startAt(drill, at(5), at(4), 'alice'), at(5), WELL).phase).toMatchObject({ kind: 'out', since: at(5) })
})

describe('a weekly one', () => {
  const weekly = drillOf({ weekly: true })
  const WEEK = 7 * 24 * 60

  test('comes again at the same time a week later, however it ended', () => {
    expect(nextWeek(run(weekly, [at(0), at(8)]), at(8))?.startsAt).toBe(at(WEEK))
    expect(nextWeek(advance(weekly, at(0), { ...WELL, objections: ['x'] }), at(0))?.startsAt).toBe(at(WEEK))
    expect(nextWeek(resume(weekly, at(2.5 * WEEK)), at(2.5 * WEEK))?.startsAt).toBe(at(3 * WEEK))
  })

  test('does not while it is not over, once it was cancelled, or if it was planned for once', () => {
    expect(nextWeek(weekly, at(0))).toBeUndefined()
    expect(nextWeek(end(weekly, at(-1), 'no more'), at(0))).toBeUndefined()
    expect(nextWeek(run(drillOf(), [at(0), at(8)]), at(8))).toBeUndefined()
  })
})

const steps = fc
  .array(fc.record({ percent: fc.integer({ min: 1, max: 100 }), holdMs: fc.integer({ min: 1, max: 10_000 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map(steps => steps.toSorted((a, b) => a.percent - b.percent))
const world = fc.record({
  regions: fc
    .tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([a, b, c, d]) => [region('eu', a, b), region('us', c, d), region('ap')]),
  objections: fc.constantFrom([], [], [], ['a rule']),
  shortfalls: fc.constantFrom([], [], ['nothing was shown']),
  barred: fc.constantFrom(
    () => [],
    () => ['a gate'],
  ),
})

test('whatever happens, it takes no longer than its plan and the longest wait, is never over twice, and leaves nothing behind', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.record({ wait: fc.nat(8000), world }), { maxLength: 40 }), (steps, looks) => {
      let drill = drillOf({ steps, back: [] })
      let now = START - 1000
      for (const { wait, world } of looks) {
        now += wait
        const before = drill
        drill = advance(drill, now, world)
        if (before.phase.kind === 'over') expect(drill).toBe(before)
        if (drill.phase.kind === 'over') expect(percentOf(drill)).toBe(0)
        else {
          const late = Math.max(0, (drill.timeline[0]?.at ?? now) - START)
          const waits = 'waitsFor' in drill.phase ? LONGEST_WAIT_MS : 0
          expect(now).toBeLessThan(START + lengthOf(drill.plan) + late + waits)
        }
        // While trouble is elsewhere nothing of it goes on.
        const trouble = world.objections.length > 0 || (!world.regions[1]!.up && !world.regions[1]!.taken)
        if (trouble && now >= START) expect(percentOf(drill)).toBe(0)
      }
    }),
  )
})

describe('the way back', () => {
  /** Half of the clients may come back, and no more. */
  const half: DrillFacts = { ...WELL, barred: percent => (percent < 50 ? ['the rule calm'] : []) }
  const whole: DrillFacts = { ...WELL, barred: () => ['the rule calm'] }

  test('waits while something is in its way, and is told of once', () => {
    const drill = run(drillOf(), [at(0), at(1), at(2), at(7), at(7.5)], whole)
    expect(drill.phase).toEqual({ kind: 'out', step: 2, since: at(2), waitsFor: ['the rule calm'] })
    expect(drill.timeline.map(({ what }) => what).slice(3)).toEqual(['waits: the rule calm'])
    expect(mustMoveBy(drill)).toBe(at(17))
  })

  test('goes on where it may go on, and its step lasts as long as planned', () => {
    const waited = run(drillOf(), [at(0), at(1), at(2), at(7)], whole)
    const back = advance(waited, at(9), half)
    expect(back.phase).toEqual({ kind: 'back', step: 0, since: at(9) })
    expect(advance(back, at(10), half).phase).toMatchObject({ kind: 'back', waitsFor: ['the rule calm'] })
    expect(advance(back, at(10), WELL).phase).toMatchObject({ kind: 'over', outcome: 'succeeded' })
  })

  test('is taken all the same when it has waited ten minutes', () => {
    const waited = run(drillOf(), [at(0), at(1), at(2), at(7)], whole)
    expect(advance(waited, at(17) - 1, whole)).toBe(waited)
    expect(percentOf(advance(waited, at(17), whole))).toBe(50)
  })

  test('is not asked of one that is ended by trouble or by somebody', () => {
    const waited = run(drillOf(), [at(0), at(1), at(2), at(7)], whole)
    expect(end(waited, at(8), 'enough').phase).toMatchObject({ outcome: 'aborted' })
    expect(advance(waited, at(8), { ...whole, objections: ['x'] }).phase).toMatchObject({ outcome: 'aborted' })
  })

  test('that waits goes on after a restart within its time', () => {
    const waited = run(drillOf(), [at(0), at(1), at(2), at(7)], whole)
    expect(resume(waited, at(16))).toBe(waited)
    expect(resume(waited, at(18)).phase).toMatchObject({ outcome: 'interrupted' })
  })
})
