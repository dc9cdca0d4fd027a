import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBreakGlass } from '../../../src/control-plane/operate/break-glass.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { readDocument } from '../../world.js'

const { regions } = readDocument(`
regions:
  us-east: { addresses: [192.0.2.1] }
  us-west: { addresses: [192.0.2.2] }
zones: {}
`)
const read = (text: string) => readBreakGlass(text, 'break-glass.yaml', regions, 5)

test('a line is enough', () => {
  expect(read('us-west: down')).toEqual({
    overrides: [
      {
        id: 'file-1',
        targets: ['us-west'],
        state: 'down',
        drain: 0,
        reason: 'break-glass file',
        actor: 'file',
        createdAt: 5,
        origin: 'file',
      },
    ],
    warnings: [],
  })
})

test('who, why and until when can be said', () => {
  const text = '"us-*": { state: drain 50%, by: alice, reason: fire, until: 2026-03-01T00:00:00Z }\nus-east: up\n'
  expect(read(text)).toMatchObject({
    overrides: [
      { targets: ['us-*'], state: 'drain', drain: 50, actor: 'alice', reason: 'fire', expiresAt: 1772323200000 },
      { id: 'file-2', targets: ['us-east'], state: 'up' },
    ],
  })
})

test.each(['', '# nothing\n'])('an empty file says nothing: %j', text => {
  expect(read(text)).toEqual({ overrides: [], warnings: [] })
})

test('a word on nothing is a warning: the region may be new, and the others count', () => {
  const outcome = read('us-eats: down\nus-west: down')
  expect('warnings' in outcome && outcome.warnings.map(formatProblem)).toEqual([
    'break-glass.yaml:1:1 us-eats: no region is named "us-eats" (did you mean "us-east"?)',
  ])
  expect('overrides' in outcome && outcome.overrides).toHaveLength(2)
})

test.each([
  [
    'us-west: dwon',
    'break-glass.yaml:1:10 us-west: "dwon" is not up, down, observe, or drain with 1 to 100 %, such as drain 50%',
  ],
  [
    'us-west:',
    'break-glass.yaml:1:9 us-west: null is not up, down, observe, or drain with 1 to 100 %, such as drain 50%',
  ],
  [
    'us-west: drain 0%',
    'break-glass.yaml:1:10 us-west: "drain 0%" is not up, down, observe, or drain with 1 to 100 %, such as drain 50%',
  ],
  [
    'us-west: drain 101%',
    'break-glass.yaml:1:10 us-west: "drain 101%" is not up, down, observe, or drain with 1 to 100 %, such as drain 50%',
  ],
  [
    'us-west: { state: down, untill: x }',
    'break-glass.yaml:1:25 us-west.untill: unknown key "untill" (did you mean "until"?)',
  ],
  [
    'us-west: { state: down, until: soon }',
    'break-glass.yaml:1:32 us-west.until: "soon" is not a time, such as 2026-03-01T09:30:00Z',
  ],
  ['[us-west]', 'break-glass.yaml:1:1 is not a map from regions to down, up, observe or drain N%'],
  [
    'us-west: [',
    'break-glass.yaml:1:11 Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
])('%s is refused as a whole, with its place', (text, problem) => {
  const outcome = read(text)
  expect('problems' in outcome && outcome.problems.map(formatProblem)).toEqual([problem])
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(read(text)).toBeDefined()
    }),
  )
})
