import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { atOnce } from '../../../src/control-plane/threads/steps.js'
import { packTree, unpackTree } from '../../../src/control-plane/traffic/packed-tree.js'
import { parseYaml } from '../../../src/control-plane/traffic/yaml.js'
import { plainValue, plainValueInSteps, type YamlNode } from '../../../src/control-plane/traffic/yaml-tree.js'
import { anyDocument, anyValue } from './any-edits.js'

const treeOf = (text: string): YamlNode => parseYaml(text).root!
const handedOver = (text: string): YamlNode => atOnce(unpackTree(packTree(treeOf(text), text), text))

test.each([
  [
    'scalars of all kinds',
    'a: 1\nb: 0x1f\nc: "\\u00e9"\nd: \'it\'\'s\'\ne: true\nf: ~\ng:\nh: -0.5\ni: 010\nj: .nan\nk: ""',
  ],
  ['long texts', 'a: |\n  one\n  two\nb: >\n  one\n  two\nc: one\n  two\n'],
  [
    'lists and maps, with brackets and without, also empty ones',
    'a: [1, [2, {}], []]\nb:\n- - 1\n  - c: 2\n- {d: {e: []}}\n',
  ],
  ['keys that are no plain words', '1.10: a\n"x y": b\n\'z\': c\n010: d\n__proto__: e\n'],
  ['aliases', 'a: &a {x: &x [1, 2], y: *x}\nb: *a\nc: *x\n'],
  ['one value alone', 'alone'],
])('%s are the same when a thread has handed them over', (_, text) => {
  const root = handedOver(text)
  expect(root).toEqual(treeOf(text))
  expect(atOnce(plainValueInSteps(root))).toEqual(plainValue(treeOf(text)))
})

test('whatever a text says, its tree is the same when a thread has handed it over', () => {
  const texts = fc.oneof(
    anyDocument('regions: { eu: { weight: 1 } }\n'),
    anyValue.map(value => stringify(value ?? null)),
  )
  fc.assert(
    fc.property(texts, text => {
      fc.pre(parseYaml(text).root !== undefined && parseYaml(text).faults.length === 0)
      const root = handedOver(text)
      expect(root).toEqual(treeOf(text))
      expect(atOnce(plainValueInSteps(root))).toEqual(plainValue(treeOf(text)))
    }),
    { numRuns: Number(process.env['PACKED_RUNS'] ?? 50) },
  )
})

test.each([
  ['to nothing', 'a: *nowhere\n'],
  ['to what it stands in', 'a: &a { b: *a }\n'],
])('an alias %s is refused in the same words', (_, text) => {
  const refusal = (value: () => unknown): string => {
    try {
      value()
      return 'none'
    } catch (error) {
      return String(error)
    }
  }
  const before = refusal(() => plainValue(treeOf(text)))
  expect(before).toMatch(/AliasError/)
  expect(refusal(() => atOnce(plainValueInSteps(handedOver(text))))).toBe(before)
})
