import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Health } from '../../../src/control-plane/health/health.js'
import type { Lift } from '../../../src/control-plane/health/injection.js'
import type { DrillPlan } from '../../../src/control-plane/operate/drill.js'
import { DrillElsewhere, DrillRefused, Drills } from '../../../src/control-plane/operate/drills.js'
import { Overrides } from '../../../src/control-plane/operate/overrides.js'
import type { Published } from '../../../src/control-plane/publish/publisher.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { DOCUMENT, down, makeWorld, parse, type TestWorld } from './world.js'

const START = Date.parse('2026-03-01T00:00:00Z')
const MINUTE = 60_000
const document = parse(DOCUMENT.replace('us-east:      {', 'us-east:      { capacity: 100,'))

const PLAN: DrillPlan = {
  kind: 'switch',
  targets: ['eu-central'],
  startsAt: START + MINUTE,
  windowMs: 0,
  weekly: false,
  steps: [
    { percent: 25, holdMs: MINUTE },
    { percent: 100, holdMs: MINUTE },
  ],
  back: [{ percent: 50, holdMs: MINUTE }],
  guards: { minHealthy: 1, maxLoad: 1, maxErrors: 0.05 },
  reason: 'quarterly',
  actor: 'alice',
}

let folder: string
let world: TestWorld
let now: number
let health: Health
let overrides: Overrides
let drills: Drills
let answers: Record<string, number>
let failed: number
let rates: Record<string, number>
let faults: [string, string][]
let moves: string[]
let problems: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-drills-'))
  world = await makeWorld(document)
  now = START
  health = new Map()
  answers = {}
  failed = 0
  rates = {}
  faults = []
  moves = []
  problems = []
  await open()
})
afterEach(async () => {
  await drills.close()
  await overrides.close()
  await world.publisher.close()
  await rm(folder, { recursive: true, force: true })
})

/** As a node does at its start; whatever ran before is as if it had been killed. */
async function open(): Promise<void> {
  const path = join(folder, 'overrides.json')
  const clock = () => now
  overrides = new Overrides(
    {
      path,
      longestMs: 72 * 3600_000,
      document: () => document,
      apply: forced => world.publisher.setForced(forced),
      onExpired: () => undefined,
      onProblem: sentence => void problems.push(sentence),
      now: clock,
    },
    await readKept(path, Overrides.isKept),
  )
  overrides.refresh()
  drills = await Drills.open({
    folder: join(folder, 'drills'),
    document: () => document,
    health: () => health,
    published: (): Published | undefined => world.publisher.current(),
    overrides,
    faults: {
      inject: (region, by) => void faults.push([region, by]),
      lift: (region: string, how: Lift) => void faults.push([region, how]),
      whyNoFault: region => (region === 'reserve' ? 'reserve has no check that could see a fault' : undefined),
    },
    tally: () => ({
      answers,
      replies: Object.values(answers).reduce((sum, count) => sum + count, failed),
      failed,
    }),
    rates: () => rates,
    announce: planned => world.publisher.setPlanned(planned),
    allows: () => [],
    onMove: (_, what) => {
      moves.push(what)
    },
    onProblem: sentence => void problems.push(sentence),
    now: clock,
  })
  await drills.resume()
}

async function at(minutes: number): Promise<void> {
  now = START + minutes * MINUTE
  await drills.look()
}
const drained = () =>
  Object.fromEntries([...world.publisher.current()!.forced].map(([id, { state, drain }]) => [id, `${state} ${drain}`]))
const phase = (id = '1') => drills.get(id)?.drill.phase
const breakRegion = (id: string): void => {
  health = down(document, id)
  world.publisher.setHealth(health)
}

test('it moves clients by an override of its own, step by step, and leaves nothing', async () => {
  await drills.create(PLAN)
  const seen: [number, Record<string, string>][] = []
  for (const minute of [0.5, 1, 1.9, 2, 3, 4]) {
    await at(minute)
    seen.push([minute, drained()])
  }
  expect(seen).toEqual([
    [0.5, {}],
    [1, { 'eu-central': 'drain 25' }],
    [1.9, { 'eu-central': 'drain 25' }],
    [2, { 'eu-central': 'drain 100' }],
    [3, { 'eu-central': 'drain 50' }],
    [4, {}],
  ])
  expect(phase()).toMatchObject({ kind: 'over', outcome: 'succeeded' })
  expect(moves).toEqual([
    'alice plans it: quarterly',
    '25 % of the clients go elsewhere',
    '100 % of the clients go elsewhere',
    '50 % of the clients are back',
    'succeeded: all clients may come back',
  ])
})

test('its override says whose it is, and ends soon after its move is due, if nobody carries the drill on', async () => {
  await drills.create(PLAN)
  await at(1)
  expect(overrides.list()).toMatchObject([
    { origin: 'drill:1', actor: 'alice', reason: 'drill 1: quarterly', expiresAt: START + 2 * MINUTE + 15_000 },
  ])
})

