import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMetrics, gauge } from '../../../src/control-plane/admin/exposition.js'
import { readExposition } from './exposition-parser.js'

test('a metric is explained, typed and counted', () => {
  const metric = gauge('up', 'Whether "it" is\nup.', [{ value: 1 }, { labels: { a: 'x', b: 'y' }, value: 0.5 }])
  expect(formatMetrics([metric])).toBe(
    '# HELP meridian_up Whether "it" is\\nup.\n# TYPE meridian_up gauge\nmeridian_up 1\nmeridian_up{a="x",b="y"} 0.5\n',
  )
})

test.each([
  [0, '0'],
  [1e21, '1e+21'],
  [0.0000001, '1e-7'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [Number.NaN, 'NaN'],
])('the value %d is written as %s', (value, text) => {
  expect(formatMetrics([gauge('x', 'X.', [{ value }])])).toContain(`meridian_x ${text}\n`)
})

test('whatever a label or an explanation holds, a strict reader gets it back', () => {
  const label = fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',', '=', 'é', ' ') })
  fc.assert(
    fc.property(label, fc.string(), fc.double(), (value, help, number) => {
      fc.pre(!/[\r\u2028\u2029]/.test(help))
      const family = readExposition(formatMetrics([gauge('x', help, [{ labels: { a: value }, value: number }])])).get(
        'meridian_x',
      )
      expect(family?.samples[0]?.labels).toEqual({ a: value })
      expect(family?.samples[0]?.value === number || Number.isNaN(number)).toBe(true)
    }),
  )
})
