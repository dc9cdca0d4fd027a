import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { parseTraffic, readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import { formatAddress, formatPrefix } from '../../../src/dns/address.js'
import { formatName } from '../../../src/dns/name.js'
import { BROKEN } from './broken.js'

const EXAMPLE = new URL('../../../config/traffic.yaml', import.meta.url)

function sound(text: string): TrafficDocument {
  const parsed = readTraffic(text, 'traffic.yaml', { serial: 7 })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.document
}

test.each(BROKEN)('%s', (_, text, lines) => {
  const parsed = readTraffic(text, 'traffic.yaml', { serial: 7 })
  expect('problems' in parsed ? parsed.problems.map(formatProblem) : []).toEqual(lines)
})

test('what is not written has its default', () => {
  const { checks, regions, policies, zones } = sound(`
checks: { c: { type: http, port: 80 }, t: { type: tcp, port: 443 } }
regions: { one: { addresses: [192.0.2.1, "2001:DB8:0::1"] }, two: { addresses: [192.0.2.2] } }
zones:
  Example.com:
    nameservers: [ns.example.net]
    records: { api: { steer: nearest } }
`)
  expect(checks.get('c')).toEqual({
    ...{ id: 'c', type: 'http', port: 80, intervalMs: 10_000, timeoutMs: 4000, fall: 3, rise: 2 },
    ...{ method: 'GET', path: '/', expect: [[200, 299]], verify: true },
  })
  expect(checks.get('t')).toEqual({
    id: 't',
    type: 'tcp',
    port: 443,
    intervalMs: 10_000,
    timeoutMs: 4000,
    fall: 3,
    rise: 2,
  })
  expect(regions.get('one')).toMatchObject({ id: 'one', checks: [], weight: 100, enabled: true })
  expect(regions.get('one')?.addresses.map(({ bytes, family }) => [formatAddress(bytes), family])).toEqual([
    ['192.0.2.1', 4],
    ['2001:db8::1', 6],
  ])
  expect(policies.get('nearest')?.steps).toEqual([{ step: 'distance' }])
  const zone = zones.get('example.com.')!
  expect(zone).toMatchObject({
    ttl: 3600,
    soa: { serial: 7, refresh: 7200, retry: 900, expire: 1_209_600, minimum: 60 },
    steered: [
      { policy: 'nearest', regions: ['one', 'two'], fallback: [], ttl: { min: 5, max: 60 }, whenAllDown: 'serve-all' },
    ],
  })
  expect(formatName(zone.soa.mname)).toBe('ns.example.net.')
  expect(formatName(zone.soa.rname).toLowerCase()).toBe('hostmaster.example.com.')
  expect(zone.ecsTrust.map(formatPrefix)).toEqual(['0.0.0.0/0', '::/0'])
})

test('what is written is what counts', () => {
  const { checks, zones } = sound(`
checks:
  c: { type: https, port: 1, method: HEAD, path: /x?y, host: a.example, expect: [204, 300-399, "200"], verify: false, interval: 1m, timeout: 500ms, fall: 1, rise: 9 }
regions: { one: { addresses: [192.0.2.1] }, two: { addresses: [192.0.2.2] }, three: { addresses: [192.0.2.3] } }
policies: { nearest: [ { distance: } ] }
zones:
  example.com.:
    nameservers: [ns.example.net.]
    ttl: 5m
    negative-ttl: 10
    soa: { primary: hidden.example.net, mailbox: first.last@example.org, serial: 42, refresh: 1h, retry: 1m, expire: 7d, ttl: 20m }
    ecs-trust: [192.0.2.0/24, 192.0.2.7]
    records:
      www.example.com.: { type: A, data: 192.0.2.9 }
      "*.wild": [ { type: a, data: 192.0.2.9, ttl: 60 } ]
      "@": [ { steer: nearest, regions: [two, one], fallback: [three], ttl: 30s, when-all-down: nodata }, { type: TXT, data: here } ]
`)
  expect(checks.get('c')).toMatchObject({
    ...{
      method: 'HEAD',
      path: '/x?y',
      host: 'a.example',
      expect: [
        [204, 204],
        [300, 399],
        [200, 200],
      ],
      verify: false,
    },
    ...{ intervalMs: 60_000, timeoutMs: 500, fall: 1, rise: 9 },
  })
  const zone = zones.get('example.com.')!
  expect(zone).toMatchObject({
    ttl: 300,
    soa: { serial: 42, refresh: 3600, retry: 60, expire: 604_800, minimum: 10 },
    apexTtl: { soa: 1200 },
    steered: [{ regions: ['two', 'one'], fallback: ['three'], ttl: { min: 30, max: 30 }, whenAllDown: 'nodata' }],
  })
  expect(formatName(zone.soa.mname)).toBe('hidden.example.net.')
  expect(formatName(zone.soa.rname)).toBe('first\\.last.example.org.')
  expect(zone.ecsTrust.map(formatPrefix)).toEqual(['192.0.2.0/24', '192.0.2.7/32'])
  expect(zone.records.map(({ owner, ttl }) => [formatName(owner), ttl])).toEqual([
    ['www.example.com.', 300],
    ['*.wild.example.com.', 60],
    ['example.com.', 300],
  ])
})

test.each([
  ['{ max: 3s }', { min: 3, max: 3 }],
  ['{ min: 2m }', { min: 120, max: 120 }],
  ['{ max: 2m, min: 0 }', { min: 0, max: 120 }],
  ['{}', { min: 5, max: 60 }],
  ['45', { min: 45, max: 45 }],
])('the bounds of ttl: %s are %j', (written, ttl) => {
  const { zones } = sound(`
regions: { one: { addresses: [192.0.2.1] } }
zones: { example.com: { nameservers: [ns.example.net], records: { api: { steer: nearest, ttl: ${written} } } } }
`)
  expect(zones.get('example.com.')?.steered[0]?.ttl).toEqual(ttl)
})

test('delegations with glue, DNAMEs and nameservers that are steered pass', () => {
  const records = `
      sub: [ { type: NS, data: ns.sub }, { type: NS, data: sub }, { type: DS, data: 1 8 2 ${'00'.repeat(32)} }, { type: A, data: 192.0.2.8 } ]
      ns.sub: [ { type: A, data: 192.0.2.9 }, { type: AAAA, data: "2001:db8::9" } ]
      old: [ { type: DNAME, data: new.example.net. }, { type: TXT, data: x } ]
      ns: [ { steer: nearest }, { type: TXT, data: x } ]
      odd: { type: TYPE65280, data: '\\# 2 abcd' }`
  const { zones } = sound(`
regions: { one: { addresses: [192.0.2.1] } }
zones:
  example.com:
    nameservers: [ns.example.com]
    records:${records}
`)
  expect(zones.get('example.com.')?.records).toHaveLength(10)
})

test('the example document is sound', async () => {
  const { checks, regions, zones } = sound(await readFile(EXAMPLE, 'utf8'))
  expect([...checks.keys()]).toEqual(['api'])
  expect([...regions.keys()]).toEqual(['us-east', 'us-west', 'eu-central', 'ap-northeast', 'ap-southeast'])
  expect([...regions.values()].map(({ addresses }) => addresses.map(({ text }) => text).join())).toEqual([
    '127.0.1.1',
    '127.0.1.2',
    '127.0.1.3',
    '127.0.1.4',
    '127.0.1.5',
  ])
  expect(zones.get('example.com.')?.steered.map(({ owner }) => formatName(owner))).toEqual(['api.example.com.'])
})

test('a value that came from no text has problems without a place', () => {
  expect(parseTraffic({ zones: {}, regions: { x: { addresses: ['nowhere'] } } }, { serial: 1 })).toEqual({
    problems: [{ path: 'regions.x.addresses[0]', message: '"nowhere" is not an IP address' }],
  })
})

test('no value makes the gate throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(() => parseTraffic(value, { serial: 1 })).not.toThrow()
    }),
  )
})

test('no part of the example, replaced by anything, makes the gate throw or name a place that is not there', async () => {
  const text = await readFile(EXAMPLE, 'utf8')
  const { value, locate } = readYaml(text, 'traffic.yaml')
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>('', 'api', 'nearest', '127.0.1.1', -1, 0, '@', '.', [], {}, null),
  )
  fc.assert(
    fc.property(fc.nat(), anything, (at, anew) => {
      const parsed = parseTraffic(replaced(value, { left: at % 120 }, anew), { serial: 1, locate })
      if ('problems' in parsed) expect(parsed.problems.every(problem => problem.at !== undefined)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

/** A copy in which the value number `left`, counted depth first, is another one. */
function replaced(value: unknown, counter: { left: number }, anew: unknown): unknown {
  if (counter.left-- === 0) return anew
  if (Array.isArray(value)) return value.map(item => replaced(item, counter, anew))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, counter, anew)]))
}
