// EDNS(0) of a query (RFC 6891): the OPT record and the options that we answer to, read where they were received.
import { Cookie, readCookie } from './cookies.js'
import { CLIENT_SUBNET, ClientSubnet, readClientSubnet } from './ecs.js'
import { OPTION, TYPE } from './numbers.js'

/** What came of reading what follows the question. */
export const EDNS = { ok: 0, malformed: 1, badVersion: 2 } as const

/** Options that are seldom there, as bits: a query without them costs one comparison. */
export const ASKED = { cookie: 1, nsid: 2, keepalive: 4, padding: 8, badKeepalive: 16, zoneVersion: 32 } as const

/** What a query says about itself by EDNS; one is made per thread and used again for each query. */
export class Edns {
  present = false
  /** What the other side can take by UDP, bytes; never below 512 (RFC 6891 §6.2.3). */
  udpSize = 512
  dnssecOk = false
  /** Whether it knows a name that does not exist by its proof, whatever the response code says (RFC 9824 §5.1). */
  compactOk = false
  /** Whether a TSIG record comes last (RFC 8945 §5.1); what it says is read elsewhere. */
  signed = false
  readonly subnet = new ClientSubnet()
  /** ASKED bits. */
  asked = 0
  /** Of meaning where its bit is set. */
  readonly cookie = new Cookie()
}

/**
 * Reads the additional section of a query, which begins `from` bytes into the message and must end with it.
 * @returns an EDNS
 */
export function readAdditional(m: Uint8Array, at: number, length: number, from: number, edns: Edns): number {
  const result = readRecords(m, at, length, from, edns)
  if (result === EDNS.malformed) {
    // Of what cannot be read as a whole, nothing is believed or sent back.
    edns.subnet.present = false
    edns.asked = 0
  }
  return result
}

function readRecords(m: Uint8Array, at: number, length: number, from: number, edns: Edns): number {
  edns.present = false
  edns.udpSize = 512
  edns.dnssecOk = false
  edns.signed = false
  edns.subnet.present = false
  edns.asked = 0
  const count = (m[at + 10]! << 8) | m[at + 11]!
  const end = at + length
  let p = at + from
  let result: number = EDNS.ok
  for (let i = 0; i < count; i++) {
    const owner = p
    while (p < end && m[p]! > 0 && m[p]! < 64) p += m[p]! + 1
    if (p >= end) return EDNS.malformed
    // A pointer is two bytes and ends a name.
    p += m[p]! >= 0xc0 ? 2 : m[p] === 0 ? 1 : end
    if (p + 10 > end) return EDNS.malformed
    const type = (m[p]! << 8) | m[p + 1]!
    const dataLength = (m[p + 8]! << 8) | m[p + 9]!
    const data = p + 10
    if (data + dataLength > end) return EDNS.malformed
    if (type === TYPE.TSIG) edns.signed = i === count - 1
    if (type === TYPE.OPT) {
      // RFC 6891 §6.1.1: more than one OPT is a FORMERR; its owner is the root.
      if (edns.present || m[owner] !== 0) return EDNS.malformed
      edns.present = true
      edns.udpSize = Math.max(512, (m[p + 2]! << 8) | m[p + 3]!)
      edns.dnssecOk = (m[p + 6]! & 0x80) !== 0
      edns.compactOk = (m[p + 6]! & 0x40) !== 0
      if (m[p + 5] !== 0) result = EDNS.badVersion
      else if (!readOptions(m, data, dataLength, edns)) return EDNS.malformed
    }
    p = data + dataLength
  }
  return p === end ? result : EDNS.malformed
}

function readOptions(m: Uint8Array, at: number, length: number, edns: Edns): boolean {
  const end = at + length
  let p = at
  while (p < end) {
    if (p + 4 > end) return false
    const code = (m[p]! << 8) | m[p + 1]!
    const size = (m[p + 2]! << 8) | m[p + 3]!
    if (p + 4 + size > end) return false
    if (code === OPTION.CLIENT_SUBNET) {
      if (edns.subnet.present) return false
      if (readClientSubnet(m, p + 4, size, edns.subnet) !== CLIENT_SUBNET.ok) return false
    } else if (!readOption(m, p + 4, size, code, edns)) return false
    p += 4 + size
  }
  return true
}

/** An option other than the client subnet; one that is unknown is ignored (RFC 6891 §6.1.2). @returns whether it is well formed */
function readOption(m: Uint8Array, at: number, size: number, code: number, edns: Edns): boolean {
  if (code === OPTION.COOKIE) {
    // RFC 7873 §5.2: of several cookies the first counts.
    if ((edns.asked & ASKED.cookie) !== 0) return true
    edns.asked |= ASKED.cookie
    return readCookie(m, at, size, edns.cookie)
  }
  // RFC 5001 §2.1: whatever it carries in a query is ignored.
  if (code === OPTION.NSID) edns.asked |= ASKED.nsid
  // RFC 7828 §3.2.1: a query carries no timeout; by UDP the option means nothing, and so is not wrong either.
  else if (code === OPTION.TCP_KEEPALIVE) edns.asked |= size === 0 ? ASKED.keepalive : ASKED.badKeepalive
  else if (code === OPTION.PADDING) edns.asked |= ASKED.padding
  else if (code === OPTION.ZONE_VERSION) {
    // RFC 9660 §3.2.1: it is empty, and there is one.
    if (size !== 0 || (edns.asked & ASKED.zoneVersion) !== 0) return false
    edns.asked |= ASKED.zoneVersion
  }
  return true
}
