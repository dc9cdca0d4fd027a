import { afterEach, describe, expect, test } from 'vitest'
import { SafetyRefused } from '../../../src/control-plane/operate/safety.js'
import type { ForcedRegions } from '../../../src/control-plane/publish/forced.js'
import { type DrillWorld, documentWith, MINUTE, makeDrillWorld, PLAN, START } from './drills-world.js'
import { down } from './world.js'

let node: DrillWorld
afterEach(() => node.close())

async function begun(rules: string, plan = PLAN): Promise<void> {
  node = await makeDrillWorld(documentWith(rules))
  await node.drills.create(plan)
  await node.at(1)
}
/** Ids of the rules that would be broken if somebody took these regions out now. */
const takingOut = (...ids: readonly string[]): readonly string[] =>
  node.safety.judge({ forced: out(ids) }).map(({ rule }) => rule)
const out = (ids: readonly string[]): ForcedRegions =>
  new Map(
    ids.map(id => [id, { id: '9', state: 'down', drain: 0, until: Infinity, actor: 'bob', reason: 'x' } as const]),
  )

describe('a rule that bids to wait', () => {
  const CALM = '{ calm: { wait: 5m } }'

  test('does not hold a drill up for what it did itself, nor after a restart of the node', async () => {
    await begun(CALM)
    await node.open()
    await node.at(2)
    expect(node.drained()).toEqual({ 'eu-central': 'drain 100' })
    await node.at(3)
    await node.at(4)
    expect(node.phase()).toMatchObject({ outcome: 'succeeded' })
  })

  test('holds others up after each move of a drill, out and back', async () => {
    await begun(CALM)
    expect(takingOut('us-east')).toEqual(['calm'])
    for (const minute of [2, 3, 4]) await node.at(minute)
    await node.at(8.9)
    expect(takingOut('us-east')).toEqual(['calm'])
    await node.at(9)
    expect(takingOut('us-east')).toEqual([])
  })

  test('ends a drill beside which somebody else has moved clients, before its next step', async () => {
    await begun(CALM)
    await node.at(1.5)
    const wish = { targets: ['us-east'], state: 'drain', percent: 10, for: '1h', reason: 'x' } as const
    await node.overrides.create(wish, 'bob', 'operator', forced =>
      node.safety.pass({ forced }, { rules: ['calm'], scopes: ['operate'] }),
    )
    await node.at(2)
    expect(node.phase()).toMatchObject({
      outcome: 'aborted',
      why: ['the safety rule calm: us-east was changed 30s ago, and 5m have to pass between changes; wait 270s'],
    })
    expect(node.drained()).toEqual({ 'us-east': 'drain 10' })
  })

  test('holds others up after a fault as well, which moves clients by way of the checks', async () => {
    await begun(CALM, { ...PLAN, kind: 'fault', steps: [PLAN.steps[1]!], back: [] })
    expect(takingOut('us-east')).toEqual(['calm'])
    await node.at(1.5)
    node.health = down(node.document, 'eu-central')
    node.now = START + 20 * MINUTE
    expect(takingOut('us-east')).toEqual([])
    await node.drills.abort('1', 'enough')
    expect(takingOut('us-east')).toEqual(['calm'])
  })
})

test('a blackout that begins between two steps ends the drill, and lets its clients come back', async () => {
  const start = new Date(START + 1.5 * MINUTE).toISOString()
  await begun(`{ sale: { blackout: [{ start: "${start}", end: "2026-12-27T00:00:00Z" }] } }`)
  expect(node.drained()).toEqual({ 'eu-central': 'drain 25' })
  await node.at(2)
  expect(node.phase()).toMatchObject({ outcome: 'aborted', why: [expect.stringContaining('the safety rule sale:')] })
  expect(node.drained()).toEqual({})
  expect(node.broken).toEqual([])
})

test('a step is asked at the moment at which it is made: nothing comes between the asking and the moving', async () => {
  await begun('{ three: { at-least: 4 } }')
  await node.at(1.5)
  // Between the look of the drill and the writing of its override somebody else takes a region out.
  const before = node.overrides.extend.bind(node.overrides)
  node.overrides.extend = async (...args) => {
    node.publisher.setForced(new Map([...node.publisher.current()!.forced, ...out(['us-east'])]))
    const guard = args[2]
    return before(args[0], args[1], forced => guard!(new Map([...forced, ...out(['us-east'])])))
  }
  await node.at(2)
  expect(node.phase()).toMatchObject({ outcome: 'aborted', why: [expect.stringContaining('the safety rule three:')] })
})

describe('a gate before the way back', () => {
  const GATE = '{ synced: { facts: { db-synced: true }, when: gains, of: [eu-central] } }'
  const BARRED =
    'the safety rule synced: db-synced does not hold, on which eu-central depends; make it so, and say so: meridian fact set db-synced'

  test('keeps the clients away until it opens', async () => {
    await begun(GATE)
    for (const minute of [2, 3, 6]) await node.at(minute)
    expect(node.drained()).toEqual({ 'eu-central': 'drain 100' })
    expect(node.phase()).toMatchObject({ kind: 'out', waitsFor: [BARRED] })
    await node.safety.setFact('db-synced', { actor: 'bob' })
    await node.at(6.1)
    expect(node.drained()).toEqual({ 'eu-central': 'drain 50' })
    await node.at(7.1)
    expect(node.phase()).toMatchObject({ outcome: 'succeeded' })
    expect(node.broken).toEqual([])
  })

  test('is no wall: the drill ends ten minutes later, also where the node is gone, and people are told', async () => {
    await begun(GATE)
    for (const minute of [2, 3]) await node.at(minute)
    expect(node.overrides.list()).toMatchObject([{ expiresAt: START + 13 * MINUTE + 15_000 }])
    await node.at(13)
    expect(node.drained()).toEqual({ 'eu-central': 'drain 50' })
    expect(node.broken).toEqual(['synced'])
  })

  test('does not hold up somebody who ends the drill', async () => {
    await begun(GATE)
    for (const minute of [2, 3]) await node.at(minute)
    await node.drills.abort('1', 'enough')
    expect(node.drained()).toEqual({})
    expect(node.broken).toEqual(['synced'])
  })
})

test('what was remembered of the moves of a drill is the time at which they were made', async () => {
  await begun('{ calm: { wait: 5m } }')
  expect(node.drills.get('1')?.movedAt).toEqual([START + MINUTE])
  expect(() => node.safety.pass({ forced: out(['us-east']) }, { rules: [], scopes: [] })).toThrow(SafetyRefused)
})
