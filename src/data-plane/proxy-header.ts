// The PROXY protocol, version 2, by which a proxy in front says whose query it passes on (HAProxy, proxy-protocol.txt §2.2):
//
//   signature 12 │ version and command 1 │ family and protocol 1 │ length 2 │ addresses and ports 12 or 36 │ more, ignored
import type { Prefix } from '../dns/address.js'
import { isFrom, type Peer } from './peer.js'

const SIGNATURE = Uint8Array.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a])
const FIXED = 16
const LOCAL = 0x20
const PROXY = 0x21

/** Longer than any header that a proxy of DNS sends; the rest of a UDP slot holds the query and its answer. */
export const MAX_PROXY_HEADER = 536

/** What comes instead of a length. */
export const PROXY_HEADER = { incomplete: 0, malformed: -1 } as const

/** Whether a packet or connection from `peer` has to begin with a header. */
export function isProxy(proxies: readonly Prefix[], peer: Peer): boolean {
  for (let i = 0; i < proxies.length; i++) if (isFrom(proxies[i]!, peer)) return true
  return false
}

/**
 * Reads the header that `length` bytes at `at` begin with; `peer` becomes whom it names, or stays where it names nobody.
 * @returns the length of the header, or a PROXY_HEADER
 */
export function readProxyHeader(m: Uint8Array, at: number, length: number, peer: Peer): number {
  for (let i = 0; i < SIGNATURE.length; i++) {
    if (i >= length) return PROXY_HEADER.incomplete
    if (m[at + i] !== SIGNATURE[i]) return PROXY_HEADER.malformed
  }
  if (length < FIXED) return PROXY_HEADER.incomplete
  const command = m[at + 12]!
  if (command !== LOCAL && command !== PROXY) return PROXY_HEADER.malformed
  const size = FIXED + ((m[at + 14]! << 8) | m[at + 15]!)
  if (size > MAX_PROXY_HEADER) return PROXY_HEADER.malformed
  if (length < size) return PROXY_HEADER.incomplete
  // A check of the proxy's own, and families that we do not speak: whatever is said of addresses is to be ignored.
  const family = command === LOCAL ? 0 : m[at + 13]! >> 4
  if (family !== 1 && family !== 2) return size
  const addresses = family === 1 ? 12 : 36
  if (size < FIXED + addresses) return PROXY_HEADER.malformed
  const bytes = family === 1 ? 4 : 16
  peer.take(m, at + FIXED, bytes)
  // Both addresses come first, and then both ports.
  const port = at + FIXED + 2 * bytes
  peer.port = (m[port]! << 8) | m[port + 1]!
  return size
}
