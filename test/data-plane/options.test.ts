import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Identity } from '../../src/data-plane/chaos.js'
import { type BadCookiePolicy, CookieGuard, makeSecretTable, setSecrets } from '../../src/data-plane/cookie-guard.js'
import { makeCounters, total } from '../../src/data-plane/counters.js'
import { Limiter, makeLimitTable } from '../../src/data-plane/limit.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { parseAddress, parsePrefix } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery, type Message, type Query } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { CLASS, EDE, OPTION, RCODE, TYPE } from '../../src/dns/numbers.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'
import { healthOf, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { addresses: [192.0.2.1] }
  many: { addresses: [${Array.from({ length: 27 }, (_, i) => `192.0.2.${100 + i}`).join(', ')}] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      api: { steer: nearest, regions: [east] }
      all: { steer: nearest, regions: [many] }
      large: { type: TXT, data: '"${'x'.repeat(250)}" "${'y'.repeat(180)}"' }
`
const SECRET = Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex')
/** The time of RFC 9018 A.1, ms. */
const NOW = 1559731985_000
const CLIENT = Buffer.from('2464c4abcf10c957', 'hex')
const GOOD = Buffer.from('2464c4abcf10c957010000005cf79f111f8130c3eee29480', 'hex')
const BAD = Uint8Array.from(GOOD).fill(0, 20)

let snapshot: Snapshot
let down: Snapshot
beforeAll(async () => {
  const world = await World.make(DOCUMENT)
  snapshot = world.publisher.current()!.snapshot
  world.publisher.setHealth(healthOf(world.document, ['east', 'many']))
  down = world.publisher.current()!.snapshot
})

interface Wish {
  readonly cookies?: BadCookiePolicy | 'none'
  readonly secrets?: readonly Uint8Array[]
  readonly identity?: Identity
  /** Answers that one address gets. */
  readonly burst?: number
  readonly slip?: number
}

class Line {
  readonly counters = makeCounters()
  readonly secrets = makeSecretTable()
  readonly responder: Responder
  private readonly peer = new Peer()

  constructor({ cookies = 'when-limited', secrets = [SECRET], identity = {}, burst, slip = 1 }: Wish = {}) {
    setSecrets(this.secrets, secrets)
    const guard = cookies === 'none' ? undefined : new CookieGuard(this.secrets, cookies)
    const limiter =
      burst === undefined
        ? undefined
        : new Limiter({ perSecond: 1, burst, slip, dryRun: false, exempt: [] }, makeLimitTable(7))
    this.responder = new Responder(snapshot, this.counters, limiter, { cookies: guard, identity })
    this.responder.setTime(NOW)
  }

  ask(bytes: Uint8Array, transport: number = TRANSPORT.udp, source = '198.51.100.100'): Uint8Array {
    const { peer } = this
    peer.set(parseAddress(source)!)
    peer.transport = transport
    peer.idle = transport === TRANSPORT.udp ? 0 : 100
    // What lay in the buffer before must not leak into an answer.
    const message = new Uint8Array(bytes.length + 65535).fill(0xee)
    message.set(bytes)
    return message.slice(0, this.responder.respond(message, 0, bytes.length, peer))
  }
}

const API: Query = { name: parseName('api.example.com'), type: TYPE.A, edns: true }
const withOptions = (...options: readonly (readonly [code: number, data: Uint8Array])[]): Uint8Array =>
  encodeQuery({ ...API, options: options.map(([code, data]) => ({ code, data })) })
const withCookie = (data: Uint8Array): Uint8Array => withOptions([OPTION.COOKIE, data])
/** The place of the OPT record in a query for `API`. */
const optAt = 12 + API.name.length + 4
const optionOf = ({ edns }: Message, code: number): string | undefined => {
  const data = edns?.options.find(option => option.code === code)?.data
  return data && Buffer.from(data).toString('hex')
}
const cookieOf = (bytes: Uint8Array): string | undefined => optionOf(decodeMessage(bytes), OPTION.COOKIE)
const GOOD_HEX = GOOD.toString('hex')

describe('cookies', () => {
  test.each([
    ['a client cookie', CLIENT],
    ['a good cookie', GOOD],
    ['a bad one', BAD],
    ['one of 40 bytes', Uint8Array.from([...GOOD, ...new Uint8Array(16)])],
  ])('%s is answered, with a good one, over UDP and TCP', (_, sent) => {
    for (const transport of [TRANSPORT.udp, TRANSPORT.tcp]) {
      const answer = decodeMessage(new Line().ask(withCookie(sent), transport))
      expect([answer.rcode, answer.answers.length]).toEqual([RCODE.NOERROR, 1])
      expect(optionOf(answer, OPTION.COOKIE)).toBe(GOOD_HEX)
    }
  })

  test('no cookie is given to whom sent none, nor where there are none', () => {
    expect(cookieOf(new Line().ask(encodeQuery(API)))).toBeUndefined()
    expect(cookieOf(new Line({ cookies: 'none' }).ask(withCookie(CLIENT)))).toBeUndefined()
  })

  test.each([0, 1, 7, 9, 15, 41])('one of %d bytes gets FORMERR, and none back', length => {
    const answer = decodeMessage(new Line().ask(withCookie(new Uint8Array(length))))
    expect(answer.rcode).toBe(RCODE.FORMERR)
    expect(answer.edns?.options).toEqual([])
  })

  test('of two the first counts', () => {
    const answer = new Line().ask(withOptions([OPTION.COOKIE, CLIENT], [OPTION.COOKIE, new Uint8Array(8)]))
    expect(cookieOf(answer)).toBe(GOOD_HEX)
  })

  test('the client subnet comes back beside it', () => {
    const prefix = parsePrefix('203.0.113.0/24')!
    const answer = decodeMessage(
      new Line().ask(encodeQuery({ ...API, subnet: prefix, options: [{ code: OPTION.COOKIE, data: CLIENT }] })),
    )
    expect(answer.edns?.subnet).toMatchObject({ prefix })
    expect(optionOf(answer, OPTION.COOKIE)).toBe(GOOD_HEX)
  })

  test('a new secret is used from the next batch on; the one before is believed as long as it is there', () => {
    const line = new Line()
    const fresh = new Uint8Array(16).fill(9)
    setSecrets(line.secrets, [fresh, SECRET])
    line.responder.setTime(NOW)
    const renewed = cookieOf(line.ask(withCookie(GOOD)))!
    expect(renewed).not.toBe(GOOD_HEX)
    expect(total([line.counters]).scalars.withCookie).toBe(1)
    setSecrets(line.secrets, [fresh])
    line.responder.setTime(NOW)
    line.ask(withCookie(GOOD))
    expect(total([line.counters]).scalars.withCookie).toBe(1)
    expect(cookieOf(line.ask(withCookie(Buffer.from(renewed, 'hex'))))).toBe(renewed)
    expect(total([line.counters]).scalars.withCookie).toBe(2)
  })

  test('a cookie an hour old is good no longer', () => {
    const line = new Line({ cookies: 'always' })
    line.responder.setTime(NOW + 3601_000)
    expect(decodeMessage(line.ask(withCookie(GOOD))).rcode).toBe(RCODE.BADCOOKIE)
  })

  describe('who must come again', () => {
    test.each([
      ['off', CLIENT, RCODE.NOERROR],
      ['off', BAD, RCODE.NOERROR],
      ['when-limited', BAD, RCODE.NOERROR],
      ['always', CLIENT, RCODE.BADCOOKIE],
      ['always', BAD, RCODE.BADCOOKIE],
      ['always', GOOD, RCODE.NOERROR],
    ] as const)('with %s, %j over UDP gets rcode %d', (cookies, sent, rcode) => {
      const line = new Line({ cookies })
      const answer = decodeMessage(line.ask(withCookie(sent)))
      expect(answer).toMatchObject({ rcode, truncated: false, answers: rcode === RCODE.NOERROR ? [{}] : [] })
      expect(optionOf(answer, OPTION.COOKIE)).toBe(GOOD_HEX)
      expect(total([line.counters]).responses[0]?.rcode).toBe(rcode)
    })

    test('nobody over TCP, and nobody without a cookie', () => {
      const line = new Line({ cookies: 'always' })
      expect(decodeMessage(line.ask(withCookie(CLIENT), TRANSPORT.tcp)).rcode).toBe(RCODE.NOERROR)
      expect(decodeMessage(line.ask(encodeQuery(API))).rcode).toBe(RCODE.NOERROR)
    })
  })

  describe('rate limiting', () => {
    test('does not touch whoever has a good cookie', () => {
      const line = new Line({ burst: 2 })
      for (let i = 0; i < 50; i++) expect(decodeMessage(line.ask(withCookie(GOOD))).answers).toHaveLength(1)
      // Nor has anything been counted against it.
      expect(decodeMessage(line.ask(encodeQuery(API))).answers).toHaveLength(1)
    })

    test.each([
      ['when-limited', CLIENT, { rcode: RCODE.BADCOOKIE, truncated: false }],
      ['when-limited', BAD, { rcode: RCODE.BADCOOKIE, truncated: false }],
      ['off', CLIENT, { rcode: RCODE.NOERROR, truncated: true }],
    ] as const)('with %s, %j is sent away with the cookie to come again with', (cookies, sent, expected) => {
      const line = new Line({ cookies, burst: 1 })
      line.ask(encodeQuery(API))
      const answer = decodeMessage(line.ask(withCookie(sent)))
      expect(answer).toMatchObject({ ...expected, answers: [] })
      expect(optionOf(answer, OPTION.COOKIE)).toBe(GOOD_HEX)
      expect(total([line.counters]).scalars).toMatchObject({ limited: 1, limitedTruncated: 1 })
    })

    test('what is to be dropped is dropped, cookie or not, and also with always', () => {
      for (const cookies of ['when-limited', 'always'] as const) {
        const line = new Line({ cookies, burst: 1, slip: 0 })
        line.ask(encodeQuery(API))
        expect(line.ask(withCookie(CLIENT))).toHaveLength(0)
        expect(line.ask(withoutQuestion(CLIENT))).toHaveLength(0)
      }
    })

    test('an answer that sends away is at most 16 bytes longer than its query: the server cookie', () => {
      const line = new Line({ burst: 1, identity: { server: 'x'.repeat(100) } })
      line.ask(encodeQuery(API))
      const query = withOptions([OPTION.COOKIE, CLIENT], [OPTION.NSID, new Uint8Array(0)])
      expect(line.ask(query).length).toBeLessThanOrEqual(query.length + 16)
    })
  })

  /** RFC 7873 §5.4 */
  const withoutQuestion = (cookie: Uint8Array): Uint8Array => {
    const whole = withCookie(cookie)
    const header = Uint8Array.from(whole.subarray(0, 12))
    header[5] = 0
    return Uint8Array.from([...header, ...whole.subarray(12 + API.name.length + 4)])
  }

  test.each([
    ['a client cookie', CLIENT, RCODE.NOERROR],
    ['a good cookie', GOOD, RCODE.NOERROR],
    ['a bad cookie', BAD, RCODE.BADCOOKIE],
  ])('a query without a question and with %s gets a good one', (_, sent, rcode) => {
    for (const transport of [TRANSPORT.udp, TRANSPORT.tcp]) {
      const answer = decodeMessage(new Line().ask(withoutQuestion(sent), transport))
      expect(answer).toMatchObject({ rcode, response: true, questions: [], answers: [] })
      expect(optionOf(answer, OPTION.COOKIE)).toBe(GOOD_HEX)
    }
  })

  test('without a question and without a cookie, or where there are no cookies, it gets FORMERR', () => {
    const bare = Uint8Array.from(withoutQuestion(CLIENT))
    bare[bare.length - 11] = 99
    expect(decodeMessage(new Line().ask(bare)).rcode).toBe(RCODE.FORMERR)
    expect(decodeMessage(new Line({ cookies: 'none' }).ask(withoutQuestion(CLIENT))).rcode).toBe(RCODE.FORMERR)
    expect(new Line().ask(new Uint8Array(12))[3]! & 15).toBe(RCODE.FORMERR)
  })
})

describe('which server it is', () => {
  const identity = { server: 'fra-1', version: 'none of your business' }
  const nsid = withOptions([OPTION.NSID, new Uint8Array(0)])

  test('NSID is given to whom asks for it, if there is one', () => {
    const line = new Line({ identity })
    expect(optionOf(decodeMessage(line.ask(nsid)), OPTION.NSID)).toBe(Buffer.from('fra-1').toString('hex'))
    expect(optionOf(decodeMessage(line.ask(encodeQuery(API))), OPTION.NSID)).toBeUndefined()
    expect(decodeMessage(new Line().ask(nsid)).edns?.options).toEqual([])
  })

  test('what a query carries in it is ignored', () => {
    const answer = decodeMessage(new Line({ identity }).ask(withOptions([OPTION.NSID, Uint8Array.of(1, 2, 3)])))
    expect(answer.rcode).toBe(RCODE.NOERROR)
    expect(optionOf(answer, OPTION.NSID)).toBe(Buffer.from('fra-1').toString('hex'))
  })

  const chaos = (name: string, type: number = TYPE.TXT): Uint8Array =>
    encodeQuery({ name: parseName(name), type, qclass: CLASS.CH, edns: true })

  test.each([
    ['id.server', 'fra-1'],
    ['hostname.bind', 'fra-1'],
    ['HOSTNAME.Bind', 'fra-1'],
    ['version.server', 'none of your business'],
    ['version.bind', 'none of your business'],
  ])('%s in class CH is %j, and refused unless told', (name, text) => {
    const answer = decodeMessage(new Line({ identity }).ask(chaos(name)))
    expect(answer).toMatchObject({ rcode: RCODE.NOERROR, authoritative: true })
    const [record] = answer.answers
    expect(record).toMatchObject({ type: TYPE.TXT, rclass: CLASS.CH, ttl: 0 })
    expect(Buffer.from(record!.rdata.subarray(1)).toString()).toBe(text)
    expect(record!.rdata[0]).toBe(text.length)
    expect(decodeMessage(new Line().ask(chaos(name))).rcode).toBe(RCODE.REFUSED)
  })

  test('other types at these names are not there, and other names are refused', () => {
    const line = new Line({ identity: { server: 'fra-1' } })
    expect(decodeMessage(line.ask(chaos('id.server', TYPE.A)))).toMatchObject({ rcode: RCODE.NOERROR, answers: [] })
    for (const name of ['version.bind', 'authors.bind', 'server', 'api.example.com', '.', 'x.id.server'])
      expect(decodeMessage(line.ask(chaos(name))).rcode).toBe(RCODE.REFUSED)
  })
})

describe('extended errors (RFC 8914)', () => {
  const errors = (bytes: Uint8Array) => decodeMessage(bytes).edns?.errors
  test.each<[string, Query, number, readonly number[]]>([
    ['a name of nobody here', { ...API, name: parseName('example.org') }, RCODE.REFUSED, [EDE.NOT_AUTHORITATIVE]],
    ['another class', { ...API, qclass: 4 }, RCODE.REFUSED, [EDE.NOT_SUPPORTED]],
    ['class CH', { ...API, qclass: CLASS.CH }, RCODE.REFUSED, [EDE.PROHIBITED]],
    ['MAILB', { ...API, type: TYPE.MAILB }, RCODE.NOTIMP, [EDE.NOT_SUPPORTED]],
    ['what is there', API, RCODE.NOERROR, []],
    ['what is not there', { ...API, name: parseName('no.example.com') }, RCODE.NXDOMAIN, []],
  ])('%s', (_, query, rcode, codes) => {
    const answer = new Line().ask(encodeQuery(query))
    expect(decodeMessage(answer).rcode).toBe(rcode)
    expect(errors(answer)?.map(({ code }) => code)).toEqual(codes)
    expect(decodeMessage(new Line().ask(encodeQuery({ ...query, edns: false }))).edns).toBeUndefined()
  })

  test.each([
    // 476 bytes without the explanation, which takes 37.
    [512, 0],
    [513, 1],
  ])('one is left away rather than truncating an answer for it: with %d bytes there are %d', (udpSize, count) => {
    const line = new Line()
    line.responder.snapshot = down
    const answer = line.ask(encodeQuery({ ...API, name: parseName('all.example.com'), edns: { udpSize } }))
    expect(decodeMessage(answer)).toMatchObject({ truncated: false, answers: Array(27).fill({}) })
    expect(errors(answer)).toHaveLength(count)
    expect(answer).toHaveLength(476 + 37 * count)
  })
})

describe('TCP keepalive (RFC 7828)', () => {
  const asking = withOptions([OPTION.TCP_KEEPALIVE, new Uint8Array(0)])
  const carrying = withOptions([OPTION.TCP_KEEPALIVE, Uint8Array.of(0, 100)])

  test('over TCP, and over TLS, whoever asks hears the idle timeout, in units of 100 ms', () => {
    for (const transport of [TRANSPORT.tcp, TRANSPORT.tls]) {
      expect(optionOf(decodeMessage(new Line().ask(asking, transport)), OPTION.TCP_KEEPALIVE)).toBe('0064')
      expect(decodeMessage(new Line().ask(encodeQuery(API), transport)).edns?.options).toEqual([])
    }
  })

  test('a timeout in a query gets FORMERR over TCP', () => {
    const answer = decodeMessage(new Line().ask(carrying, TRANSPORT.tcp))
    expect([answer.rcode, answer.edns?.options]).toEqual([RCODE.FORMERR, []])
  })

  test('over UDP the option is ignored, whatever is in it', () => {
    for (const query of [asking, carrying])
      expect(decodeMessage(new Line().ask(query))).toMatchObject({ rcode: RCODE.NOERROR, edns: { options: [] } })
  })
})

describe('padding (RFC 7830, RFC 8467)', () => {
  const padded = withOptions([OPTION.PADDING, new Uint8Array(50)], [OPTION.COOKIE, CLIENT])

  test('over TLS a padded query gets an answer whose length is a multiple of 468', () => {
    for (const type of [TYPE.A, TYPE.TXT]) {
      const answer = new Line().ask(
        encodeQuery({
          ...API,
          name: parseName(type === TYPE.A ? 'api.example.com' : 'large.example.com'),
          type,
          options: [{ code: OPTION.PADDING, data: new Uint8Array(0) }],
        }),
        TRANSPORT.tls,
      )
      expect(answer.length % 468).toBe(0)
      expect(decodeMessage(answer).answers).toHaveLength(1)
      const { options } = decodeMessage(answer).edns!
      expect(options.map(({ code }) => code)).toEqual([OPTION.PADDING])
      expect(options[0]!.data.every(byte => byte === 0)).toBe(true)
    }
  })

  test('it comes last, behind the other options and an extended error', () => {
    const line = new Line()
    line.responder.snapshot = down
    const answer = line.ask(padded, TRANSPORT.tls)
    expect(answer.length).toBe(468)
    expect(decodeMessage(answer).edns?.options.map(({ code }) => code)).toEqual([
      OPTION.COOKIE,
      OPTION.EDE,
      OPTION.PADDING,
    ])
  })

  test('in clear it hides nothing, and there is none; nor for a query that is not padded', () => {
    for (const transport of [TRANSPORT.udp, TRANSPORT.tcp])
      expect(optionOf(decodeMessage(new Line().ask(padded, transport)), OPTION.PADDING)).toBeUndefined()
    expect(decodeMessage(new Line().ask(encodeQuery(API), TRANSPORT.tls)).edns?.options).toEqual([])
  })
})

describe('EDNS (RFC 6891)', () => {
  const opt = (edit: (bytes: Uint8Array, at: number) => void): Uint8Array => {
    const bytes = encodeQuery(API)
    edit(bytes, optAt)
    return bytes
  }
  const ask = (bytes: Uint8Array): Message => decodeMessage(new Line().ask(bytes))

  test('§6.1.3: a version above 0 gets BADVERS, with version 0 and nothing of the question', () => {
    for (const version of [1, 2, 255]) {
      const answer = ask(opt((bytes, at) => (bytes[at + 6] = version)))
      expect(answer).toMatchObject({
        rcode: RCODE.BADVERS,
        answers: [],
        edns: { version: 0, udpSize: 1232, options: [] },
      })
    }
  })

  test('§6.1.3: of a version above 0 no option is looked at', () => {
    const bytes = withCookie(new Uint8Array(3))
    bytes[optAt + 6] = 1
    expect(ask(bytes)).toMatchObject({ rcode: RCODE.BADVERS, edns: { options: [] } })
  })

  test('§6.1.1: two OPT records get FORMERR', () => {
    const one = encodeQuery(API)
    const two = Uint8Array.from([...one, ...one.subarray(optAt)])
    two[11] = 2
    expect(ask(two).rcode).toBe(RCODE.FORMERR)
  })

  test('§6.1.2: an OPT record of a name other than the root gets FORMERR', () => {
    const one = encodeQuery(API)
    const named = Uint8Array.from([...one.subarray(0, optAt), 1, 0x61, 0, ...one.subarray(optAt + 1)])
    expect(new Line().ask(named)[3]! & 15).toBe(RCODE.FORMERR)
    const pointed = Uint8Array.from([...one.subarray(0, optAt), 0xc0, 12, ...one.subarray(optAt + 1)])
    expect(new Line().ask(pointed)[3]! & 15).toBe(RCODE.FORMERR)
  })

  test('§6.1.2: options that nobody knows are ignored, and not sent back', () => {
    const unknown = [5, 9, 13, 14, 16, 26946, 65001, 65535].map(code => [code, Uint8Array.of(1, 2, 3)] as const)
    expect(ask(withOptions(...unknown))).toMatchObject({ rcode: RCODE.NOERROR, answers: [{}], edns: { options: [] } })
  })

  test('§6.1.2: an option that runs beyond the record gets FORMERR', () => {
    const bytes = withOptions([65001, new Uint8Array(4)])
    bytes[bytes.length - 5] = 5
    expect(ask(bytes).rcode).toBe(RCODE.FORMERR)
  })

  test.each([0, 1, 511, 512])('§6.2.3: a size of %d counts as 512', udpSize => {
    const long = { ...API, name: parseName('large.example.com'), type: TYPE.TXT }
    const answer = new Line().ask(encodeQuery({ ...long, edns: { udpSize } }))
    expect(decodeMessage(answer).answers).toHaveLength(1)
    expect(answer.length).toBeGreaterThan(450)
    expect(answer.length).toBeLessThanOrEqual(512)
    // With another 128 bytes it no longer fits, and TC comes with an OPT record (§7).
    const cut = new Line({ identity: { server: 'x'.repeat(128) } }).ask(
      encodeQuery({ ...long, edns: { udpSize }, options: [{ code: OPTION.NSID, data: new Uint8Array(0) }] }),
    )
    expect(decodeMessage(cut)).toMatchObject({ truncated: true, answers: [], edns: { udpSize: 1232 } })
  })

  test('§6.1.4: DO is copied (RFC 3225 §3), the Z bits are neither looked at nor sent back', () => {
    for (const dnssecOk of [true, false]) {
      const bytes = encodeQuery({ ...API, edns: { dnssecOk } })
      bytes[optAt + 7]! |= 0x7f
      bytes[optAt + 8] = 0xff
      const raw = new Line().ask(bytes)
      expect(decodeMessage(raw)).toMatchObject({ rcode: RCODE.NOERROR, answers: [{}], edns: { dnssecOk } })
      expect([raw[raw.length - 4]! & 0x7f, raw[raw.length - 3]]).toEqual([0, 0])
    }
  })

  test('§7: an error is answered with an OPT record where the query had one, and without where it had none', () => {
    for (const query of [
      { ...API, name: parseName('example.org') },
      { ...API, type: TYPE.TSIG },
    ]) {
      expect(ask(encodeQuery(query)).edns).toMatchObject({ version: 0 })
      expect(ask(encodeQuery({ ...query, edns: false })).edns).toBeUndefined()
    }
  })
})

test('whatever options come, in whatever order and however broken, over every transport: an answer that is sound, and no fault', () => {
  const code = fc.oneof(fc.constantFrom(...Object.values(OPTION)), fc.nat({ max: 65535 }))
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 45 }),
    fc.constantFrom(new Uint8Array(0), CLIENT, GOOD, BAD, Uint8Array.of(0, 1, 24, 0, 192, 0, 2)),
  )
  const options = fc.array(fc.record({ code, data }), { maxLength: 6 })
  const spoilt = fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { nil: undefined })
  const transport = fc.constantFrom(...Object.values(TRANSPORT))
  const line = new Line({ identity: { server: 'fra-1' } })
  fc.assert(
    fc.property(options, spoilt, transport, fc.boolean(), (options, spoilt, transport, asks) => {
      const whole = encodeQuery({ ...API, options })
      const query = asks ? whole : Uint8Array.from([...whole.subarray(0, 12), ...whole.subarray(optAt)])
      if (!asks) query[5] = 0
      // The OPT record only: what a broken question gets is another matter.
      const at = asks ? optAt : 12
      if (spoilt !== undefined) query[at + (spoilt[0] % (query.length - at))] = spoilt[1]
      const answer = line.ask(query, transport)
      const limit = transport === TRANSPORT.udp ? 1232 : 65535
      expect(answer.length).toBeGreaterThanOrEqual(12)
      expect(answer.length).toBeLessThanOrEqual(limit)
      const { edns } = decodeMessage(answer)
      for (const { code } of edns?.options ?? []) expect(Object.values(OPTION)).toContain(code)
    }),
    { numRuns: 2000 },
  )
  expect(total([line.counters]).scalars.faults).toBe(0)
})
