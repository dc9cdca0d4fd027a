// The metric check: series of a Prometheus text endpoint, and their bounds.
import { expect, test } from 'vitest'
import { readSeries, samplesOf } from '../../../src/control-plane/health/series.js'
import { causeOf, TIMING, TLS } from './asking.js'
import { httpPort } from './servers.js'

const PAGE = `# HELP queue_length Mail that waits.
# TYPE queue_length gauge
queue_length{queue="mail",host="a"} 12
queue_length{queue="news",host="a"} 9e3 1700000000000
queue_length_max 5
odd_value NaN
most +Inf
`

test.each([
  ['queue_length{queue="mail"}', { max: 100 }, undefined],
  ['queue_length', { max: 100 }, 'queue_length is 9000, more than 100'],
  ['queue_length{queue="mail",host="a"}', { min: 20 }, 'queue_length{queue="mail",host="a"} is 12, less than 20'],
  ['queue_length{queue="none"}', { max: 1 }, 'there is no queue_length{queue="none"}'],
  ['odd_value', { max: 1 }, 'odd_value is NaN, more than 1'],
  ['most', { max: 1 }, 'most is Infinity, more than 1'],
] as const)('metric: %s within %j: %s', async (series, bounds, cause) => {
  const port = await httpPort((_, response) => response.end(PAGE))
  const spec = { type: 'metric', ...TIMING, ...TLS, port, path: '/metrics', tls: false, series, ...bounds } as const
  expect(await causeOf(spec)).toBe(cause)
})

test.each(['queue', 'queue{}', 'queue{a="b"}', 'a:b{x="y", z="\\"q\\\\"}'])('the series %s can be read', text => {
  expect(readSeries(text)).toBeDefined()
})
test.each(['', '9', 'a b', 'a{', 'a}', 'a{b}', 'a{b=c}', 'a{b="c}', 'a{b="c"} 1'])('the series %j cannot', text => {
  expect(readSeries(text)).toBeUndefined()
})
test('escapes in labels are read as the format has them', () => {
  expect(samplesOf('a{x="q\\"\\n\\\\"} 7', readSeries('a{x="q\\"\\n\\\\"}')!)).toEqual([7])
})
