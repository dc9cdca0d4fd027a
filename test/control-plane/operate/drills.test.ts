import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drillView } from '../../../src/control-plane/admin/drill-view.js'
import type { Health } from '../../../src/control-plane/health/health.js'
import type { DrillPlan } from '../../../src/control-plane/operate/drill.js'
import { DrillElsewhere, DrillRefused } from '../../../src/control-plane/operate/drill-refused.js'
import { type DrillWorld, MINUTE, makeDrillWorld, PLAN, START } from './drills-world.js'
import { sampled } from './sampled.js'
import { down } from './world.js'

let node: DrillWorld
beforeEach(async () => {
  node = await makeDrillWorld()
})
afterEach(() => node.close())

test('it moves clients by an override of its own, step by step, and leaves nothing', async () => {
  await node.drills.create(PLAN)
  const seen: [number, Record<string, string>][] = []
  for (const minute of [0.5, 1, 1.9, 2, 3, 4]) {
    await node.at(minute)
    seen.push([minute, node.drained()])
  }
  expect(seen).toEqual([
    [0.5, {}],
    [1, { 'eu-central': 'drain 25' }],
    [1.9, { 'eu-central': 'drain 25' }],
    [2, { 'eu-central': 'drain 100' }],
    [3, { 'eu-central': 'drain 50' }],
    [4, {}],
  ])
  expect(node.phase()).toMatchObject({ kind: 'over', outcome: 'succeeded' })
  expect(node.moves).toEqual([
    'alice plans it: quarterly',
    '25 % of the clients go elsewhere',
    '100 % of the clients go elsewhere',
    '50 % of the clients are back',
    'succeeded: all clients may come back',
  ])
})

test('it follows who had its region from before its start until the way back, also over a restart', async () => {
  const at = (client: string, region: string, minutes: number) =>
    void node.samples.push(sampled({ client, region, at: START + minutes * MINUTE }))
  await node.drills.create(PLAN)
  at('192.0.2.0/24', 'eu-central', 0.9)
  at('198.51.100.0/24', 'eu-central', 0.9)
  await node.at(1)
  at('203.0.113.0/24', 'eu-central', 1.49)
  await node.at(1.5)
  at('192.0.2.0/24', 'us-east', 2)
  await node.at(2)
  await node.drills.close()
  await node.open()
  at('203.0.113.0/24', 'us-east', 2.49)
  await node.at(2.49)
  await node.at(2.5)
  await node.at(3)
  // On the way back nobody is late any more.
  at('198.51.100.0/24', 'us-east', 3.2)
  await node.at(3.2)
  const followed = node.drills.get('1')!.followed!
  expect(followed.map(({ client, againAt }) => [client, againAt && (againAt - START) / MINUTE])).toEqual([
    ['192.0.2.0/24', 2],
    ['198.51.100.0/24', undefined],
    ['203.0.113.0/24', 2.49],
  ])
})

test('its override says whose it is, and ends soon after its move is due, if nobody carries the drill on', async () => {
  await node.drills.create(PLAN)
  await node.at(1)
  expect(node.overrides.list()).toMatchObject([
    { origin: 'drill:1', actor: 'alice', reason: 'drill 1: quarterly', expiresAt: START + 2 * MINUTE + 15_000 },
  ])
})

describe('the TTL of answers', () => {
  const ttl = async () => (await node.drills.outlook(PLAN)).ttl

  test('falls as the start draws near, and then as the next step does', async () => {
    expect(await ttl()).toBe(60)
    await node.drills.create(PLAN)
    // The publisher has the clock of the machine: only that the move was announced can be seen of it here.
    expect(node.publisher.current()!.planned).toEqual(new Map([['eu-central', { at: START + MINUTE, by: 'drill 1' }]]))
    expect(await ttl()).toBe(5)
    await node.at(1)
    expect(node.publisher.current()!.planned.get('eu-central')?.at).toBe(START + 2 * MINUTE)
    expect(node.drills.get('1')?.ttlAtCut).toBe(5)
  })

  test('is as before once the drill is over', async () => {
    await node.drills.create(PLAN)
    await node.drills.abort('1', 'not today')
    expect(node.publisher.current()!.planned).toEqual(new Map())
    expect(await ttl()).toBe(60)
  })
})

