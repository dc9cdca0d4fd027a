// Drills of a fleet: two nodes over a real etcd, each with its own clock, of which now one and now the other carries a drill on.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { MEMBERS } from '../../../src/control-plane/fleet/member.js'
import type { Replica } from '../../../src/control-plane/fleet/replica.js'
import { DrillFleet } from '../../../src/control-plane/operate/drill-fleet.js'
import { DrillElsewhere } from '../../../src/control-plane/operate/drill-refused.js'
import { Overtaken } from '../../../src/control-plane/state/overtaken.js'
import { until } from '../../end-to-end/server.js'
import { EtcdCluster } from '../../etcd.js'
import { Replicas, valuesOf } from '../../replicas.js'
import { type DrillWorld, documentWith, MINUTE, makeDrillWorld, PLAN, START } from './drills-world.js'

const LIMIT_MS = 60_000

let cluster: EtcdCluster
let replicas: Replicas
let prefixes = 0
let nodes: readonly Node[]
/** While it is there, no watch tells anything. */
let unheard: (() => void)[] | undefined

interface Node {
  readonly name: string
  readonly replica: Replica
  readonly world: DrillWorld
}

beforeAll(async () => {
  cluster = await EtcdCluster.start()
}, LIMIT_MS)
afterAll(() => cluster.stop())
beforeEach(async () => {
  unheard = undefined
  replicas = new Replicas()
  const prefix = `/drills-${++prefixes}/`
  nodes = await Promise.all(['a', 'b'].map(name => makeNode(name, prefix)))
}, LIMIT_MS)
afterEach(async () => {
  for (const { world } of nodes) await world.close()
  await replicas.close()
}, LIMIT_MS)

async function makeNode(name: string, prefix: string): Promise<Node> {
  const replica = await replicas.replica(cluster, prefix, deliver => {
    if (unheard === undefined) deliver()
    else unheard.push(deliver)
  })
  await replica.commit({ unchanged: [], put: [{ key: MEMBERS + name, value: '{}' }] })
  const onProblem = (sentence: string): never => {
    throw new Error(sentence)
  }
  const shelf = () => new DrillFleet({ replica, node: name, onProblem })
  const world = await makeDrillWorld(documentWith(), { value: valuesOf(replica), shelf, silenceMs: 10_000 })
  return { name, replica, world }
}

const at = (minutes: number): void => {
  for (const { world } of nodes) world.now = START + minutes * MINUTE
}
/** Its lease ran out, as far as anybody can tell. */
async function goes({ name, replica }: Node): Promise<void> {
  await replica.commit({ unchanged: [], put: [], remove: [MEMBERS + name] })
  // Both are alike also while neither has heard of it.
  const isGone = () => nodes.every(node => node.replica.get(MEMBERS + name) === undefined)
  await until(`it is known that ${name} is gone`, LIMIT_MS, async () => isGone() || undefined)
}
/** Whatever one node knows, the other knows as well. */
async function alike(): Promise<void> {
  await until('both know the same', LIMIT_MS, async () => {
    const [one, other] = nodes.map(({ replica, world }) => {
      const drills = world.drills.list().map(({ drill, runner }) => [runner, drill])
      return JSON.stringify([drills, world.overrides.list(), [...replica.under(MEMBERS).keys()].sort()])
    })
    return one === other ? true : undefined
  })
}
const timeline = ({ world }: Node, id = '1') => world.drills.get(id)!.drill.timeline.map(({ what }) => what)

test('a drill that is planned on one node is known on all: its time lets TTLs fall there, and it begins once', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create(PLAN)
  await alike()
  await b.world.drills.look()
  expect(b.world.publisher.current()!.planned).toEqual(new Map([['eu-central', { at: START + MINUTE, by: 'drill 1' }]]))
  at(1)
  await Promise.all(nodes.map(({ world }) => world.drills.look()))
  await alike()
  expect(nodes.map(({ world }) => world.drained())).toEqual([
    { 'eu-central': 'drain 25' },
    { 'eu-central': 'drain 25' },
  ])
  expect(b.world.moves).toEqual([])
  expect(timeline(b)).toEqual(['alice plans it: quarterly', '25 % of the clients go elsewhere'])
})

test('where the node that carries it on is gone, another one does, from where it was to its ramped end', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create(PLAN)
  at(1)
  await a.world.drills.look()
  await alike()
  at(1.5)
  await b.world.drills.look()
  expect(b.world.drills.get('1')!.runner).toBe('a')
  await goes(a)
  const seen: Record<string, string>[] = []
  for (const minutes of [1.6, 2.1, 3, 4]) {
    at(minutes)
    await b.world.drills.look()
    seen.push(b.world.drained())
  }
  expect(seen).toEqual([{ 'eu-central': 'drain 25' }, { 'eu-central': 'drain 100' }, { 'eu-central': 'drain 50' }, {}])
  expect(timeline(b)).toEqual([
    'alice plans it: quarterly',
    '25 % of the clients go elsewhere',
    'a is gone: b carries it on',
    '100 % of the clients go elsewhere',
    '50 % of the clients are back',
    'succeeded: all clients may come back',
  ])
  // It was there all along, and does nothing any more.
  await alike()
  await a.world.drills.look()
  expect(a.world.moves).toEqual(['alice plans it: quarterly', '25 % of the clients go elsewhere'])
  expect(a.world.overrides.list()).toEqual([])
})

