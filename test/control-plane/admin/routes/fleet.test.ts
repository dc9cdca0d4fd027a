import { expect, test } from 'vitest'
import { formatFleet } from '../../../../src/cli/fleet-verb.js'
import { fleetView } from '../../../../src/control-plane/admin/fleet-view.js'
import { fleetMetrics } from '../../../../src/control-plane/admin/metrics-fleet.js'
import type { FleetState } from '../../../../src/control-plane/admin/port.js'
import { problemOf } from '../../../../src/control-plane/admin/problem-of.js'
import { waitingFor } from '../../../../src/control-plane/admin/readiness.js'
import { EtcdRefused } from '../../../../src/control-plane/fleet/etcd.js'
import { type Content, type Member, versionOf } from '../../../../src/control-plane/fleet/member.js'
import { StoreAway } from '../../../../src/control-plane/state/store-away.js'

const content: Content = { document: 'd1', geo: 'g1', overrides: 'o1', health: 'h1' }
const member = (node: string, more: Partial<Content> = {}): Member => {
  const own = { ...content, ...more }
  return { node, instance: node, release: '0.1.0', startedAt: 0, content: own, version: versionOf(own), lagMs: 3 }
}
const LIVE: FleetState = {
  node: 'ns1',
  standing: { kind: 'live' },
  members: [member('ns1'), member('ns2')],
  voters: [],
  clocks: new Map([['ns1', 0]]),
}
const AWAY: FleetState = {
  node: 'ns1',
  standing: { kind: 'away', since: 1000, why: 'no answer in time' },
  members: [member('ns1'), member('ns2'), member('ns3', { health: 'h2' })],
  voters: [],
  clocks: new Map(),
}
const samples = (state: FleetState | undefined) =>
  Object.fromEntries(
    fleetMetrics(state, 6000).map(({ name, samples }) => [
      name,
      samples.map(one => ('value' in one ? one.value : one)),
    ]),
  )

test('a node that is alone has no fleet, and disagrees with nobody', () => {
  expect(fleetView(undefined)).toEqual({ agreed: true, nodes: [] })
  expect(formatFleet(fleetView(undefined))).toBe('this node is alone: its settings name no fleet')
  expect(Object.values(samples(undefined)).flat()).toEqual([])
})

test('nodes that agree are listed, each with what it answers from', () => {
  const view = fleetView(LIVE)
  expect(view).toMatchObject({ node: 'ns1', store: { state: 'live' }, agreed: true })
  expect(view.nodes.map(({ node, self, differs }) => [node, self, differs])).toEqual([
    ['ns1', true, []],
    ['ns2', false, []],
  ])
  expect(formatFleet(view)).toContain('2 nodes; all answer alike')
})

test('a node that differs is told of, with the part that does, and so is a store that is away', () => {
  const view = fleetView(AWAY)
  expect(view).toMatchObject({
    agreed: false,
    store: { state: 'away', since: '1970-01-01T00:00:01.000Z', why: 'no answer in time' },
  })
  expect(view.nodes[2]?.differs).toEqual(['health'])
  const text = formatFleet(view)
  expect(text).toMatch(/ns3 .* differs: health/)
  expect(text).toContain('they do not answer alike')
  expect(text).toContain('etcd is away since 1970-01-01T00:00:01.000Z')
})

test('a clock that is wrong is told of, and one that is not known is not', () => {
  const view = fleetView({ ...LIVE, clocks: new Map([['ns2', -30_120]]) })
  expect(view.nodes.map(({ clockAheadMs }) => clockAheadMs)).toEqual([undefined, -30_120])
  expect(formatFleet(view)).toMatch(/ns2 .* clock 30 s behind$/m)
})

test('the series say the same', () => {
  const up = samples(LIVE)
  expect(Object.values(up)).toEqual([[1], [0], [2], [0, 0], [0.003], [0], [], [], []])
  expect(Object.values(samples(AWAY))).toEqual([[0], [5], [3], [0, 0, 1], [0.003], [], [], [], []])
})

test('a store that is away, or refuses, is a problem of its own', () => {
  expect(problemOf(new StoreAway('etcd cannot be reached'))).toMatchObject({ type: 'store-away', status: 503 })
  expect(problemOf(new EtcdRefused('too large', 3))).toMatchObject({ type: 'store-refused', message: 'too large' })
})

test.each([
  ['a fleet without a document is not ready', LIVE, 0, ['a traffic document: meridian apply brings one']],
  ['a fleet with one is', LIVE, 1, []],
  ['a node that is alone is, whatever it serves', undefined, 0, []],
])('%s', (_, state, revisions, waits) => {
  const latest = () => (revisions === 0 ? undefined : {})
  const store = { current: () => ({ document: { zones: new Map() } }), revisions: { latest } }
  const port = { published: () => ({}), health: () => new Map(), databases: () => [], fleet: () => state, store }
  // Only what is asked for is there.
  expect(waitingFor(port as unknown as Parameters<typeof waitingFor>[0])).toEqual(waits)
})

test('votes are shown beside each node, and who has none counts as such', () => {
  const voters = [
    { node: 'ns1', group: 'fra', targets: 12, down: 0, trusted: true },
    { node: 'ns2', group: 'nyc', targets: 12, down: 11, trusted: false },
  ]
  const view = fleetView({ ...LIVE, voters })
  expect(view.nodes.map(({ group, votes }) => [group, votes])).toEqual([
    ['fra', { targets: 12, down: 0, trusted: true }],
    ['nyc', { targets: 12, down: 11, trusted: false }],
  ])
  expect(formatFleet(view)).toMatch(/ns2 .* 11\/12 down, no vote/)
  const { meridian_fleet_votes, meridian_fleet_votes_down, meridian_fleet_votes_counted } = samples({ ...LIVE, voters })
  expect([meridian_fleet_votes, meridian_fleet_votes_down, meridian_fleet_votes_counted]).toEqual([
    [12, 12],
    [0, 11],
    [1, 0],
  ])
})