describe('the TTL of answers', () => {
  const ttl = () => drills.outlook(PLAN).ttl

  test('falls as the start draws near, and then as the next step does', async () => {
    expect(ttl()).toBe(60)
    await drills.create(PLAN)
    // The publisher has the clock of the machine: only that the move was announced can be seen of it here.
    expect(world.publisher.current()!.planned).toEqual(new Map([['eu-central', { at: START + MINUTE, by: 'drill 1' }]]))
    expect(ttl()).toBe(5)
    await at(1)
    expect(world.publisher.current()!.planned.get('eu-central')?.at).toBe(START + 2 * MINUTE)
    expect(drills.get('1')?.ttlAtCut).toBe(5)
  })

  test('is as before once the drill is over', async () => {
    await drills.create(PLAN)
    await drills.abort('1', 'not today')
    expect(world.publisher.current()!.planned).toEqual(new Map())
    expect(ttl()).toBe(60)
  })
})

test('another region that breaks ends it, and all is as before', async () => {
  await overrides.create({ targets: ['us-east'], state: 'drain', percent: 10, for: '10m', reason: 'x' }, 'bob')
  const before = drained()
  await drills.create(PLAN)
  await at(2)
  expect(drained()).toEqual({ ...before, 'eu-central': 'drain 25' })
  breakRegion('ap-twin')
  await drills.look()
  expect(drained()).toEqual(before)
  expect(phase()).toMatchObject({ outcome: 'aborted', why: ['ap-twin is down'] })
})

test('an operator who speaks of its region, or takes its override away, ends it', async () => {
  await drills.create(PLAN)
  await at(1)
  await overrides.cancel(overrides.list()[0]!.id)
  await drills.look()
  expect(phase()).toMatchObject({ outcome: 'aborted', why: ['its override is not in force any more'] })
  await drills.create({ ...PLAN, startsAt: now })
  await drills.look()
  await overrides.create({ targets: ['eu-*'], state: 'down', for: '10m', reason: 'really' }, 'bob')
  await drills.look()
  expect(phase('2')).toMatchObject({ outcome: 'aborted', why: ['somebody has taken eu-central out'] })
  expect(drained()).toEqual({ 'eu-central': 'down 0' })
})

describe('it is not begun where', () => {
  const { startsAt: _, ...unplanned } = PLAN
  const why = async (plan: DrillPlan = unplanned): Promise<readonly string[]> => {
    const { drill } = await drills.create(plan)
    const refused = await drills.start(drill.id, 0, 'alice').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DrillRefused)
    expect(drained()).toEqual({})
    return (refused as DrillRefused).objections
  }

  test('a region would be asked more than it can carry; lower, it begins', async () => {
    rates = { 'eu-central': 80, 'us-east': 40 }
    expect(await why()).toEqual(['us-east would be asked 120 times a second, 120 % of its capacity; 100 % is the most'])
    rates = { 'eu-central': 50, 'us-east': 40 }
    await drills.start('1', 0, 'alice')
    expect(phase()).toMatchObject({ kind: 'out', step: 0 })
  })

  test('names would be answered by their ladder', async () => {
    const [first, ...more] = await why({ ...unplanned, targets: ['eu-central', 'us-east'] })
    expect(first).toContain('api.example.com. AAAA: 100 % of its clients would be answered by its rung fallback')
    expect(more.length).toBeGreaterThan(0)
  })

  test('another one is under way', async () => {
    await drills.create(PLAN)
    await at(1)
    const { drill } = await drills.create({ ...unplanned, targets: ['us-east'] })
    await expect(drills.start(drill.id, 0, 'bob')).rejects.toThrow('drill 1 is under way')
  })

  test('no check would see the fault', async () => {
    const fault: DrillPlan = { ...unplanned, kind: 'fault', targets: ['reserve'], steps: [PLAN.steps[1]!], back: [] }
    expect(await why(fault)).toEqual(['reserve has no check that could see a fault'])
  })

  test('it is under way or over already', async () => {
    await drills.create(PLAN)
    await at(1)
    await expect(drills.start('1', 0, 'alice')).rejects.toThrow(DrillElsewhere)
    await drills.abort('1', 'enough')
    await expect(drills.start('1', 0, 'alice')).rejects.toThrow('drill 1 is over')
    await expect(drills.abort('1', 'again')).rejects.toThrow('drill 1 is over')
    expect(await drills.start('9', 0, 'alice')).toBeUndefined()
  })
})

