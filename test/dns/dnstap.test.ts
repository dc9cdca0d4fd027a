import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Tapped, Tapper } from '../../src/dns/dnstap.js'

const TAPPER = new Tapper('fra-1', 'm 1')
const QUERY: Tapped = {
  kind: 'query',
  protocol: 'udp',
  queryAddress: Uint8Array.of(192, 0, 2, 1),
  queryPort: 300,
  responseAddress: undefined,
  responsePort: 53,
  at: 1_700_000_000_123,
  message: Uint8Array.of(1, 2, 3),
}

/** Fields of a message of protocol buffers by number: varints and 32-bit words as numbers, the rest as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, number | Buffer> {
  const buffer = Buffer.from(bytes)
  const fields = new Map<number, number | Buffer>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = buffer[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < buffer.length) {
    const tag = varint()
    if (tag % 8 === 0) fields.set(tag >> 3, varint())
    else if (tag % 8 === 5) {
      fields.set(tag >> 3, buffer.readUInt32LE(at))
      at += 4
    } else {
      const length = varint()
      fields.set(tag >> 3, buffer.subarray(at, at + length))
      at += length
    }
  }
  expect(at).toBe(buffer.length)
  return fields
}

const messageOf = (tapped: Tapped) => fieldsOf(fieldsOf(TAPPER.encode(tapped, new Uint8Array(0))).get(14) as Buffer)

test('a tap says who tells it, of what kind it is, and what is told besides', () => {
  const fields = fieldsOf(TAPPER.encode(QUERY, Buffer.from('{"reason":"record"}')))
  expect([1, 2, 3, 15].map(field => fields.get(field)?.toString())).toEqual([
    'fra-1',
    'm 1',
    '{"reason":"record"}',
    '1',
  ])
})

test('a query has its sender, its time, and the packet', () => {
  const fields = messageOf(QUERY)
  expect([...fields.keys()]).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10])
  expect([1, 2, 3, 6, 7, 8, 9].map(field => fields.get(field))).toEqual([1, 1, 1, 300, 53, 1_700_000_000, 123_000_000])
  expect(fields.get(4)).toEqual(Buffer.of(192, 0, 2, 1))
  expect(fields.get(10)).toEqual(Buffer.of(1, 2, 3))
})

test('a response has both times, and the address that it came from where that is known', () => {
  const fields = messageOf({
    ...QUERY,
    kind: 'response',
    protocol: 'tls',
    queryAddress: new Uint8Array(16),
    responseAddress: Uint8Array.of(192, 0, 2, 53),
  })
  expect([1, 2, 3, 12, 13].map(field => fields.get(field))).toEqual([2, 2, 3, 1_700_000_000, 123_000_000])
  expect(fields.get(5)).toEqual(Buffer.of(192, 0, 2, 53))
  expect(fields.get(14)).toEqual(Buffer.of(1, 2, 3))
  expect(fields.has(10)).toBe(false)
})

test('numbers and packets of every size are read back as they were', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 65535 }),
      fc.integer({ min: 0, max: 2 ** 42 }),
      fc.uint8Array({ maxLength: 2000 }),
      (queryPort, at, message) => {
        const fields = messageOf({ ...QUERY, queryPort, at, message })
        expect(fields.get(6)).toBe(queryPort)
        expect(fields.get(8)).toBe(Math.floor(at / 1000))
        expect(fields.get(9)).toBe((at % 1000) * 1e6)
        expect(fields.get(10)).toEqual(Buffer.from(message))
      },
    ),
  )
})
