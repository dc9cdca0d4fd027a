import { expect, test } from 'vitest'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'

const document = (count: number, timeout: string, regions: string): string =>
  [
    'checks:',
    ...Array.from({ length: count }, (_, i) => `  c${i}: { type: tcp, port: ${i + 1}, timeout: ${timeout} }`),
    `  all: { type: calculated, of: [${Array.from({ length: count }, (_, i) => `c${i}`)}] }`,
    'regions:',
    regions,
    'zones: {}',
  ].join('\n')

const ONE = '  eu: { addresses: [192.0.2.9, 192.0.2.1], checks: [all] }'

test.each([
  [40, '4s', ONE, 0],
  [41, '4s', ONE, 2],
  [80, '2s', ONE, 0],
  [10, '4s', ONE, 0],
])('of %d checks of %s each an address is warned of where they do not fit', (count, timeout, regions, warnings) => {
  const parsed = readTraffic(document(count, timeout, regions), 'traffic.yaml', { serial: 1 })
  expect('warnings' in parsed && parsed.warnings.length).toBe(warnings)
})

test('checks that are probed together need one place', () => {
  const text = document(50, '4s', ONE).replaceAll(/port: [0-9]+/g, 'port: 80')
  expect(readTraffic(text, 'traffic.yaml', { serial: 1 })).toMatchObject({ warnings: [] })
})

test('the warning names the place, the address and the setting', () => {
  const parsed = readTraffic(document(50, '4s', ONE), 'traffic.yaml', { serial: 1 })
  const warnings = 'warnings' in parsed ? parsed.warnings : []
  expect(warnings.map(({ path, at, message }) => [path, at?.line, message])).toEqual([
    [
      'regions.eu.addresses[0]',
      54,
      expect.stringMatching(/^while 192\.0\.2\.9 answers nothing, its 50 checks need 20 /),
    ],
    ['regions.eu.addresses[1]', 54, expect.stringMatching(/^while 192\.0\.2\.1 .* health\.probes-per-address /)],
  ])
})
