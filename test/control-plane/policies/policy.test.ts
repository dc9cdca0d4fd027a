import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClientClass } from '../../../src/control-plane/geo/client-class.js'
import { BUILT_IN, type Candidate, preparePolicy } from '../../../src/control-plane/policies/policy.js'
import type { StepSpec } from '../../../src/control-plane/traffic/document/policy.js'
import { anyCandidates, anyClient, anySteps, TABLES } from './arbitrary-policy.js'
import { ranked } from './run.js'

const DROPPING = (step: StepSpec): boolean =>
  (step.step === 'fence' && step.mode === 'never-leave') || (step.step === 'geo' && step.others !== 'keep')

test('no chain of steps invents a region or has one twice, and none is dropped but by a step that says so', () => {
  fc.assert(
    fc.property(anySteps, anyCandidates, anyClient, (steps, candidates, client) => {
      const { tiers, inside } = ranked(steps, candidates, client, TABLES)
      const ids = tiers.flat()
      const known = candidates.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.every(id => known.includes(id))).toBe(true)
      expect(tiers.every(({ length }) => length > 0)).toBe(true)
      expect(inside >= 0 && inside <= tiers.length).toBe(true)
      if (!steps.some(DROPPING)) expect([...ids].sort()).toEqual([...known].sort())
    }),
    { numRuns: 2000 },
  )
})