test('another region that breaks ends it, and all is as before', async () => {
  await node.overrides.create({ targets: ['us-east'], state: 'drain', percent: 10, for: '10m', reason: 'x' }, 'bob')
  const before = node.drained()
  await node.drills.create(PLAN)
  await node.at(2)
  expect(node.drained()).toEqual({ ...before, 'eu-central': 'drain 25' })
  node.breakRegion('ap-twin')
  await node.drills.look()
  expect(node.drained()).toEqual(before)
  expect(node.phase()).toMatchObject({ outcome: 'aborted', why: ['ap-twin is down'] })
})

test('an operator who speaks of its region, or takes its override away, ends it', async () => {
  await node.drills.create(PLAN)
  await node.at(1)
  await node.overrides.cancel(node.overrides.list()[0]!.id)
  await node.drills.look()
  expect(node.phase()).toMatchObject({ outcome: 'aborted', why: ['its override is not in force any more'] })
  await node.drills.create({ ...PLAN, startsAt: node.now })
  await node.drills.look()
  await node.overrides.create({ targets: ['eu-*'], state: 'down', for: '10m', reason: 'really' }, 'bob')
  await node.drills.look()
  expect(node.phase('2')).toMatchObject({ outcome: 'aborted', why: ['somebody has taken eu-central out'] })
  expect(node.drained()).toEqual({ 'eu-central': 'down 0' })
})

test('a region whose checks take longer than they may keeps it from beginning, and ends it; its own may be slow', async () => {
  const slow = (region: string, ms: number): Health => {
    const { text } = node.document.regions.get(region)!.addresses[0]!
    const check = { check: 'api', up: true, run: 0, changeInMs: 1000, lastMs: ms }
    return new Map([[region, [{ address: text, up: true, since: 0, changeInMs: 1000, checks: [check] }]]])
  }
  const { startsAt: _, ...plan } = { ...PLAN, guards: { ...PLAN.guards, maxLatencyMs: 300 } }
  const why = ['us-east takes 812 ms to answer its checks; 300 ms is the most']
  await node.drills.create(plan)
  node.health = slow('us-east', 812)
  await expect(node.drills.start('1', 0, 'alice')).rejects.toMatchObject({ objections: why })
  node.health = slow('eu-central', 812)
  await node.drills.start('1', 0, 'alice')
  expect(node.drained()).toEqual({ 'eu-central': 'drain 25' })
  node.health = slow('us-east', 812)
  await node.drills.look()
  expect(node.phase()).toMatchObject({ outcome: 'aborted', why })
  expect(node.drained()).toEqual({})
})

test('a plan tells the round trips that clients are to expect, and the drill remembers them as it begins', async () => {
  const { latency } = await node.drills.outlook(PLAN)
  expect(latency!.after!.meanMs).toBeGreaterThan(latency!.before!.meanMs)
  await node.drills.create(PLAN)
  await node.at(1)
  expect(node.drills.get('1')!.foretold.latency).toEqual(latency)
})

