import { expect, test } from 'vitest'
import { completed, isPlain } from '../../src/cli/completion.js'
import { allVerbs } from '../../src/cli/verbs.js'

const found = Object.fromEntries(completed(await allVerbs()).map(verb => [verb.name, verb]))

test.each([
  ['region', ['list', 'enable', 'disable', 'release', 'ttl']],
  ['override', ['list', 'down', 'up', 'drain', 'observe', 'extend', 'cancel']],
  ['drill', ['list', 'plan', 'start', 'show', 'abort', 'report']],
  ['geo', ['status', 'diff', 'update']],
  ['latency', ['show', 'fit', 'diff', 'import', 'collect']],
  ['zone', ['check', 'show', 'import', 'export']],
  ['dnssec', ['ds', 'status', 'keys', 'check', 'cancel', 'roll', 'import', 'export']],
  ['get', ['checks', 'regions', 'policies', 'latency', 'zones', 'safety', 'records']],
  ['context', ['list', 'add', 'use', 'leave', 'remove']],
  ['token', ['list', 'create', 'revoke']],
  ['explain', []],
  ['diff', []],
  ['top', []],
  ['serve', []],
  ['rollback', []],
])('the actions of %s are %j', (verb, actions) => {
  expect(found[verb]!.actions).toEqual(actions)
})

test.each([
  ['region', 'regions'],
  ['override', 'regions'],
  ['health', 'regions'],
  ['dnssec', 'zones'],
  ['context', 'contexts'],
  ['get', 'action'],
  ['delete', 'action'],
  ['token', undefined],
])('behind %s stand %s', (verb, names) => {
  expect(found[verb]!.names).toBe(names)
})

test.each(['apply', 'check', 'put', 'zone', 'geo'])('behind %s stand files', verb => {
  expect(found[verb]!.paths).toBe(true)
})

test('of every option it is known whether something follows, and what', () => {
  const values = Object.fromEntries(found['region']!.options.map(({ name, value }) => [name, value]))
  expect(values).toMatchObject({ state: 'path', context: 'contexts', reason: 'text', 'token-file': 'path' })
  expect([values['json'], values['yes']]).toEqual([undefined, undefined])
})

test.each(['us-east', 'example.com', '@', '_dmarc', '*', '$(reboot)', '`x`', '-x', 'a b', 'a\nb', ''])(
  'whether a shell is told %j depends on what it would make of it',
  name => {
    expect(isPlain(name)).toBe(['us-east', 'example.com', '@'].includes(name))
  },
)
