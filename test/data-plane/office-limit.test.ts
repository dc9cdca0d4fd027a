// What may be forged gets no more of the office than of the line; a good cookie shows that it is not (RFC 7873 §5.2.3).
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { FOR_OFFICE } from '../../src/data-plane/admit.js'
import { CookieGuard, makeSecretTable, setSecrets } from '../../src/data-plane/cookie-guard.js'
import { COUNTER, makeCounters, SCALAR } from '../../src/data-plane/counters.js'
import { Limiter, makeLimitTable } from '../../src/data-plane/limit.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { parseAddress } from '../../src/dns/address.js'
import { encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { OPCODE, OPTION, TYPE } from '../../src/dns/numbers.js'
import { additionalAt, HEADER_LENGTH } from '../../src/dns/question.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'
import { World } from '../world.js'

/** RFC 9018 Appendix A.2: secret, time, and the cookie of 198.51.100.100. */
const SECRET = Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex')
const NOW = 1559731985_000
const GOOD = Buffer.from('2464c4abcf10c957010000005cf79f111f8130c3eee29480', 'hex')
const BAD = Uint8Array.from(GOOD).fill(0, 20)
const NAME = parseName('example.com')
const BURST = 3

let snapshot: Snapshot
beforeAll(async () => {
  const world = await World.make('zones: { example.com: { nameservers: [ns.other.test] } }')
  snapshot = world.publisher.current()!.snapshot
})

/** A message that is for the office; `records` stand in its authority section. */
function message(kind: keyof typeof KINDS, cookie: Uint8Array | undefined): Uint8Array {
  const { opcode, type, records } = KINDS[kind]
  const options = cookie === undefined ? [] : [{ code: OPTION.COOKIE, data: cookie }]
  const query = encodeQuery({ name: NAME, type, edns: true, options })
  const end = HEADER_LENGTH + NAME.length + 4
  const bytes = Uint8Array.from([...query.subarray(0, end), ...records.flat(), ...query.subarray(end)])
  bytes[2] = opcode << 3
  bytes[9] = records.length
  return bytes
}

/** Owner (a pointer to the question's name), type, class IN, TTL, and data of so many bytes. */
const record = (type: number, length: number): readonly number[] => [
  ...[0xc0, HEADER_LENGTH, type >> 8, type & 255, 0, 1, 0, 0, 0, 60, length >> 8, length & 255],
  ...new Array<number>(length).fill(1),
]

const KINDS = {
  notify: { opcode: OPCODE.NOTIFY, type: TYPE.SOA, records: [] },
  update: { opcode: OPCODE.UPDATE, type: TYPE.SOA, records: [record(TYPE.TXT, 5), record(TYPE.A, 4)] },
  ixfr: { opcode: OPCODE.QUERY, type: TYPE.IXFR, records: [record(TYPE.SOA, 22)] },
} as const

function line(cookies: 'none' | 'when-limited' = 'when-limited') {
  const table = makeSecretTable()
  setSecrets(table, [SECRET])
  const limits = { perSecond: 1, burst: BURST, slip: 0, dryRun: false, exempt: [] }
  const counters = makeCounters()
  const guard = cookies === 'none' ? undefined : new CookieGuard(table, cookies)
  const responder = new Responder(snapshot, counters, new Limiter(limits, makeLimitTable(7)), { cookies: guard })
  responder.setTime(NOW)
  responder.office[0] = 1
  const peer = new Peer()
  peer.set(parseAddress('198.51.100.100')!)
  return {
    /** How many of ten such messages the office gets. */
    handedOver(bytes: Uint8Array, transport: number = TRANSPORT.udp): number {
      peer.transport = transport
      return Array.from({ length: 10 }, () => {
        const buffer = new Uint8Array(bytes.length + 2000)
        buffer.set(bytes)
        const answer = responder.respond(buffer, 0, bytes.length, peer)
        // It goes to the office as it came.
        if (answer === FOR_OFFICE) expect(Buffer.from(buffer.subarray(0, bytes.length))).toEqual(Buffer.from(bytes))
        return answer
      }).filter(answer => answer === FOR_OFFICE).length
    },
    withCookie: () => counters[COUNTER.scalars + SCALAR.withCookie],
  }
}

test.each(['notify', 'update', 'ixfr'] as const)('%s by UDP is limited, unless it has a good cookie', kind => {
  expect(line().handedOver(message(kind, undefined))).toBe(BURST)
  expect(line().handedOver(message(kind, BAD))).toBe(BURST)
  expect(line().handedOver(message(kind, GOOD.subarray(0, 8)))).toBe(BURST)
  const good = line()
  expect(good.handedOver(message(kind, GOOD))).toBe(10)
  expect(good.withCookie()).toBe(10)
})

test('who does not know cookies goes by the limit only', () => {
  expect(line('none').handedOver(message('notify', GOOD))).toBe(BURST)
})

test('over TCP nobody is limited', () => {
  expect(line().handedOver(message('update', undefined), TRANSPORT.tcp)).toBe(10)
})

test('the additional section is found behind whatever comes before it', () => {
  for (const kind of ['notify', 'update', 'ixfr'] as const) {
    const bytes = message(kind, GOOD)
    const opt = bytes.length - 11 - 4 - GOOD.length
    expect(additionalAt(bytes, 0, bytes.length)).toBe(opt)
    for (let length = 0; length < opt; length++) expect(additionalAt(bytes, 0, length)).toBe(-1)
  }
})

test('no bytes lead it out of the message', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const found = additionalAt(bytes, 0, bytes.length)
      expect(found === -1 || (found >= HEADER_LENGTH && found <= bytes.length)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})