describe('it is not begun where', () => {
  const { startsAt: _, ...unplanned } = PLAN
  const why = async (plan: DrillPlan = unplanned): Promise<readonly string[]> => {
    const { drill } = await node.drills.create(plan)
    const refused = await node.drills.start(drill.id, 0, 'alice').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DrillRefused)
    expect(node.drained()).toEqual({})
    return (refused as DrillRefused).objections
  }

  test('a region would be asked more than it can carry; lower, it begins', async () => {
    node.rates = { 'eu-central': 80, 'us-east': 40 }
    expect(await why()).toEqual(['us-east would be asked 120 times a second, 120 % of its capacity; 100 % is the most'])
    node.rates = { 'eu-central': 50, 'us-east': 40 }
    await node.drills.start('1', 0, 'alice')
    expect(node.phase()).toMatchObject({ kind: 'out', step: 0 })
  })

  test('it has to wait for capacity until its time is over, which the API tells from other reasons', async () => {
    await node.drills.create(PLAN)
    node.rates = { 'eu-central': 80, 'us-east': 40 }
    await node.at(1)
    expect(drillView(node.drills.get('1')!)).toMatchObject({ outcome: 'refused', cause: 'capacity' })
    node.rates = {}
    await node.drills.create({ ...PLAN, startsAt: START + 2 * MINUTE, guards: { ...PLAN.guards, minHealthy: 9 } })
    await node.at(2)
    expect(drillView(node.drills.get('2')!)).toMatchObject({ outcome: 'refused', cause: 'conditions' })
  })

  test('names would be answered by their ladder', async () => {
    const [first, ...more] = await why({ ...unplanned, targets: ['eu-central', 'us-east'] })
    expect(first).toContain('api.example.com. AAAA: 100 % of its clients would be answered by its rung fallback')
    expect(more.length).toBeGreaterThan(0)
  })

  test('another one is under way', async () => {
    await node.drills.create(PLAN)
    await node.at(1)
    const { drill } = await node.drills.create({ ...unplanned, targets: ['us-east'] })
    await expect(node.drills.start(drill.id, 0, 'bob')).rejects.toThrow('drill 1 is under way')
  })

  test('no check would see the fault', async () => {
    const fault: DrillPlan = { ...unplanned, kind: 'fault', targets: ['reserve'], steps: [PLAN.steps[1]!], back: [] }
    expect(await why(fault)).toEqual(['reserve has no check that could see a fault'])
  })

  test('it is under way or over already', async () => {
    await node.drills.create(PLAN)
    await node.at(1)
    await expect(node.drills.start('1', 0, 'alice')).rejects.toThrow(DrillElsewhere)
    await node.drills.abort('1', 'enough')
    await expect(node.drills.start('1', 0, 'alice')).rejects.toThrow('drill 1 is over')
    await expect(node.drills.abort('1', 'again')).rejects.toThrow('drill 1 is over')
    expect(await node.drills.start('9', 0, 'alice')).toBeUndefined()
  })
})

describe('what is counted', () => {
  const seconds = async (from: number, count: number, grow: () => void): Promise<void> => {
    for (let i = 0; i < count; i++) {
      grow()
      node.now = from + (i + 1) * 1000
      await node.drills.look()
    }
  }
  const add = (more: Record<string, number>) => () => {
    node.answers = { ...node.answers }
    for (const [id, count] of Object.entries(more)) node.answers[id] = (node.answers[id] ?? 0) + count
  }

  test('is kept from the minute before', async () => {
    await node.drills.look()
    await node.drills.create(PLAN)
    await seconds(START, 70, add({ 'eu-central': 10 }))
    expect(node.drills.get('1')?.seconds).toHaveLength(70)
    expect(node.drills.get('1')?.seconds[3]).toEqual({
      until: START + 4000,
      answers: { 'eu-central': 10 },
      replies: 10,
      failed: 0,
    })
  })

  test('a region that is asked more than it can carry ends the drill', async () => {
    await node.drills.create({ ...PLAN, startsAt: START })
    await node.at(0)
    await seconds(START, 10, add({ 'us-east': 150 }))
    expect(node.phase()).toMatchObject({
      outcome: 'aborted',
      why: ['us-east is asked 150 times a second, 150 % of its capacity; 100 % is the most'],
    })
  })

  test('errors end the drill', async () => {
    await node.drills.create({ ...PLAN, startsAt: START })
    await node.at(0)
    await seconds(START, 10, () => {
      node.failed += 10
      add({ 'us-east': 10 })()
    })
    expect(node.phase()).toMatchObject({
      outcome: 'aborted',
      why: ['50 % of the last answers were errors; 5 % is the most'],
    })
  })

  test('answers that still hold the region at the height of the drill make it fail', async () => {
    await node.drills.create({ ...PLAN, startsAt: START, steps: [PLAN.steps[1]!] })
    await node.at(0)
    await seconds(START, 60, add({ 'eu-central': 1 }))
    expect(node.phase()).toMatchObject({ outcome: 'failed' })
  })
})