test('the trace ends where the ranking does, and each step begins where the one before ended', () => {
  fc.assert(
    fc.property(anySteps, anyCandidates, anyClient, (steps, candidates, client) => {
      const policy = preparePolicy({ id: 'x', steps }, candidates, TABLES)
      const trace = policy.trace(client)
      expect(trace.map(({ step }) => step)).toEqual(steps.map(({ step }) => step))
      expect(trace.at(-1)?.after).toEqual(policy.rank(client))
      for (const [i, { before, why }] of trace.entries()) {
        if (i > 0) expect(before).toEqual(trace[i - 1]!.after)
        expect(why.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: 500 },
  )
})

const at = (longitude: number) => ({ location: { latitude: 0, longitude } })
const region = (id: string, more: Partial<Candidate> = {}): Candidate => ({ id, weight: 100, ...more })
const a = region('a', { ...at(0), country: 'DE', continent: 'EU', tags: ['red'] })
const b = region('b', { ...at(10), country: 'FR', continent: 'EU', tier: 2 })
const c = region('c', { ...at(90), country: 'US', continent: 'NA', tags: ['red'] })
const d = region('d')
const ALL = [a, b, c, d]
const berlin: ClientClass = { ...at(1), country: 'DE', continent: 'EU', asn: 64500, subdivision: 'Bayern' }

describe('the steps', () => {
  const rules = (
    map: Record<string, readonly string[]>,
    others: 'keep' | 'drop' | 'drop-broader' = 'keep',
  ): StepSpec => ({
    step: 'geo',
    rules: Object.entries(map).map(([clients, regions]) => ({ clients, regions })),
    others,
  })
  const fence = (
    to: 'country' | 'continent' | readonly string[],
    mode: 'prefer' | 'never-leave',
    clients: string[] = [],
  ): StepSpec => ({
    step: 'fence',
    to,
    mode,
    clients,
  })

  test.each<[string, readonly StepSpec[], ClientClass, string[][], number]>([
    // what, steps, client, tiers, tiers inside the fence
    [
      'geo: the most specific rule is alone where broader ones are dropped',
      [rules({ DE: ['b'], 'continent:EU': ['a'], '*': ['c', 'd'] }, 'drop-broader')],
      berlin,
      [['b']],
      1,
    ],
    [
      'geo: whom no more specific rule is about has the broader one',
      [rules({ FR: ['b'], 'continent:EU': ['d', 'a'], '*': ['c'] }, 'drop-broader')],
      berlin,
      [['a', 'd']],
      1,
    ],
    [
      'geo: a rule with tiers has an order of its own, and the steps after it order its tiers',
      [
        {
          step: 'geo',
          rules: [
            { clients: 'DE', regions: ['d', 'b', 'a'], tiers: [['d'], ['b', 'a']] },
            { clients: '*', regions: ['c'] },
          ],
          others: 'drop-broader',
        },
        { step: 'distance' },
      ],
      berlin,
      [['d'], ['a'], ['b']],
      3,
    ],
    [
      'geo: the last tier of a rule goes before broader rules',
      [
        {
          step: 'geo',
          rules: [
            { clients: 'DE', regions: ['d', 'b'], tiers: [['d'], ['b']] },
            { clients: '*', regions: ['a'] },
          ],
          others: 'keep',
        },
      ],
      berlin,
      [['d'], ['b'], ['a'], ['c']],
      4,
    ],
    [
      'latency: rows of the more specific key go before',
      [{ step: 'latency', table: 't', withinMs: 0, missing: 'skip' }],
      { ...berlin, networks: ['36.1.0.0/16'] },
      [['b'], ['a'], ['d'], ['c']],
      4,
    ],
    [
      'latency: within the band of the best regions are equals',
      [{ step: 'latency', table: 't', withinMs: 5, missing: 'skip' }],
      berlin,
      [['a', 'b'], ['d'], ['c']],
      3,
    ],
    [
      'latency: a band is as wide from its own best on',
      [{ step: 'latency', table: 't', withinMs: 25, missing: 'skip' }],
      berlin,
      [['a', 'b'], ['d'], ['c']],
      3,
    ],
    [
      'latency: what was not measured is modelled by distance',
      [{ step: 'latency', table: 't', withinMs: 0, missing: 'distance' }],
      { ...at(1), country: 'US' },
      [['a'], ['b'], ['d'], ['c']],
      4,
    ],
    [
      'latency: of what nothing is known comes last',
      [{ step: 'latency', table: 't', withinMs: 0, missing: 'skip' }],
      { country: 'US' },
      [['d'], ['a', 'b', 'c']],
      2,
    ],
    [
      'geo: each rule is the fallback of the more specific ones',
      [rules({ '*': ['c'], DE: ['b'], AS64500: ['a'], 'DE-BAYERN': ['d'] })],
      berlin,
      [['a'], ['d'], ['b'], ['c']],
      4,
    ],
    [
      'geo: what no rule names comes last',
      [rules({ DE: ['red'] })],
      berlin,
      [
        ['a', 'c'],
        ['b', 'd'],
      ],
      2,
    ],
    ['geo: or is dropped', [rules({ DE: ['red'] }, 'drop')], berlin, [['a', 'c']], 1],
    ['geo: a client without any rule keeps all as equals', [rules({ US: ['c'] })], berlin, [['a', 'b', 'c', 'd']], 1],
    [
      'geo: without rules the country goes before the continent',
      [{ step: 'geo', others: 'keep' }],
      berlin,
      [['a'], ['b'], ['c', 'd']],
      3,
    ],
    [
      'fence: regions outside come after those inside',
      [fence('country', 'prefer'), { step: 'order' }],
      berlin,
      [['a'], ['d'], ['b'], ['c']],
      1,
    ],
    [
      'fence: or are dropped, but for those of which nothing is known',
      [fence('continent', 'never-leave')],
      berlin,
      [['a', 'b'], ['d']],
      2,
    ],
    [
      'fence: with nothing inside there is none to prefer',
      [fence('country', 'prefer')],
      { country: 'JP' },
      [['a', 'b', 'c', 'd']],
      1,
    ],
    [
      'fence: never left, it may leave nothing',
      [fence(['c'], 'never-leave'), fence(['a'], 'never-leave')],
      berlin,
      [],
      0,
    ],
    ['fence: only for whom it is', [fence(['c'], 'never-leave', ['US'])], berlin, [['a', 'b', 'c', 'd']], 1],
    ['fence: for a network', [fence(['c'], 'never-leave', ['36.0.0.0/8'])], { networks: ['36.0.0.0/8'] }, [['c']], 1],
    ['fence: not for whom it cannot be told', [fence('country', 'never-leave')], at(1), [['a', 'b', 'c', 'd']], 1],
    [
      'fence: inside and outside are ordered apart',
      [{ step: 'distance' }, fence(['b', 'c'], 'prefer')],
      berlin,
      [['b'], ['c'], ['a'], ['d']],
      2,
    ],
    [
      'prefer and avoid, by tag and id',
      [
        { step: 'prefer', regions: ['red'] },
        { step: 'avoid', regions: ['a', 'b'] },
      ],
      berlin,
      [['c'], ['a'], ['d'], ['b']],
      4,
    ],
    ['tier: by the regions’ own', [{ step: 'tier' }], berlin, [['a', 'c', 'd'], ['b']], 2],
    [
      'tier: by a list; what it does not name comes last',
      [{ step: 'tier', tiers: [['d'], ['red']] }],
      berlin,
      [['d'], ['a', 'c'], ['b']],
      3,
    ],
    ['order: one after the other', [{ step: 'order' }], berlin, [['a'], ['b'], ['c'], ['d']], 4],
    [
      'spread: those not much farther are equals',
      [{ step: 'spread', within: { km: 1000 } }],
      berlin,
      [['a', 'b'], ['c'], ['d']],
      3,
    ],
    [
      'spread: by a share of the distance',
      [{ step: 'spread', within: { percent: 700 } }],
      berlin,
      [['a'], ['b'], ['c'], ['d']],
      4,
    ],
    [
      'spread: and just far enough',
      [{ step: 'spread', within: { percent: 801 } }],
      berlin,
      [['a', 'b'], ['c'], ['d']],
      3,
    ],
    [
      'spread: without a location all are equals',
      [{ step: 'spread', within: { km: 1 } }],
      {},
      [['a', 'b', 'c', 'd']],
      1,
    ],
    [
      'groups: come whole, where their best one is',
      [{ step: 'distance' }, { step: 'groups', groups: [{ regions: ['a', 'c'], minHealthy: 1, steps: [] }] }],
      berlin,
      [['a'], ['c'], ['b'], ['d']],
      4,
    ],
    [
      'groups: and are ordered by steps of their own',
      [{ step: 'groups', groups: [{ regions: ['b', 'a'], minHealthy: 1, steps: [{ step: 'distance' }] }] }],
      berlin,
      [['a'], ['b'], ['c', 'd']],
      3,
    ],
    [
      'steps that share say nothing of the order',
      [{ step: 'take', count: 2 }, { step: 'round-robin' }],
      berlin,
      [['a', 'b', 'c', 'd']],
      1,
    ],
  ])('%s', (_, steps, client, tiers, inside) => {
    expect(ranked(steps, ALL, client, TABLES)).toEqual({ tiers, inside })
  })
})

test.each([
  ['nearest', [['a'], ['b'], ['c'], ['d']]],
  ['latency', [['a'], ['b'], ['c'], ['d']]],
  ['failover', [['a'], ['c'], ['d'], ['b']]],
  ['weighted', [['a', 'b', 'c', 'd']]],
  ['geo', [['a'], ['b'], ['c'], ['d']]],
  ['round-robin', [['a', 'b', 'c', 'd']]],
  ['sticky', [['a', 'b', 'c', 'd']]],
  ['all', [['a', 'b', 'c', 'd']]],
])('the built-in policy %s ranks as its name says', (id, tiers) => {
  const { steps } = BUILT_IN.find(policy => policy.id === id)!
  expect(ranked(steps, ALL, berlin).tiers).toEqual(tiers)
})
