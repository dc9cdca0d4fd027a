import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Peer } from '../../src/data-plane/peer.js'
import { isProxy, MAX_PROXY_HEADER, PROXY_HEADER, readProxyHeader } from '../../src/data-plane/proxy-header.js'
import { formatAddress, parseAddress, parsePrefix } from '../../src/dns/address.js'

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
const header = (command: number, family: number, ...rest: readonly number[]): Uint8Array =>
  Uint8Array.from([...SIGNATURE, command, family, rest.length >> 8, rest.length & 255, ...rest])
const addresses = (source: string, destination: string): number[] => [
  ...parseAddress(source)!,
  ...parseAddress(destination)!,
  ...[0xc0, 0, 0, 53],
]
const V4 = addresses('198.51.100.7', '192.0.2.53')
const V6 = addresses('2001:db8::7', '2001:db8::53')
const TLV = [0x04, 0, 2, 1, 2]

/** What is made of it when 203.0.113.1 sends it. */
function read(bytes: Uint8Array, length = bytes.length): [number, string] {
  const peer = new Peer()
  peer.set(parseAddress('203.0.113.1')!)
  const result = readProxyHeader(bytes, 0, length, peer)
  return [result, formatAddress(peer.address.slice(0, peer.family === 4 ? 4 : 16))]
}

test.each<[string, Uint8Array, number, string]>([
  ['UDP over IPv4', header(0x21, 0x12, ...V4), 28, '198.51.100.7'],
  ['TCP over IPv4', header(0x21, 0x11, ...V4), 28, '198.51.100.7'],
  ['UDP over IPv6', header(0x21, 0x22, ...V6), 52, '2001:db8::7'],
  ['more than addresses', header(0x21, 0x12, ...V4, ...TLV), 33, '198.51.100.7'],
  ['IPv4 in IPv6', header(0x21, 0x22, ...addresses('::ffff:198.51.100.7', '::1')), 52, '198.51.100.7'],
  ['a check of the proxy’s own', header(0x20, 0x00), 16, '203.0.113.1'],
  ['such a check with addresses', header(0x20, 0x12, ...V4), 28, '203.0.113.1'],
  ['a client of no family', header(0x21, 0x00), 16, '203.0.113.1'],
  ['a client of a local socket', header(0x21, 0x31, ...new Array(216).fill(0)), 232, '203.0.113.1'],
  [
    'the most that is taken',
    header(0x21, 0x12, ...V4, ...new Array(MAX_PROXY_HEADER - 28).fill(0)),
    536,
    '198.51.100.7',
  ],
])('%s', (_, bytes, length, address) => {
  expect(read(Uint8Array.from([...bytes, 1, 2, 3]))).toEqual([length, address])
  for (let cut = 0; cut < bytes.length; cut++)
    expect(read(bytes, cut)).toEqual([PROXY_HEADER.incomplete, '203.0.113.1'])
})

test.each([
  ['version 1', Buffer.from('PROXY TCP4 198.51.100.7 192.0.2.53 49152 53\r\n')],
  ['another version', header(0x31, 0x12, ...V4)],
  ['another command', header(0x22, 0x12, ...V4)],
  ['too few bytes for IPv4', header(0x21, 0x12, ...V4.slice(1))],
  ['too few bytes for IPv6', header(0x21, 0x22, ...V4)],
  ['more than is taken', header(0x21, 0x12, ...V4, ...new Array(MAX_PROXY_HEADER - 27).fill(0))],
  ['a length that nobody has', Uint8Array.from([...header(0x21, 0x12).subarray(0, 14), 255, 255])],
  ['a query', Uint8Array.from([18, 103, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])],
])('%s is malformed, and says nothing of whom it comes from', (_, bytes) => {
  expect(read(bytes)).toEqual([PROXY_HEADER.malformed, '203.0.113.1'])
})

test('no bytes make it throw, or read beyond them', () => {
  const start = fc.constantFrom([], SIGNATURE, [...SIGNATURE, 0x21, 0x12], [...SIGNATURE, 0x21, 0x22, 0, 36])
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 80 }), (begin, rest) => {
      const bytes = Uint8Array.from([...begin, ...rest])
      const [length] = read(bytes)
      expect(length).toBeGreaterThanOrEqual(-1)
      expect(length).toBeLessThanOrEqual(bytes.length)
    }),
  )
})

test('who has to send one is said by a list', () => {
  const proxies = ['192.0.2.0/25', '2001:db8::/32'].map(text => parsePrefix(text)!)
  const peer = new Peer()
  for (const [address, listed] of [
    ['192.0.2.127', true],
    ['192.0.2.128', false],
    ['2001:db8:1::1', true],
    ['2001:db9::1', false],
  ] as const) {
    peer.set(parseAddress(address)!)
    expect(isProxy(proxies, peer)).toBe(listed)
    expect(isProxy([], peer)).toBe(false)
  }
})
