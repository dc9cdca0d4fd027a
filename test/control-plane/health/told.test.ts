// Checks that nobody probes: what is told of them, and how long it is believed.
import { expect, test } from 'vitest'
import type { Signal } from '../../../src/control-plane/health/signal.js'
import { causeOf, TIMING } from './asking.js'

test.each([
  [undefined, 'nothing was told yet'],
  [{ up: true, at: Date.now() }, undefined],
  [{ up: false, at: Date.now() }, 'told to be down'],
  [{ up: false, at: Date.now(), reason: 'disk full' }, 'told to be down: disk full'],
  [
    { up: true, at: Date.now() - 3_600_000 },
    expect.stringMatching(/^nothing was told for 36\d\d s; 60 s is the most$/),
  ],
] as const)('push: told %j: %s', async (told, cause) => {
  expect(
    await causeOf({ type: 'push', ...TIMING, port: 0, maxAgeMs: 60_000 }, told === undefined ? {} : { told }),
  ).toEqual(cause)
})

const PASSIVE = {
  type: 'passive',
  ...TIMING,
  port: 0,
  maxAgeMs: 60_000,
  errorRate: 0.05,
  samples: 100,
  weight: 1,
  alone: false,
} as const
const errors = (errorRate: number, samples: number) => ({ kind: 'errors', errorRate, samples }) as const

test.each<[string, readonly Signal[], string | undefined]>([
  ['nobody says anything', [], undefined],
  ['all is well', [{ source: 'lb', at: Date.now(), seen: { kind: 'verdict', failing: false } }], undefined],
  ['few errors', [{ source: 'rum', at: Date.now(), seen: errors(0.049, 1000) }], undefined],
  ['many errors of too few requests', [{ source: 'rum', at: Date.now(), seen: errors(1, 99) }], undefined],
  ['many errors', [{ source: 'rum', at: Date.now(), seen: errors(0.125, 400) }], 'rum: 12.5 % of 400 requests failed'],
  ['many errors long ago', [{ source: 'rum', at: Date.now() - 60_001, seen: errors(0.125, 400) }], undefined],
  [
    'a load balancer, and one that disagrees',
    [
      { source: 'lb', at: Date.now(), seen: { kind: 'verdict', failing: true }, reason: 'no backend left' },
      { source: 'rum', at: Date.now(), seen: errors(0, 400) },
    ],
    'lb: says that it fails (no backend left)',
  ],
])('passive: %s', async (_, signals, cause) => {
  expect(await causeOf(PASSIVE, { signals })).toBe(cause)
})
