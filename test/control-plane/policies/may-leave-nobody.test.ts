import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayLeaveNobody } from '../../../src/control-plane/policies/may-leave-nobody.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { anyCandidates, anyClient, anySteps, TABLES } from './arbitrary-policy.js'
import { ranked } from './run.js'

/** What is wrong with a document of two regions, in DE and in US, of which the one in DE is tagged `home`. */
function problems(policy: string, record = '{ steer: x }', us = 'country: US'): readonly string[] {
  const text = `
regions:
  de: { addresses: [192.0.2.1], country: DE, tags: [home] }
  us: { addresses: [192.0.2.2], ${us} }
policies: { x: ${policy} }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: ${record} } }
`
  const outcome = readTraffic(text, 'traffic.yaml', { serial: 1 })
  return 'problems' in outcome ? outcome.problems.map(formatProblem) : []
}

test.each([
  ['a fence by country that is never left', '[ { fence: { by: country, mode: never-leave } } ]'],
  [
    'two fences with nothing in common',
    '[ { fence: { to: de, mode: never-leave } }, { fence: { to: us, mode: never-leave } } ]',
  ],
  ['rules that drop, and are not about everybody', '[ { geo: { rules: { DE: de }, others: drop } } ]'],
  [
    'rules that drop all that the most specific one does not name',
    '[ { geo: { rules: { DE: de, FR: us }, others: drop-broader } } ]',
  ],
  [
    'rules that drop inside a fence',
    '[ { fence: { to: home, mode: never-leave } }, { geo: { rules: { "*": us }, others: drop } } ]',
  ],
])('%s is refused, unless the record says what its clients get', (_, policy) => {
  expect(problems(policy)).toEqual([expect.stringContaining('the policy "x" can leave a client without any region')])
  for (const ladder of ['fallback: [us]', 'when-all-down: nodata', 'when-all-down: servfail'])
    expect(
      problems(
        policy,
        `{ steer: x, regions: [de, us], ${ladder} }`.replace('regions: [de, us], fallback', 'regions: [de], fallback'),
      ),
    ).toEqual([])
  expect(problems(policy, '{ steer: x, when-all-down: { fixed: [192.0.2.9] } }')).toEqual([])
  expect(problems(policy, '{ steer: x, when-all-down: serve-all }')).toHaveLength(1)
})

test('a fence with nothing of the record inside is refused', () => {
  const policy = '[ { fence: { to: home, mode: never-leave } } ]'
  expect(problems(policy, '{ steer: x, regions: [us] }')).toHaveLength(1)
})

test.each([
  ['a fence that is preferred', '[ { fence: { by: country } } ]', 'country: US'],
  ['a fence to regions that there are', '[ { fence: { to: home, mode: never-leave } } ]', 'country: US'],
  [
    'a fence by country with a region of which it is not known',
    '[ { fence: { by: country, mode: never-leave } } ]',
    'tags: [x]',
  ],
  ['rules about everybody', '[ { geo: { rules: { DE: de, "*": us }, others: drop } } ]', 'country: US'],
  ['rules that keep', '[ { geo: { rules: { DE: de } } } ]', 'country: US'],
])('%s needs no ladder', (_, policy, us) => {
  expect(problems(policy, '{ steer: x }', us)).toEqual([])
})

test.each(['drop', 'drop-broader'])('within a group nothing is dropped: others: %s is refused there', others => {
  const policy = `[ { groups: [ { regions: [de, us], steps: [ { geo: { rules: { "*": de }, others: ${others} } } ] } ] } ]`
  expect(problems(policy)).toEqual([expect.stringContaining('within a group no region can be dropped')])
})

test('a chain of which nothing is said leaves no client without a region, whoever it is', () => {
  fc.assert(
    fc.property(anySteps, anyCandidates, anyClient, (steps, candidates, client) => {
      if (mayLeaveNobody(steps, candidates) === undefined)
        expect(ranked(steps, candidates, client, TABLES).tiers.length).toBeGreaterThan(0)
    }),
    { numRuns: 1000 },
  )
})
