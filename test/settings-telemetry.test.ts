import { expect, test } from 'vitest'
import { readSettings } from '../src/settings.js'

const read = (telemetry: string) => readSettings(`telemetry: ${telemetry}\n`, '/etc/meridian/server.yaml')
const pathsOf = (outcome: ReturnType<typeof read>) =>
  'problems' in outcome ? outcome.problems.map(({ path }) => path) : []

test('nobody is told unless the settings say so', () => {
  expect(readSettings('', 'server.yaml')).not.toHaveProperty('settings.telemetry')
})

test('a collector is told of both, by HTTP, each half minute, unless told', () => {
  expect(read('{ endpoint: "http://127.0.0.1:4318" }')).toMatchObject({
    settings: {
      telemetry: {
        ...{ endpoint: 'http://127.0.0.1:4318', protocol: 'http/protobuf' },
        ...{ traces: true, metrics: true, intervalMs: 30_000, resource: {} },
      },
    },
  })
})

test('a file of headers starts from the settings', () => {
  expect(read('{ endpoint: "https://otel.example.net", headers-file: otel-headers }')).toMatchObject({
    settings: { telemetry: { headersFile: '/etc/meridian/otel-headers' } },
  })
})

test.each([
  ['{ endpoint: "http://otel.example.net:4318" }', []],
  ['{ endpoint: "http://[::1]:4318", headers-file: h }', []],
  ['{ endpoint: "http://otel.example.net:4318", headers-file: h }', ['telemetry.endpoint']],
  ['{ endpoint: "otel.example.net:4318" }', ['telemetry.endpoint']],
  ['{ endpoint: "http://127.0.0.1:4318", interval: 10ms }', ['telemetry.interval']],
  ['{ endpoint: "http://127.0.0.1:4318", protocol: zipkin }', ['telemetry.protocol']],
  ['{ endpoint: "http://127.0.0.1:4318", resource: { site: 3 } }', ['telemetry.resource.site']],
  ['{}', ['telemetry']],
])('%s has problems at %j', (written, paths) => {
  expect(pathsOf(read(written))).toEqual(paths)
})