describe('a restart', () => {
  test('goes on with a drill where it was, whether or not its override had been made', async () => {
    await node.drills.create(PLAN)
    await node.at(1)
    await rm(join(node.folder, 'overrides.json'))
    node.publisher.setForced(new Map())
    node.now = START + 1.5 * MINUTE
    await node.open()
    expect(node.drained()).toEqual({ 'eu-central': 'drain 25' })
    await node.at(2)
    expect(node.drained()).toEqual({ 'eu-central': 'drain 100' })
  })

  test('ends a drill whose time ran out while nobody looked, and lifts its override', async () => {
    await node.drills.create(PLAN)
    await node.at(2)
    node.now = START + 3.1 * MINUTE
    await node.open()
    expect(node.phase()).toMatchObject({ outcome: 'interrupted' })
    expect(node.drained()).toEqual({})
    expect(node.overrides.list()).toEqual([])
  })

  test('does not give an id again, and tells of a file that it cannot read', async () => {
    await node.drills.create(PLAN)
    await writeFile(join(node.folder, 'drills', '7.json'), '{"form":1,"value":{"drill":')
    await node.open()
    expect(node.problems).toEqual([expect.stringContaining('drill 7 is not known any more')])
    expect((await node.drills.create(PLAN)).drill.id).toBe('8')
  })

  test('lets a fault go on, which was injected before the first probe', async () => {
    await node.drills.create({ ...PLAN, kind: 'fault', steps: [PLAN.steps[1]!], back: [] })
    await node.at(1)
    node.faults = []
    await node.open()
    expect(node.faults).toEqual([['eu-central', 'drill 1']])
  })
})

test('nothing goes out that could not be remembered', async () => {
  const { drill } = await node.drills.create(PLAN)
  await rm(join(node.folder, 'drills'), { recursive: true })
  await node.at(1)
  expect(node.drained()).toEqual({})
  expect(node.phase(drill.id)).toMatchObject({ kind: 'over', why: ['the disk takes no changes'] })
  expect(node.problems.length).toBeGreaterThan(0)
})

describe('a fault', () => {
  const fault: DrillPlan = { ...PLAN, kind: 'fault', startsAt: START, steps: [PLAN.steps[1]!], back: [] }

  test('that was found succeeds, and the checks bring the region back', async () => {
    await node.drills.create(fault)
    await node.at(0)
    expect(node.faults).toEqual([['eu-central', 'drill 1']])
    expect(node.drained()).toEqual({})
    const found = down(node.document, 'eu-central').get('eu-central')!
    node.health = new Map([
      [
        'eu-central',
        found.map(address => ({
          ...address,
          since: START + 20_000,
          checks: [{ check: 'api', up: false, run: 0, changeInMs: 0, lastAt: START + 8000, lastError: 'drill 1: x' }],
        })),
      ],
    ])
    await node.at(0.5)
    await node.at(1)
    expect(node.drills.get('1')).toMatchObject({ firstFailureAt: START + 8000, detectedAt: START + 20_000 })
    expect(node.phase()).toMatchObject({ outcome: 'succeeded' })
    expect(node.faults.at(-1)).toEqual(['eu-central', 'by-results'])
  })

  test('that nobody found makes the drill fail, and is gone at once', async () => {
    await node.drills.create(fault)
    await node.at(0)
    await node.at(1)
    expect(node.phase()).toMatchObject({ outcome: 'failed', why: ['within 60 s no check took eu-central out'] })
    expect(node.faults.at(-1)).toEqual(['eu-central', 'at-once'])
  })
})

test('a weekly drill plans the next one when it is over', async () => {
  await node.drills.create({ ...PLAN, weekly: true })
  for (const minute of [1, 2, 3, 4]) await node.at(minute)
  expect(node.drills.list().map(({ drill }) => drill.plan.startsAt)).toEqual([
    PLAN.startsAt! + 7 * 24 * 60 * MINUTE,
    PLAN.startsAt,
  ])
})

test('what is kept is a file for each, whole at any time', async () => {
  await node.drills.create(PLAN)
  await node.at(1)
  const kept = JSON.parse(await readFile(join(node.folder, 'drills', '1.json'), 'utf8'))
  expect(kept.value.drill.phase).toEqual({ kind: 'out', step: 0, since: START + MINUTE })
})
