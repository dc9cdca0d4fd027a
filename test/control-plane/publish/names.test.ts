import { expect, test } from 'vitest'
import { compileNames } from '../../../src/control-plane/publish/names.js'
import { atOnce } from '../../../src/control-plane/threads/steps.js'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { readZoneFile } from '../../../src/dns/zonefile.js'
import { Slots, ZONE_SLOTS } from '../../../src/snapshot/slots.js'

const SOA = 'ns.example.net. hostmaster.example.com. 1 7200 900 1209600 60'

/** Owner, type, data: everything that the compile treats in a way of its own. */
const RECORDS: readonly (readonly [owner: string, type: string, data: string])[] = [
  ['a', 'A', '192.0.2.1'],
  ['a', 'A', '192.0.2.2'],
  ['a', 'AAAA', '2001:db8::1'],
  ['a', 'TXT', '"one" "two"'],
  ['@', 'MX', '10 a'],
  ['b', 'MX', '10 sub'],
  ['b', 'MX', '20 a'],
  ['x.y.z', 'A', '192.0.2.3'],
  ['*.w', 'TXT', 'wild'],
  ['c1', 'CNAME', 'a'],
  ['c2', 'CNAME', 'q.w'],
  ['c3', 'CNAME', 'nowhere'],
  ['c4', 'CNAME', 'host.sub'],
  ['c5', 'CNAME', 'www.example.org.'],
  ['sub', 'NS', 'ns.sub'],
  ['sub', 'NS', 'ns.example.net.'],
  ['ns.sub', 'A', '192.0.2.4'],
  ['_s._tcp', 'SRV', '0 0 1 a'],
]

function compile(zone: object, file?: string) {
  const readZone = (_: string, origin: Uint8Array) => readZoneFile(file ?? '', { file: 'z', origin })
  const parsed = parseTraffic({ zones: { 'example.com': zone } }, { serial: 1, readZone })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return atOnce(compileNames(parsed.document, new Slots(ZONE_SLOTS)))
}

test('records of a zone file are compiled to the same as records that are written in the document', () => {
  const records: Record<string, { type: string; data: string; ttl: number }[]> = {}
  for (const [owner, type, data] of RECORDS) (records[owner] ??= []).push({ type, data, ttl: 60 })
  const written = compile({ nameservers: ['ns.example.net'], soa: { serial: 1 }, ttl: 60, records })
  const lines = Object.entries(records).flatMap(([owner, list]) =>
    list.map(({ type, data }) => `${owner} 60 ${type} ${data}`),
  )
  const file = `@ 60 SOA ${SOA}\n@ 60 NS ns.example.net.\n${lines.join('\n')}\n`
  expect(compile({ file: 'z' }, file)).toEqual(written)
})

test('a million-record zone takes no more than 200 bytes of a snapshot for each, here shown with ten thousand', () => {
  const count = 10_000
  const lines = Array.from({ length: count }, (_, i) => `host${i} A 192.0.${i >> 8}.${i & 255}`)
  const { names, answers } = compile(
    { file: 'z' },
    `$TTL 60\n@ SOA ${SOA}\n@ NS ns.example.net.\n${lines.join('\n')}\n`,
  )
  const buffers = new Set(
    [...Object.values(names), ...Object.values(answers)].flatMap(value =>
      ArrayBuffer.isView(value) ? [value.buffer] : [],
    ),
  )
  const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
  expect(bytes / count).toBeLessThan(200)
})
