import { decode, encode, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePrefix, truncate } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery, formatRecord, MessageError } from '../../src/dns/message.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { anyName } from './arbitrary-name.js'

const NAME = parseName('api.example.com.')
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('a query', () => {
  test.each([
    // subnet, what is sent of it
    ['192.0.2.0/24', '00 08 00 07 00 01 18 00 c0 00 02'],
    ['192.0.2.1/32', '00 08 00 08 00 01 20 00 c0 00 02 01'],
    ['0.0.0.0/0', '00 08 00 04 00 01 00 00'],
    ['192.0.0.0/12', '00 08 00 06 00 01 0c 00 c0 00'],
    ['2001:db8::/33', '00 08 00 09 00 02 21 00 20 01 0d b8 00'],
  ])('with the client subnet %s has it in as few bytes as hold it', (text, option) => {
    const query = encodeQuery({ name: NAME, type: TYPE.A, subnet: parsePrefix(text)! })
    expect(Buffer.from(query).toString('hex')).toMatch(new RegExp(`${option.replaceAll(' ', '')}$`))
  })

  test('sends bits beyond the length of its client subnet as zero', () => {
    const query = encodeQuery({ name: NAME, type: TYPE.A, subnet: { bytes: bytes('c0 00 ff ff'), length: 20 } })
    expect(decodeMessage(query).edns?.subnet?.prefix).toEqual({ bytes: bytes('c0 00 f0 00'), length: 20 })
  })

  test('has no OPT record unless EDNS is asked for', () => {
    expect(decodeMessage(encodeQuery({ name: NAME, type: TYPE.A })).edns).toBeUndefined()
    expect(decodeMessage(encodeQuery({ name: NAME, type: TYPE.A, edns: true })).edns?.udpSize).toBe(1232)
  })

  test('means the same to dns-packet', () => {
    const subnet = parsePrefix('2001:db8:1200::/40')!
    const edns = { udpSize: 4096, dnssecOk: true }
    const query = encodeQuery({ name: NAME, type: TYPE.AAAA, id: 4711, recursionDesired: true, edns, subnet })
    expect(decode(Buffer.from(query))).toMatchObject({
      id: 4711,
      type: 'query',
      flag_rd: true,
      questions: [{ name: 'api.example.com', type: 'AAAA', class: 'IN' }],
      additionals: [
        {
          type: 'OPT',
          udpPayloadSize: 4096,
          flag_do: true,
          options: [{ code: 8, family: 2, sourcePrefixLength: 40, scopePrefixLength: 0, ip: '2001:db8:1200::' }],
        },
      ],
    })
  })

  test('reads back as it was written', () => {
    const subnet = fc.oneof(
      fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(32)),
      fc.tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(128)),
    )
    fc.assert(
      fc.property(
        anyName,
        fc.nat(65535),
        fc.nat(65535),
        fc.boolean(),
        subnet,
        (name, type, id, rd, [address, length]) => {
          const prefix = { bytes: truncate(address, length), length }
          fc.pre(type !== TYPE.OPT)
          const message = decodeMessage(encodeQuery({ name, type, id, recursionDesired: rd, subnet: prefix }))
          expect(message).toMatchObject({ id, recursionDesired: rd, response: false, opcode: 0, rcode: 0 })
          expect(message.questions).toEqual([{ name, type, qclass: 1 }])
          expect(message.edns?.subnet).toEqual({ prefix, scope: 0 })
        },
      ),
    )
  })
})

