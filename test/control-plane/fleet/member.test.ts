import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences, type Member, readMember, versionOf } from '../../../src/control-plane/fleet/member.js'
import { MAJOR, SCHEMA_TEXT, schemaRefusal } from '../../../src/control-plane/fleet/schema.js'

const content = { document: 'd', geo: 'g', overrides: 'o', health: 'h' }
const member = (node: string, more: Partial<typeof content> = {}): Member => ({
  node,
  instance: node,
  release: '0.1.0',
  startedAt: 0,
  content: { ...content, ...more },
  version: versionOf({ ...content, ...more }),
  lagMs: 1,
})

test('nodes with the same content have the same version, and any other content another one', () => {
  expect(member('a').version).toBe(member('b').version)
  for (const part of ['document', 'geo', 'overrides', 'health'] as const)
    expect(member('a', { [part]: 'x' }).version).not.toBe(member('a').version)
})

test.each<[string, readonly Member[], Record<string, string[]>]>([
  ['nobody differs from nobody', [], {}],
  ['nodes that agree do not differ', [member('a'), member('b')], {}],
  [
    'the one that differs is named, not those that agree',
    [member('a', { health: 'x' }), member('b'), member('c')],
    { a: ['health'] },
  ],
  [
    'in all that it differs in',
    [member('a'), member('b', { geo: 'x', document: 'x' }), member('c')],
    { b: ['document', 'geo'] },
  ],
  [
    'of two that differ all nodes name the same one',
    [member('a', { document: 'x' }), member('b', { document: 'w' })],
    { a: ['document'] },
  ],
])('%s', (_, members, expected) => {
  expect(Object.fromEntries(differences(members))).toEqual(expected)
  expect(Object.fromEntries(differences(members.toReversed()))).toEqual(expected)
})

test('what a node says is read back, with words that are not known', () => {
  expect(readMember(JSON.stringify({ ...member('a'), more: 1 }))).toMatchObject(member('a'))
})

test('what is no word of a node is none', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => readMember(text) === undefined))
  expect(readMember(JSON.stringify({ ...member('a'), content: null }))).toBeUndefined()
})

describe('the form of the store', () => {
  test.each([
    ['nothing yet', undefined, undefined],
    ['its own', SCHEMA_TEXT, undefined],
    ['its own, with words that are not known', JSON.stringify({ major: MAJOR, more: 1 }), undefined],
    ['the one before', JSON.stringify({ major: MAJOR - 1 }), undefined],
    ['a newer one', JSON.stringify({ major: MAJOR + 1 }), 'upgrade this node'],
    ['one long gone', JSON.stringify({ major: MAJOR - 2 }), 'does not know any more'],
    ['nonsense', '{', 'does not say'],
    ['no number', '{"major":"1"}', 'does not say'],
    ['null', 'null', 'does not say'],
  ])('%s', (_, text, refusal) => {
    if (refusal === undefined) expect(schemaRefusal(text)).toBeUndefined()
    else expect(schemaRefusal(text)).toContain(refusal)
  })
})
