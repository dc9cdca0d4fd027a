// Record data against dns-packet, a codec that shares no code with ours.
import packet, { type Answer } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../../src/dns/name.js'
import { typeNumber } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata } from '../../src/dns/rdata.js'

const DIGEST = 'd2abde240d7cd3ee6b4b28c54df034b9d2abde240d7cd3ee6b4b28c54df034b9'
const digest = Buffer.from(DIGEST, 'hex')

const cases: readonly (readonly [text: string, answer: { readonly type: string; readonly data: unknown }])[] = [
  ['192.0.2.1', { type: 'A', data: '192.0.2.1' }],
  ['255.0.128.7', { type: 'A', data: '255.0.128.7' }],
  ['2001:db8::1', { type: 'AAAA', data: '2001:db8::1' }],
  ['1:2:3:4:5:6:7:8', { type: 'AAAA', data: '1:2:3:4:5:6:7:8' }],
  ['::', { type: 'AAAA', data: '::' }],
  ['ns1.example.com.', { type: 'NS', data: 'ns1.example.com' }],
  ['target.example.', { type: 'CNAME', data: 'target.example' }],
  ['Host.Example.', { type: 'PTR', data: 'Host.Example' }],
  ['other.example.', { type: 'DNAME', data: 'other.example' }],
  ['10 mail.example.com.', { type: 'MX', data: { preference: 10, exchange: 'mail.example.com' } }],
  ['65535 .', { type: 'MX', data: { preference: 65535, exchange: '.' } }],
  ['"v=spf1 -all"', { type: 'TXT', data: [Buffer.from('v=spf1 -all')] }],
  [
    '"one" "" "t\\"w\\\\o\\000\\255"',
    { type: 'TXT', data: ['one', '', 't"w\\o\0\xff'].map(each => Buffer.from(each, 'latin1')) },
  ],
  ['1 2 443 www.example.', { type: 'SRV', data: { priority: 1, weight: 2, port: 443, target: 'www.example' } }],
  [
    '0 issue "ca.example; a=b"',
    { type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.example; a=b', issuerCritical: false } },
  ],
  [
    '128 iodef "mailto:a@b"',
    { type: 'CAA', data: { flags: 128, tag: 'iodef', value: 'mailto:a@b', issuerCritical: true } },
  ],
  [
    'ns.example. host.example. 4294967295 7200 900 1209600 300',
    {
      type: 'SOA',
      data: {
        mname: 'ns.example',
        rname: 'host.example',
        serial: 4294967295,
        refresh: 7200,
        retry: 900,
        expire: 1209600,
        minimum: 300,
      },
    },
  ],
  ['"PDP-11" "UNIX V7"', { type: 'HINFO', data: { cpu: 'PDP-11', os: 'UNIX V7' } }],
  ['admin.example. text.example.', { type: 'RP', data: { mbox: 'admin.example', txt: 'text.example' } }],
  [`60485 13 2 ${DIGEST}`, { type: 'DS', data: { keyTag: 60485, algorithm: 13, digestType: 2, digest } }],
  [`3 1 1 ${DIGEST}`, { type: 'TLSA', data: { usage: 3, selector: 1, matchingType: 1, certificate: digest } }],
  [`4 2 ${DIGEST}`, { type: 'SSHFP', data: { algorithm: 4, hash: 2, fingerprint: DIGEST.toUpperCase() } }],
  [
    '100 50 "u" "E2U+sip" "!^.*$!sip:a@b!" next.example.',
    {
      type: 'NAPTR',
      data: {
        order: 100,
        preference: 50,
        flags: 'u',
        services: 'E2U+sip',
        regexp: '!^.*$!sip:a@b!',
        replacement: 'next.example',
      },
    },
  ],
  [`257 3 13 ${digest.toString('base64')}`, { type: 'DNSKEY', data: { flags: 257, algorithm: 13, key: digest } }],
]

// A message with one record and no question: the header, then the root as owner, type, class, TTL and length.
const RDATA_AT = 12 + 1 + 2 + 2 + 4 + 2

function theirs(answer: { type: string; data: unknown }): Uint8Array {
  // as: the cases are of many record types, and dns-packet's types want each apart.
  const message = packet.encode({ type: 'response', answers: [{ name: '.', ttl: 0, ...answer } as Answer] })
  return Uint8Array.from(message.subarray(RDATA_AT))
}

describe('what dns-packet makes of it', () => {
  test.each(cases.map(([text, answer]) => [answer.type, text, answer] as const))('%s %s', (name, text, answer) => {
    const type = typeNumber(name)!
    expect(encodeRdata(type, text, ROOT)).toEqual(theirs(answer))
    expect(formatRdata(type, theirs(answer))).toBe(text)
  })
})

describe('what dns-packet reads in ours', () => {
  test.each(cases.map(([text, answer]) => [answer.type, text, answer] as const))('%s %s', (name, text, { data }) => {
    const type = typeNumber(name)!
    const rdata = encodeRdata(type, text, ROOT)
    const record = [0, type >> 8, type & 255, 0, 1, 0, 0, 0, 0, rdata.length >> 8, rdata.length & 255, ...rdata]
    const message = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...record])
    expect(packet.decode(message).answers).toMatchObject([{ type: name, data }])
  })
})
