import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, type ResourceRecord } from '../../src/dns/message.js'
import { bareReply } from '../../src/dns/message-reply.js'
import { MessageWriter, SECTION } from '../../src/dns/message-writer.js'
import { parseName } from '../../src/dns/name.js'
import { CLASS, RCODE, TYPE } from '../../src/dns/numbers.js'
import { encodeRdata } from '../../src/dns/rdata.js'
import { anyName } from './arbitrary-name.js'

const ORIGIN = parseName('Example.com.')
const record = (owner: string, type: number, data: string): ResourceRecord => ({
  owner: parseName(owner, ORIGIN),
  type,
  rclass: CLASS.IN,
  ttl: 60,
  rdata: encodeRdata(type, data, ORIGIN),
})

test('what is written is what is read, names in the letter case that they were written in', () => {
  const records = [
    record('@', TYPE.SOA, 'ns hostmaster 1 2 3 4 5'),
    record('www', TYPE.CNAME, 'WWW'),
    record('WWW', TYPE.MX, '10 mail'),
    record('srv', TYPE.SRV, '1 2 3 www'),
    record('t', TYPE.TXT, '"x"'),
  ]
  const writer = new MessageWriter(7, 0x8400, 1000)
  writer.question(ORIGIN, TYPE.AXFR)
  for (const each of records) expect(writer.record(SECTION.answer, each)).toBe(true)
  writer.opt(1232)
  const message = decodeMessage(writer.finish())
  expect(message).toMatchObject({ id: 7, response: true, authoritative: true, edns: { udpSize: 1232 } })
  expect(message.answers).toEqual(records)
})

test('any names and numbers of records come back as they were', () => {
  const anyRecord = fc.record({
    owner: anyName,
    type: fc.constantFrom<number>(TYPE.NS, TYPE.CNAME, TYPE.TXT),
    rclass: fc.constant<number>(CLASS.IN),
    ttl: fc.nat(2 ** 31 - 1),
    rdata: anyName,
  })
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 80 }), records => {
      const writer = new MessageWriter(1, 0x8000, 65_535)
      for (const each of records) writer.record(SECTION.answer, each)
      expect(decodeMessage(writer.finish()).answers).toEqual(records)
    }),
  )
})

test('a record that does not fit is not written at all', () => {
  const writer = new MessageWriter(1, 0x8000, 60)
  expect(writer.record(SECTION.answer, record('@', TYPE.TXT, `"${'x'.repeat(30)}"`))).toBe(false)
  expect(writer.record(SECTION.answer, record('@', TYPE.TXT, '"x"'))).toBe(true)
  expect(decodeMessage(writer.finish()).answers).toHaveLength(1)
})

test('names are not pointed at beyond the reach of a pointer', () => {
  const writer = new MessageWriter(1, 0x8000, 65_535)
  const long = `"${'x'.repeat(250)}"`
  const records = Array.from({ length: 100 }, (_, i) => record(`n${i}`, TYPE.TXT, long))
  for (const each of [...records, ...records]) writer.record(SECTION.answer, each)
  expect(decodeMessage(writer.finish()).answers).toEqual([...records, ...records])
})

test('a bare reply has the question, the opcode and the ID of what it answers, and nothing of its flags but RD', () => {
  const writer = new MessageWriter(9, (5 << 11) | 0x01b0, 100)
  writer.question(ORIGIN, TYPE.SOA)
  writer.record(SECTION.authority, record('@', TYPE.TXT, '"x"'))
  const reply = decodeMessage(bareReply(writer.finish(), RCODE.REFUSED))
  expect(reply).toMatchObject({ id: 9, opcode: 5, response: true, recursionDesired: true, rcode: RCODE.REFUSED })
  expect(reply).toMatchObject({ questions: [{ type: TYPE.SOA }], authorities: [] })
})

test('a bare reply to what cannot be read is a header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 60 }), request => {
      const reply = bareReply(request, RCODE.FORMERR)
      expect(reply.length === 12 || reply[5] === 1).toBe(true)
      expect(reply[2]! & 0x80).toBe(0x80)
    }),
  )
})
