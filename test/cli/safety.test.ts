import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Terminal, YES } from '../../src/cli/ask.js'
import { createClient } from '../../src/cli/client.js'
import { problemSentence } from '../../src/cli/client-error.js'
import { confirmed, foretold, type Wish } from '../../src/cli/confirm.js'
import { formatConsequence } from '../../src/cli/consequence.js'
import { formatFacts } from '../../src/cli/fact-verb.js'
import { rulesHeader } from '../../src/cli/override-rules.js'
import { formatApplied } from '../../src/cli/revision.js'
import { formatSafety } from '../../src/cli/safety-verb.js'
import type { Call } from '../../src/cli/verb.js'
import { DOCUMENT, startTestNode, type TestNode, TOKEN } from '../control-plane/admin/world.js'

const RULE = {
  rule: 'two-up',
  words: '1 of 3 regions serve (*), and it must be at least 2',
  remedy: 'bring back us-west first',
  overridableBy: 'caller',
} as const

test('a refusal has a line for each rule, and says how to do it all the same', () => {
  const calm = {
    ...RULE,
    rule: 'calm',
    words: 'too soon',
    remedy: 'wait 4m',
    overridableBy: 'admin',
    description: 'slowly',
  }
  const text = JSON.stringify({ title: 'This would break safety rules', rules: [RULE, calm] })
  expect(problemSentence(text)).toBe(`This would break safety rules:
  rule two-up: 1 of 3 regions serve (*), and it must be at least 2; bring back us-west first
  rule calm: too soon (slowly); wait 4m; overridden by admin
to do it all the same: --override-rule two-up --override-rule calm --reason TEXT`)
})

test('where nobody may override a rule, no way is shown', () => {
  const text = JSON.stringify({ title: 'No', rules: [RULE, { ...RULE, rule: 'never', overridableBy: 'nobody' }] })
  expect(problemSentence(text)).not.toContain('--override-rule')
  expect(problemSentence(text)).toContain('nobody may override it')
})

test('what is written in a rule does not steer the terminal', () => {
  const text = JSON.stringify({ title: 'No', rules: [{ ...RULE, description: 'red\u001b[31m' }] })
  expect(problemSentence(text)).toContain('red?[31m')
})

test('a consequence tells moves, ladders, loads and rules', () => {
  const lines = formatConsequence({
    ...{ over: 'addresses', unseen: [] },
    names: [
      {
        ...{ name: 'api.example.com.', type: 'A', before: {}, after: {} },
        moves: [{ from: 'us-east', to: 'us-west', share: 0.255 }],
        ladder: { 'serve-all': 0.004 },
      },
    ],
    load: { 'us-west': { now: 10, expected: 60.4, capacity: 50 }, spare: { now: 0, expected: 3 } },
    rules: [RULE],
  })
  expect(lines).toEqual([
    '26 % of the clients of api.example.com. A move from us-east to us-west',
    '0.4 % of the clients of api.example.com. A are answered by serve-all',
    'us-west is asked 60 a second, above its capacity of 50',
    'rule two-up: 1 of 3 regions serve (*), and it must be at least 2; bring back us-west first',
  ])
  expect(formatConsequence({ over: 'addresses', names: [], load: {}, unseen: [], rules: [] })).toEqual([
    'no clients move',
  ])
})

test('a dry run says that it would be refused', () => {
  const changes = [{ kind: 'changed', path: 'a', text: 'a: 1 → 2' }] as const
  expect(formatApplied({ revision: 'x', dryRun: true, changes, rules: [RULE] }, 'applied')).toBe(`this would change:
  a: 1 → 2
it would be refused:
  rule two-up: 1 of 3 regions serve (*), and it must be at least 2; bring back us-west first`)
})

test('rules and facts are tables', () => {
  expect(formatSafety({ rules: [{ id: 'two-up', holds: false, rule: { 'at-least': 2 } }], broken: [RULE] })).toBe(
    `RULE    IS      SAYS
two-up  broken  {"at-least":2}
rule two-up: 1 of 3 regions serve (*), and it must be at least 2; bring back us-west first`,
  )
  const fact = { name: 'go', holds: true, rules: ['gate'], actor: 'alice', since: '2026-03-01T09:30:00.000Z' }
  expect(formatFacts({ facts: [fact, { name: 'stop', holds: false, rules: [] }] })).toBe(
    `FACT  IS             RULES  WHO    WHY
go    holds          gate   alice
stop  does not hold  -      -`,
  )
})

describe('before a region is taken out', () => {
  let node: TestNode
  let server: string
  beforeEach(async () => {
    node = await startTestNode(DOCUMENT.replace(/safety:\n[\s\S]*/, 'safety: { two: { at-least: 2 } }\n'))
    server = await node.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => node.close())

  const told: string[] = []
  const call = (...flags: readonly string[]): Call => ({
    words: [],
    text: () => undefined,
    texts: () => [],
    flag: name => flags.includes(name),
    print: () => undefined,
    complain: text => void told.push(text),
  })
  const terminal = (answer: string, isTTY = true): Terminal => ({ isTTY, ask: async () => answer })
  const ask = (how: Call, where: Terminal) =>
    confirmed(createClient({ server, token: TOKEN }), how, { disable: ['us-east'] }, where)

  test.each([
    ['y', true],
    [' Yes ', true],
    ['', false],
    ['n', false],
    ['maybe', false],
  ])('a person who answers %j is taken to mean %s', async (answer, meant) => {
    told.length = 0
    expect(await ask(call(), terminal(answer))).toBe(meant)
    expect(told.join('\n')).toContain('of the clients of api.example.com. A move from us-east to eu-central')
    expect(told.join('\n')).toContain('rule two: 1 of 3 regions serve (*)')
  })

  test('a dry run tells the same, asks nobody, and fails where a rule is against it', async () => {
    const printed: string[] = []
    const dry = (wish: Wish) =>
      foretold(createClient({ server, token: TOKEN }), { ...call(), print: text => void printed.push(text) }, wish)
    expect(await dry({ disable: ['us-east'] })).toBe(1)
    expect(printed[0]).toMatch(/move from us-east to eu-central[\s\S]*rule two: [\s\S]*nothing was changed$/)
    expect(await dry({ enable: ['us-east'] })).toBe(0)
    expect(printed[1]).toBe('no clients move\nnothing was changed')
  })

  test('nobody is asked who is not there, or who said so', async () => {
    told.length = 0
    expect(await ask(call(), terminal('n', false))).toBe(true)
    expect(await ask(call('yes'), terminal('n'))).toBe(true)
    expect(await ask(call('json'), terminal('n'))).toBe(true)
    expect(told).toEqual([])
    expect(Object.keys(YES)).toEqual(['yes'])
  })
})

test('the rules that are overridden travel together', () => {
  const call = { texts: () => ['two-up', 'calm'] } as unknown as Call // nothing else of it is looked at
  expect(rulesHeader(call)).toEqual({ 'X-Override-Rules': 'two-up, calm' })
  expect(rulesHeader({ texts: () => [] as readonly string[] } as unknown as Call)).toEqual({})
})