test('what a node does for a drill that is not its own any more is not done', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create(PLAN)
  at(1)
  await a.world.drills.look()
  await alike()
  const before = new DrillFleet({ replica: a.replica, node: 'a', onProblem: () => undefined }).unchanged('1')
  await b.world.drills.abort('1', 'ended by bob')
  const late = a.world.overrides.create(
    { targets: ['eu-central'], state: 'drain', percent: 25, for: '1m', reason: 'late' },
    'a',
    'drill:1',
    () => [],
    before,
  )
  await expect(late).rejects.toBeInstanceOf(Overtaken)
  await alike()
  expect(nodes.map(({ world }) => world.overrides.list())).toEqual([[], []])
})

test('it can be started and ended on any node, which carries it on from then on', async () => {
  const [a, b] = nodes as [Node, Node]
  const { startsAt: _, ...plan } = PLAN
  await a.world.drills.create(plan)
  await alike()
  await b.world.drills.start('1', 0, 'bob')
  expect(b.world.drills.get('1')!.runner).toBe('b')
  await alike()
  expect(a.world.drained()).toEqual({ 'eu-central': 'drain 25' })
  await expect(a.world.drills.start('1', 0, 'alice')).rejects.toBeInstanceOf(DrillElsewhere)
  await a.world.drills.abort('1', 'ended by alice')
  await alike()
  expect(b.world.drills.get('1')!.drill.phase).toMatchObject({ outcome: 'aborted', why: ['ended by alice'] })
  expect(nodes.map(({ world }) => world.drained())).toEqual([{}, {}])
})

test('of two that are to begin at the same moment on two nodes one begins, and the other waits for it', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create({ ...PLAN, windowMs: MINUTE })
  await alike()
  await b.world.drills.create({ ...PLAN, targets: ['us-east'], windowMs: MINUTE })
  await alike()
  unheard = []
  for (const minutes of [1, 1.2, 1.4]) {
    at(minutes)
    await Promise.all(nodes.map(({ world }) => world.drills.look()))
    const begun = nodes.map(({ world }, own) => world.drills.get(String(own + 1))!.drill.phase.kind)
    expect(begun.sort()).toEqual(['out', 'planned'])
  }
  for (const deliver of unheard) deliver()
  unheard = undefined
  at(1.6)
  for (const { world } of nodes) await world.drills.look()
  await alike()
  const phases = a.world.drills.list().map(({ drill }) => drill.phase)
  expect(phases.map(({ kind }) => kind).sort()).toEqual(['out', 'planned'])
  const [waiting] = phases.filter(({ kind }) => kind === 'planned')
  expect(waiting).toMatchObject({ waitsFor: [expect.stringMatching(/^drill [12] is under way$/)] })
})

test('a fault is one on every node, and so is its end', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create({ ...PLAN, kind: 'fault', steps: [{ percent: 100, holdMs: MINUTE }], back: [] })
  at(1)
  await a.world.drills.look()
  await alike()
  expect(b.world.faults.at(-1)).toEqual(['eu-central', 'drill 1'])
  await b.world.drills.abort('1', 'ended by bob')
  await alike()
  expect(nodes.map(({ world }) => world.faults.at(-1))).toEqual([
    ['eu-central', 'at-once'],
    ['eu-central', 'at-once'],
  ])
})

test('where the store has lost a drill its faults end on every node, for nobody would ever end them', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create({ ...PLAN, kind: 'fault', steps: [{ percent: 100, holdMs: MINUTE }], back: [] })
  at(1)
  await a.world.drills.look()
  await alike()
  await b.replica.commit({ unchanged: [], put: [], remove: ['drills/1'] })
  const isGone = () => nodes.every(({ world }) => world.drills.get('1') === undefined)
  await until('both know that it is gone', LIMIT_MS, async () => isGone() || undefined)
  expect(nodes.map(({ world }) => world.faults.at(-1))).toEqual([
    ['eu-central', 'at-once'],
    ['eu-central', 'at-once'],
  ])
})

test('one that nobody carried on in time is over, and its override with it', async () => {
  const [a, b] = nodes as [Node, Node]
  await a.world.drills.create(PLAN)
  at(1)
  await a.world.drills.look()
  await goes(a)
  await alike()
  // For who is gone time stands still: it would look as well.
  b.world.now = START + 4 * MINUTE
  await b.world.drills.look()
  expect(b.world.drills.get('1')!.drill.phase).toMatchObject({ outcome: 'interrupted' })
  expect(b.world.overrides.list()).toEqual([])
})
