// The DNS check against a real server.
import { expect, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { checker } from '../../../src/control-plane/health/check.js'
import { newTrace } from '../../../src/control-plane/health/trace.js'
import { causeOf, TIMING } from './asking.js'
import { freePort } from './servers.js'
import { udpPort } from './udp.js'

test('dns: response code and answer are judged, and a refusal is told', async () => {
  const port = await udpPort(query => {
    const reply = Buffer.concat([
      query.subarray(0, query.length),
      Buffer.from('c00c000100010000003c0004c0000219', 'hex'),
    ])
    reply.writeUInt16BE(0x8400, 2)
    reply.writeUInt16BE(1, 6)
    return reply
  })
  const spec = { type: 'dns', ...TIMING, port, name: 'mail.example.com', recordType: 'A', rcode: 'NOERROR' } as const
  expect(await causeOf(spec)).toBeUndefined()
  expect(await causeOf({ ...spec, answer: '192.0.2.25' })).toBeUndefined()
  expect(await causeOf({ ...spec, answer: '192.0.2.9' })).toBe('192.0.2.9 is not in the answer, which has 192.0.2.25')
  expect(await causeOf({ ...spec, rcode: 'REFUSED' })).toBe('response code NOERROR, expected REFUSED')
  expect(await causeOf({ ...spec, port: await freePort() })).toBe('connection refused')
})

test('dns: the question comes from the address that the node is to use', async () => {
  const asked: string[] = []
  const port = await udpPort((query, address) => {
    asked.push(address)
    const reply = Buffer.from(query)
    reply.writeUInt16BE(0x8400, 2)
    return reply
  })
  const probe = checker({ execAllowed: false, source: ['127.0.0.9'] })
  const spec = { type: 'dns', ...TIMING, port, name: 'example.com', recordType: 'A', rcode: 'NOERROR' } as const
  const cause = await attempt(signal => probe(spec, '127.0.0.1', signal, newTrace(), {}), 4000, new AbortController())
  expect([cause, asked]).toEqual([undefined, ['127.0.0.9']])
})