const PACKET: Packet = {
  id: 1,
  type: 'response',
  flags: 0x0480,
  questions: [{ name: 'example.com', type: 'A' }],
  answers: [
    { name: 'example.com', type: 'A', ttl: 60, data: '192.0.2.1' },
    { name: 'example.com', type: 'AAAA', ttl: 5, data: '2001:db8::1' },
    { name: 'example.com', type: 'MX', ttl: 7, data: { preference: 10, exchange: 'mail.example.com' } },
    { name: 'example.com', type: 'TXT', ttl: 8, data: ['a "b"', 'c'] },
    { name: '_a._tcp.example.com', type: 'SRV', ttl: 9, data: { priority: 1, weight: 2, port: 3, target: 'b.c' } },
    { name: 'www.example.com', type: 'CNAME', ttl: 10, data: 'example.com' },
  ],
  authorities: [
    {
      name: 'example.com',
      type: 'SOA',
      ttl: 11,
      data: { mname: 'ns.x', rname: 'h.x', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
    },
  ],
}

test('what dns-packet wrote is read, and its records in presentation form', () => {
  const message = decodeMessage(encode(PACKET))
  expect(message).toMatchObject({ id: 1, response: true, authoritative: true, recursionAvailable: true, rcode: 0 })
  expect([...message.answers, ...message.authorities].map(formatRecord)).toEqual([
    'example.com. 60 IN A 192.0.2.1',
    'example.com. 5 IN AAAA 2001:db8::1',
    'example.com. 7 IN MX 10 mail.example.com.',
    'example.com. 8 IN TXT "a \\"b\\"" "c"',
    '_a._tcp.example.com. 9 IN SRV 1 2 3 b.c.',
    'www.example.com. 10 IN CNAME example.com.',
    'example.com. 11 IN SOA ns.x. h.x. 1 2 3 4 5',
  ])
})

describe('EDNS of a response', () => {
  const opt = (options: string, ttl = '01 00 80 00'): Uint8Array => {
    const data = bytes(options)
    const head = `0001 8003 0000 0000 0000 0001 00 0029 04d0 ${ttl} ${data.length.toString(16).padStart(4, '0')}`
    return Uint8Array.from([...bytes(head), ...data])
  }

  test('gives the upper bits of the rcode, the DO bit, the scope and extended errors', () => {
    const message = decodeMessage(opt('0008 0007 0001 18 10 c00002  000f 0008 0016 6e6f6e652e 00'))
    expect(message.rcode).toBe(0x13)
    expect(message.edns).toMatchObject({ udpSize: 1232, version: 0, dnssecOk: true })
    expect(message.edns?.subnet).toEqual({ prefix: parsePrefix('192.0.2.0/24'), scope: 16 })
    expect(message.edns?.errors).toEqual([{ code: 22, text: 'none.' }])
    expect(message.edns?.options.map(({ code }) => code)).toEqual([8, 15])
  })

  test('keeps a client subnet of a family that nobody knows as bytes', () => {
    const { edns } = decodeMessage(opt('0008 0004 0007 00 00'))
    expect(edns?.subnet).toBeUndefined()
    expect(edns?.options).toEqual([{ code: 8, data: bytes('0007 00 00') }])
  })

  test.each([
    ['an option that is cut short', '0008 0007 0001'],
    ['an option without a length', '0008 00'],
    ['a client subnet of three bytes', '0008 0003 0001 18'],
    ['a client subnet with too few bytes of address', '0008 0006 0001 18 00 c000'],
    ['a client subnet with too many bytes of address', '0008 0008 0001 18 00 c0000200'],
    ['a client subnet longer than its family', '0008 0009 0001 21 00 c000020000'],
    ['a client subnet whose scope is longer than its family', '0008 0007 0001 18 21 c00002'],
    ['a client subnet with bits beyond its length', '0008 0007 0001 17 00 c00003'],
    ['two client subnets', '0008 0004 0001 00 00 0008 0004 0001 00 00'],
    ['an extended error of one byte', '000f 0001 00'],
  ])('is refused with %s', (_, options) => {
    expect(() => decodeMessage(opt(options))).toThrow(MessageError)
  })
})

describe('compressed names', () => {
  // Header, one question for a.b., one answer.
  const message = (owner: string, type: string, data: string): Uint8Array => {
    const rdata = bytes(data)
    const head = `0000 8000 0001 0001 0000 0000 01 61 01 62 00 0001 0001 ${owner} ${type} 0001 00000001`
    return Uint8Array.from([...bytes(head), 0, rdata.length, ...rdata])
  }

  test.each([
    ['NS', 'c00c', '0002', '01 63 c00e', 'a.b. 1 IN NS c.b.'],
    ['MX', '01 78 c00c', '000f', '0005 c00c', 'x.a.b. 1 IN MX 5 a.b.'],
    ['SOA', 'c00e', '0006', `c00c c00e ${'00000001'.repeat(5)}`, 'b. 1 IN SOA a.b. b. 1 1 1 1 1'],
    ['SRV', 'c00c', '0021', '0001 0002 0003 c00e', 'a.b. 1 IN SRV 1 2 3 b.'],
    ['NAPTR', 'c00c', '0023', '0001 0002 01 75 01 61 00 c00e', 'a.b. 1 IN NAPTR 1 2 "u" "a" "" b.'],
    ['DNAME', 'c00c', '0027', 'c00e', 'a.b. 1 IN DNAME b.'],
    ['RP', 'c00c', '0011', 'c00c c00e', 'a.b. 1 IN RP a.b. b.'],
    ['AFSDB', 'c00c', '0012', '0001 c00e', 'a.b. 1 IN AFSDB 1 b.'],
    ['MINFO', 'c00c', '000e', 'c00c c00e', 'a.b. 1 IN MINFO a.b. b.'],
    [
      'SIG',
      'c00c',
      '0018',
      `0001 05 00 ${'00'.repeat(14)} c00e 01`,
      'a.b. 1 IN SIG A 5 0 0 19700101000000 19700101000000 0 b. AQ==',
    ],
    ['a type of today, whose data are left alone', 'c00c', '0041', 'c00c', 'a.b. 1 IN HTTPS \\# 2 c00c'],
  ])('are followed in %s', (_, owner, type, data, text) => {
    expect(decodeMessage(message(owner, type, data)).answers.map(formatRecord)).toEqual([text])
  })

  test.each([
    ['a pointer to itself', 'c015'],
    ['a pointer ahead', 'c020'],
    ['a pointer into the header', 'c000'],
    ['half a pointer', 'c0'],
    ['a label of an unknown kind', '80'],
  ])('are refused with %s', (_, owner) => {
    expect(() => decodeMessage(bytes(`0000 8000 0001 0001 0000 0000 01 61 01 62 00 0001 0001 ${owner}`))).toThrow(
      MessageError,
    )
  })

  test('are refused where they grow beyond 255 bytes', () => {
    // Five labels of 63 bytes: too long as one name.
    const long = `${`3f ${'61'.repeat(63)}`.repeat(5)} 00`
    expect(() => decodeMessage(bytes(`0000 0000 0001 0000 0000 0000 ${long} 0001 0001`))).toThrow('more than 255 bytes')
  })

  test('are refused where they run beyond the record data that they are in', () => {
    expect(() => decodeMessage(message('c00c', '0002', '01'))).toThrow(MessageError)
    expect(() => decodeMessage(message('c00c', '000f', '00'))).toThrow(MessageError)
    expect(() => decodeMessage(message('c00c', '0023', '0001 0002 ff 75'))).toThrow(MessageError)
  })
})

describe('hostile bytes', () => {
  const good = encode({ ...PACKET, additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232 } as never] }) // the types of dns-packet ask for more than it does

  test('are a message or a MessageError, and nothing else', () => {
    const mutated = fc
      .tuple(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(good.length))
      .map(([changes, length]) => {
        const copy = Uint8Array.from(good)
        for (const [at, value] of changes) copy[at] = value
        return copy.subarray(0, length)
      })
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), message => {
        try {
          const { questions, answers } = decodeMessage(message)
          for (const { name } of questions) expect(formatName(name)).toMatch(/\.$/)
          for (const record of answers) expect(formatRecord(record)).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('cut off anywhere are refused', () => {
    for (let length = 0; length < good.length; length++)
      expect(() => decodeMessage(good.subarray(0, length))).toThrow(MessageError)
  })

  test.each([
    ['bytes after the last record', Uint8Array.from([...good, 0]), 'after the last record: 1'],
    ['no header', new Uint8Array(11), '11 bytes are no message'],
    [
      'a second OPT record',
      bytes('0000 8000 0000 0000 0000 0002 00 0029 0000 00000000 0000 00 0029 0000 00000000 0000'),
      'more than one OPT',
    ],
    [
      'an OPT record that is not of the root',
      bytes('0000 8000 0000 0000 0000 0001 0161 00 0029 0000 00000000 0000'),
      'not the root',
    ],
    [
      'an OPT record among the answers',
      bytes('0000 8000 0000 0001 0000 0000 00 0029 0000 00000000 0000'),
      'not in the additional',
    ],
  ])('with %s are refused', (_, message, what) => {
    expect(() => decodeMessage(message)).toThrow(what)
  })

  test('do not turn a TTL with its top bit set into 68 years', () => {
    const message = bytes('0000 8000 0000 0001 0000 0000 00 0001 0001 ffffffff 0004 c0000201')
    expect(decodeMessage(message).answers[0]?.ttl).toBe(0)
  })
})

test('a message does not change with the buffer that it was read from', () => {
  const buffer = encodeQuery({ name: NAME, type: TYPE.A })
  const message = decodeMessage(buffer)
  buffer.fill(255)
  expect(message.questions).toEqual([{ name: NAME, type: TYPE.A, qclass: 1 }])
})
