// The additional section on the line: whose addresses come along, what is left out where room is short, what must not be.
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeMessage, formatRecord } from '../../src/dns/message.js'
import { encodeQuery } from '../../src/dns/message-query.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { typeNumber } from '../../src/dns/numbers.js'
import { World } from '../world.js'

const hosts = (prefix: string, count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `      ${prefix}${i}: [ { type: A, data: 192.0.2.${i} }, { type: AAAA, data: "2001:db8::${i}" } ]`,
  ).join('\n')
const servers = (prefix: string, count: number, suffix = ''): string =>
  Array.from({ length: count }, (_, i) => `{ type: NS, data: ${prefix}${i}${suffix} }`).join(', ')

const DOCUMENT = `
zones:
  example.com:
    nameservers: [ns1.example.com, ns2.other.example]
    ttl: 60s
    records:
      ns1: { type: A, data: 192.0.2.53 }
      "@": [ { type: MX, data: "10 mail" }, { type: HTTPS, data: "0 svc" } ]
      mail: { type: A, data: 192.0.2.25 }
      svc: [ { type: HTTPS, data: "1 . alpn=h2" }, { type: AAAA, data: "2001:db8::5" } ]
      far: { type: MX, data: "10 mail.other.example." }
      wild: { type: MX, data: "10 any.thing" }
      "*.thing": { type: A, data: 192.0.2.77 }
      "*.svc": [ { type: HTTPS, data: "1 . alpn=h2" }, { type: A, data: 192.0.2.78 } ]
      many: [ ${Array.from({ length: 30 }, (_, i) => `{ type: SRV, data: "0 0 1 h${i}" }`).join(', ')} ]
${hosts('h', 30)}
      alias: { type: CNAME, data: many }
      cut: [ ${servers('ns', 3, '.cut')}, { type: NS, data: h1 } ]
${hosts('ns', 3).replaceAll(/ns(\d)/g, 'ns$1.cut')}
      full: [ { type: NS, data: ns0.full }, ${servers('h', 20)} ]
      ns0.full: [ { type: A, data: 192.0.2.1 }, { type: AAAA, data: "2001:db8::1" } ]
      crowd: [ ${servers('n', 24, '.crowd')} ]
${hosts('n', 24).replaceAll(/n(\d+):/g, 'n$1.crowd:')}
  other.example:
    nameservers: [ns2.other.example]
    records:
      ns2: { type: A, data: 192.0.2.54 }
      mail: { type: A, data: 192.0.2.26 }
`

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT)
})

interface Asked {
  readonly udpSize?: number
  readonly tcp?: boolean
}

function ask(name: string, type: string, { udpSize = 1232, tcp = false }: Asked = {}) {
  const query = encodeQuery({ name: parseName(name), type: typeNumber(type)!, edns: { udpSize } })
  const response = world.respond(query, { tcp })
  return { ...decodeMessage(response), size: response.length }
}

const additional = (name: string, type: string, asked?: Asked): readonly string[] =>
  ask(name, type, asked).additionals.map(record => formatRecord(record).replace(/ \d+ IN/, ''))

describe('what comes along', () => {
  test.each([
    ['example.com.', 'MX', ['mail.example.com. A 192.0.2.25']],
    ['example.com.', 'HTTPS', ['svc.example.com. HTTPS 1 . alpn="h2"', 'svc.example.com. AAAA 2001:db8::5']],
    ['example.com.', 'NS', ['ns1.example.com. A 192.0.2.53', 'ns2.other.example. A 192.0.2.54']],
    ['far.example.com.', 'MX', ['mail.other.example. A 192.0.2.26']],
    ['wild.example.com.', 'MX', ['any.thing.example.com. A 192.0.2.77']],
    ['X.svc.example.com.', 'HTTPS', ['X.svc.example.com. A 192.0.2.78']],
    ['svc.example.com.', 'HTTPS', ['svc.example.com. AAAA 2001:db8::5']],
    [
      'x.cut.example.com.',
      'A',
      [
        ...[0, 1, 2].flatMap(i => [
          `ns${i}.cut.example.com. A 192.0.2.${i}`,
          `ns${i}.cut.example.com. AAAA 2001:db8::${i}`,
        ]),
        'h1.example.com. A 192.0.2.1',
        'h1.example.com. AAAA 2001:db8::1',
      ].map(line => line.replace('2001:db8::0', '2001:db8::')),
    ],
  ])('with %s %s', (name, type, records) => {
    expect(additional(name, type)).toEqual(records)
  })
})

describe('where room is short', () => {
  const whole = (): readonly string[] => additional('many.example.com.', 'SRV', { tcp: true })

  test('by TCP all 60 addresses come', () => {
    expect(whole()).toHaveLength(60)
  })

  test('whole sets are left out from the end, and the message says nothing of it (RFC 2181 §9)', () => {
    const full = ask('many.example.com.', 'SRV', { tcp: true }).size
    const seen = new Set<number>()
    for (let udpSize = 512; udpSize <= 1232; udpSize += 7) {
      const { truncated, answers, additionals, size } = ask('many.example.com.', 'SRV', { udpSize })
      expect(size).toBeLessThanOrEqual(udpSize)
      if (truncated) {
        expect(answers.length + additionals.length).toBe(0)
        continue
      }
      expect(answers).toHaveLength(30)
      expect(additionals.map(record => formatRecord(record).replace(/ \d+ IN/, ''))).toEqual(
        whole().slice(0, additionals.length),
      )
      // The next set, an AAAA of 28 bytes at most behind its compressed name, has no room.
      expect(udpSize - size).toBeLessThan(36)
      seen.add(additionals.length)
    }
    expect(full).toBeGreaterThan(1232)
    expect(seen.size).toBeGreaterThan(5)
  })

  test('the same holds behind an alias, where every pointer has moved', () => {
    for (const udpSize of [1170, 1200, 1232]) {
      const { truncated, answers, additionals, size } = ask('ALIAS.example.com.', 'SRV', { udpSize })
      expect([truncated, answers.length]).toEqual([false, 31])
      expect(size).toBeLessThanOrEqual(udpSize)
      expect(additionals.length).toBeGreaterThan(0)
      expect(additionals.map(record => formatRecord(record).replace(/ \d+ IN/, ''))).toEqual(
        whole().slice(0, additionals.length),
      )
    }
  })

  test('a referral goes without the addresses of servers that others know', () => {
    const { truncated, additionals } = ask('x.full.example.com.', 'A', { udpSize: 512 })
    expect(truncated).toBe(false)
    expect(additionals.length).toBeGreaterThanOrEqual(2)
    expect(additionals.length).toBeLessThan(62)
    expect(additionals.slice(0, 2).map(({ owner }) => formatName(owner))).toEqual(
      Array(2).fill('ns0.full.example.com.'),
    )
  })

  test('a referral without the addresses of its own servers is truncated (RFC 9471 §3.1)', () => {
    const { truncated, additionals, authorities } = ask('x.crowd.example.com.', 'A', { udpSize: 1000 })
    expect([truncated, additionals.length, authorities.length]).toEqual([true, 0, 0])
    const byTcp = ask('x.crowd.example.com.', 'A', { tcp: true })
    expect([byTcp.truncated, byTcp.additionals.length, byTcp.authorities.length]).toEqual([false, 48, 24])
  })
})
