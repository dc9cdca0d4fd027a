// The same zones and the same questions for Meridian, BIND, Knot DNS and NSD: nothing differs but what a rule explains.
import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { pageOf } from './page.js'
import { PEER_NAMES } from './peers.js'
import { LONG, SHORT } from './questions.js'
import { RULES } from './rules.js'
import { compare, type Outcome } from './run.js'
import { WORLDS } from './zones.js'

/** The long form asks everything in every way; scripts/proofs/differential.mjs wants it, and the figures in a file. */
const { MERIDIAN_DIFFERENTIAL: form, MERIDIAN_DIFFERENTIAL_FIGURES: file } = process.env

const outcomes: Outcome[] = []
const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0)

beforeAll(async () => {
  for (const world of WORLDS) outcomes.push(await compare(world, form === 'long' ? LONG : SHORT, RULES))
  if (file !== undefined) writeFileSync(file, JSON.stringify(figures()))
}, 900_000)

test('at least 60 zones and 3,000 questions are asked of every server', () => {
  expect(WORLDS.flatMap(({ zones }) => zones).length).toBeGreaterThanOrEqual(60)
  expect(sum(({ questions }) => questions)).toBeGreaterThanOrEqual(3000)
  expect(sum(({ compared }) => compared)).toBe(PEER_NAMES.length * sum(({ questions }) => questions))
})

test('every difference is explained by a rule', () => {
  expect(outcomes.flatMap(({ unexplained }) => unexplained).slice(0, 20)).toEqual([])
})

test('most replies are equal without any rule', () => {
  expect(sum(({ equal }) => equal) / sum(({ compared }) => compared)).toBeGreaterThan(0.75)
})

test.each(RULES.map(rule => [rule.id, rule] as const))(
  'the rule %s is needed, by each peer that it speaks of',
  (_, rule) => {
    for (const peer of rule.peers)
      expect(
        sum(({ needed }) => needed.get(rule)?.get(peer) ?? 0),
        `${rule.id} for ${peer}`,
      ).toBeGreaterThan(0)
  },
)

test('docs/differences.md is what the rules say; vitest -u writes it anew', async () => {
  await expect(pageOf(RULES)).toMatchFileSnapshot('../../docs/differences.md')
})

function figures(): object {
  const needs = RULES.map(({ id }, i) => [
    `explained by ${id}`,
    sum(({ needed }) => [...(needed.get(RULES[i]!) ?? new Map<string, number>()).values()].reduce((a, b) => a + b, 0)),
  ])
  return {
    zones: WORLDS.flatMap(({ zones }) => zones).length,
    questions: sum(({ questions }) => questions),
    'replies compared': sum(({ compared }) => compared),
    'equal without any rule': sum(({ equal }) => equal),
    unexplained: sum(({ unexplained }) => unexplained.length),
    ...Object.fromEntries(needs),
  }
}