describe('what is counted', () => {
  const seconds = async (from: number, count: number, grow: () => void): Promise<void> => {
    for (let i = 0; i < count; i++) {
      grow()
      now = from + (i + 1) * 1000
      await drills.look()
    }
  }
  const add = (more: Record<string, number>) => () => {
    answers = { ...answers }
    for (const [id, count] of Object.entries(more)) answers[id] = (answers[id] ?? 0) + count
  }

  test('is kept from the minute before', async () => {
    await drills.look()
    await drills.create(PLAN)
    await seconds(START, 70, add({ 'eu-central': 10 }))
    expect(drills.get('1')?.seconds).toHaveLength(70)
    expect(drills.get('1')?.seconds[3]).toEqual({
      until: START + 4000,
      answers: { 'eu-central': 10 },
      replies: 10,
      failed: 0,
    })
  })

  test('a region that is asked more than it can carry ends the drill', async () => {
    await drills.create({ ...PLAN, startsAt: START })
    await at(0)
    await seconds(START, 10, add({ 'us-east': 150 }))
    expect(phase()).toMatchObject({
      outcome: 'aborted',
      why: ['us-east is asked 150 times a second, 150 % of its capacity; 100 % is the most'],
    })
  })

  test('errors end the drill', async () => {
    await drills.create({ ...PLAN, startsAt: START })
    await at(0)
    await seconds(START, 10, () => {
      failed += 10
      add({ 'us-east': 10 })()
    })
    expect(phase()).toMatchObject({
      outcome: 'aborted',
      why: ['50 % of the last answers were errors; 5 % is the most'],
    })
  })

  test('answers that still hold the region at the height of the drill make it fail', async () => {
    await drills.create({ ...PLAN, startsAt: START, steps: [PLAN.steps[1]!] })
    await at(0)
    await seconds(START, 60, add({ 'eu-central': 1 }))
    expect(phase()).toMatchObject({ outcome: 'failed' })
  })
})

describe('a restart', () => {
  test('goes on with a drill where it was, whether or not its override had been made', async () => {
    await drills.create(PLAN)
    await at(1)
    await rm(join(folder, 'overrides.json'))
    world.publisher.setForced(new Map())
    now = START + 1.5 * MINUTE
    await open()
    expect(drained()).toEqual({ 'eu-central': 'drain 25' })
    await at(2)
    expect(drained()).toEqual({ 'eu-central': 'drain 100' })
  })

  test('ends a drill whose time ran out while nobody looked, and lifts its override', async () => {
    await drills.create(PLAN)
    await at(2)
    now = START + 3.1 * MINUTE
    await open()
    expect(phase()).toMatchObject({ outcome: 'interrupted' })
    expect(drained()).toEqual({})
    expect(overrides.list()).toEqual([])
  })

  test('does not give an id again, and tells of a file that it cannot read', async () => {
    await drills.create(PLAN)
    await writeFile(join(folder, 'drills', '7.json'), '{"form":1,"value":{"drill":')
    await open()
    expect(problems).toEqual([expect.stringContaining('drill 7 is not known any more')])
    expect((await drills.create(PLAN)).drill.id).toBe('8')
  })

  test('lets a fault go on, which was injected before the first probe', async () => {
    await drills.create({ ...PLAN, kind: 'fault', steps: [PLAN.steps[1]!], back: [] })
    await at(1)
    faults = []
    await open()
    expect(faults).toEqual([['eu-central', 'drill 1']])
  })
})

test('nothing goes out that could not be remembered', async () => {
  const { drill } = await drills.create(PLAN)
  await rm(join(folder, 'drills'), { recursive: true })
  await at(1)
  expect(drained()).toEqual({})
  expect(phase(drill.id)).toMatchObject({ kind: 'over', why: ['the disk takes no changes'] })
  expect(problems.length).toBeGreaterThan(0)
})

describe('a fault', () => {
  const fault: DrillPlan = { ...PLAN, kind: 'fault', startsAt: START, steps: [PLAN.steps[1]!], back: [] }

  test('that was found succeeds, and the checks bring the region back', async () => {
    await drills.create(fault)
    await at(0)
    expect(faults).toEqual([['eu-central', 'drill 1']])
    expect(drained()).toEqual({})
    const found = down(document, 'eu-central').get('eu-central')!
    health = new Map([
      [
        'eu-central',
        found.map(address => ({
          ...address,
          since: START + 20_000,
          checks: [{ check: 'api', up: false, run: 0, changeInMs: 0, lastAt: START + 8000, lastError: 'drill 1: x' }],
        })),
      ],
    ])
    await at(0.5)
    await at(1)
    expect(drills.get('1')).toMatchObject({ firstFailureAt: START + 8000, detectedAt: START + 20_000 })
    expect(phase()).toMatchObject({ outcome: 'succeeded' })
    expect(faults.at(-1)).toEqual(['eu-central', 'by-results'])
  })

  test('that nobody found makes the drill fail, and is gone at once', async () => {
    await drills.create(fault)
    await at(0)
    await at(1)
    expect(phase()).toMatchObject({ outcome: 'failed', why: ['within 60 s no check took eu-central out'] })
    expect(faults.at(-1)).toEqual(['eu-central', 'at-once'])
  })
})

test('a weekly drill plans the next one when it is over', async () => {
  await drills.create({ ...PLAN, weekly: true })
  for (const minute of [1, 2, 3, 4]) await at(minute)
  expect(drills.list().map(({ drill }) => drill.plan.startsAt)).toEqual([
    PLAN.startsAt! + 7 * 24 * 60 * MINUTE,
    PLAN.startsAt,
  ])
})

test('what is kept is a file for each, whole at any time', async () => {
  await drills.create(PLAN)
  await at(1)
  const kept = JSON.parse(await readFile(join(folder, 'drills', '1.json'), 'utf8'))
  expect(kept.value.drill.phase).toEqual({ kind: 'out', step: 0, since: START + MINUTE })
})
