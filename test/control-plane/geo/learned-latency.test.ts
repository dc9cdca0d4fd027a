import { describe, expect, test } from 'vitest'
import { bucketOf, LearnedLatency } from '../../../src/control-plane/geo/learned-latency.js'

const SPEC = { minimumSamples: 10, expireMs: 3_600_000, networks: 1000, refreshMs: 60_000 }
const NOW = Date.UTC(2026, 2, 1)
const NETWORK = '203.0.113.0/24'

describe('a client is remembered by its network', () => {
  test.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.128/25', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['2001:db8:1::/56', '2001:db8:1::/48'],
    ['203.0.0.0/16', undefined],
    ['2001:db8::/32', undefined],
    ['203.0.113.7/24', undefined],
    ['DE', undefined],
    ['', undefined],
    ['::ffff:0.0.0.0/95', undefined],
  ])('%s by %s', (client, network) => {
    expect(bucketOf(client)).toBe(network)
  })
})

const add = (table: LearnedLatency, rttMs: number, samples = 1, region = 'eu', now = NOW, network = NETWORK) =>
  table.add(network, { region, rttMs, samples }, now)

test('too few samples say nothing, and enough of them say their mean', () => {
  const table = new LearnedLatency(SPEC)
  for (let i = 0; i < 9; i++) add(table, i % 2 === 0 ? 10 : 20)
  expect(table.refresh(NOW).size).toBe(0)
  add(table, 20)
  expect(table.refresh(NOW)).toEqual(new Map([[NETWORK, new Map([['eu', 15]])]]))
})

test('an average follows a lasting change, and hardly one that comes and goes', () => {
  const table = new LearnedLatency(SPEC)
  add(table, 20, 1000)
  add(table, 200)
  expect(table.about(NETWORK)[0]!.rttMs).toBeLessThan(24)
  for (let i = 0; i < 200; i++) add(table, 200)
  expect(table.about(NETWORK)[0]!.rttMs).toBeGreaterThan(190)
})

test('samples that flap do not change what is in force', () => {
  const table = new LearnedLatency(SPEC)
  add(table, 40, 100, 'eu')
  add(table, 42, 100, 'us')
  const first = table.refresh(NOW)
  for (let round = 0; round < 200; round++) {
    const good = round % 2 === 0
    add(table, good ? 35 : 45, 1, 'eu')
    add(table, good ? 47 : 37, 1, 'us')
    expect(table.refresh(NOW)).toBe(first)
  }
})

test('what was not heard of for long is forgotten', () => {
  const table = new LearnedLatency(SPEC)
  add(table, 20, 50, 'eu', NOW)
  add(table, 90, 50, 'us', NOW + 3_000_000)
  expect(table.refresh(NOW + 3_000_000).get(NETWORK)?.size).toBe(2)
  expect(table.refresh(NOW + 4_000_000).get(NETWORK)).toEqual(new Map([['us', 90]]))
  expect(table.refresh(NOW + 9_000_000).size).toBe(0)
  expect(table.counts().networks).toBe(0)
})

test('no more networks are remembered than may be, and the one not heard of for longest goes first', () => {
  const table = new LearnedLatency({ ...SPEC, networks: 3 })
  for (const i of [1, 2, 3, 1, 4]) add(table, 20, 50, 'eu', NOW, `203.0.${i}.0/24`)
  expect([...table.refresh(NOW).keys()].sort()).toEqual(['203.0.1.0/24', '203.0.3.0/24', '203.0.4.0/24'])
  expect(table.counts()).toEqual({ networks: 3, samples: 250, evicted: 1 })
  table.configure({ ...SPEC, networks: 1 })
  expect([...table.refresh(NOW).keys()]).toEqual(['203.0.4.0/24'])
})

test('what was saved is restored, with what was in force', () => {
  const table = new LearnedLatency(SPEC)
  add(table, 40, 100, 'eu')
  add(table, 50, 3, 'us')
  add(table, 60, 30, 'us', NOW, '2001:db8:1::/48')
  table.refresh(NOW)
  add(table, 41, 100, 'eu')
  const again = new LearnedLatency(SPEC)
  again.restore([...table.saved()])
  expect(again.inForce()).toEqual(table.inForce())
  expect(again.about(NETWORK)).toEqual(table.about(NETWORK))
  expect([...again.saved()]).toEqual([...table.saved()])
})

test.each([
  ['no JSON', ['["eu"]', '{']],
  ['a network that is none', ['["eu"]', '["203.0.113.7",[0,1,1,1],0]']],
  ['a region that is none', ['["eu"]', '["203.0.113.0/24",[1,1,1,1],0]']],
  ['numbers that are none', ['["eu"]', '["203.0.113.0/24",[0,1,"x",1],0]']],
  ['a cell that is cut off', ['["eu"]', '["203.0.113.0/24",[0,1,1],0]']],
])('%s is refused when it is restored', (_, lines) => {
  expect(() => new LearnedLatency(SPEC).restore(lines)).toThrow()
})
