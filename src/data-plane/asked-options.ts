// The options that a query asks for and that its response then carries: cookies (RFC 7873), NSID (RFC 5001), TCP keepalive
// (RFC 7828) and the version of the zone (RFC 9660). Client subnet and extended error are not among them: the one is in most queries, the other is never asked for.
import { COOKIE } from '../dns/cookies.js'
import { ASKED, EDNS, type Edns } from '../dns/edns.js'
import { OPTION } from '../dns/numbers.js'
import type { CookieGuard } from './cookie-guard.js'
import { type Peer, TRANSPORT } from './peer.js'

/** Code and length of an option. */
export const OPTION_HEAD = 4
const KEEPALIVE_LENGTH = OPTION_HEAD + 2
const ZONE_VERSION_LENGTH = OPTION_HEAD + 6
/** RFC 9660 §4: what versions are counted by. */
const SOA_SERIAL = 0

/** Holds what was settled for a query until the next. */
export class AskedOptions {
  /** Bytes that the options take, all together; of meaning where the query asked for any. */
  length = 0
  /** What the cookie is worth, a COOKIE; of meaning where there is one. */
  cookie: number = COOKIE.clientOnly
  private readonly cookies: CookieGuard | undefined
  private readonly nsid: Uint8Array
  /** 100 ms */
  private idle = 0
  private zoneLabels = 0
  private zoneSerial = 0

  constructor(cookies: CookieGuard | undefined, nsid: string | undefined) {
    this.cookies = cookies
    this.nsid = Buffer.from(nsid ?? '', 'latin1')
  }

  /** Settles which of the options asked for are given; `read` is what came of reading them. @returns an EDNS */
  settle(edns: Edns, peer: Peer, read: number): number {
    // RFC 7828 §3.3.1: by UDP the option is ignored, whatever is in it.
    if (peer.transport !== TRANSPORT.udp && (edns.asked & ASKED.badKeepalive) !== 0) {
      edns.asked = 0
      edns.subnet.present = false
      return EDNS.malformed
    }
    let given = edns.asked & (ASKED.cookie | ASKED.zoneVersion)
    if ((given & ASKED.cookie) !== 0) {
      if (this.cookies === undefined) given &= ~ASKED.cookie
      else this.cookie = this.cookies.check(edns.cookie, peer)
    }
    if (this.nsid.length > 0) given |= edns.asked & ASKED.nsid
    if (peer.transport !== TRANSPORT.udp) given |= edns.asked & ASKED.keepalive
    // RFC 7830 §6: padding hides nothing that is sent in clear.
    if (peer.transport === TRANSPORT.tls) given |= edns.asked & ASKED.padding
    this.idle = peer.idle
    edns.asked = given
    this.keep(edns, given)
    return read
  }

  /** Leaves away what is not in `bits`. */
  keep(edns: Edns, bits: number): void {
    edns.asked &= bits
    this.length =
      ((edns.asked & ASKED.cookie) !== 0 ? OPTION_HEAD + edns.cookie.length : 0) +
      ((edns.asked & ASKED.nsid) !== 0 ? OPTION_HEAD + this.nsid.length : 0) +
      ((edns.asked & ASKED.keepalive) !== 0 ? KEEPALIVE_LENGTH : 0) +
      ((edns.asked & ASKED.zoneVersion) !== 0 ? ZONE_VERSION_LENGTH : 0)
  }

  /** What the zone that holds the name is told of: to be called before a version that was asked for is written. */
  setZone(labels: number, serial: number): void {
    this.zoneLabels = labels
    this.zoneSerial = serial
  }

  /** @returns the end */
  write(m: Uint8Array, at: number, { asked, cookie }: Edns): number {
    let p = at
    if ((asked & ASKED.cookie) !== 0) p = writeOption(m, p, OPTION.COOKIE, cookie.bytes, cookie.length)
    if ((asked & ASKED.nsid) !== 0) p = writeOption(m, p, OPTION.NSID, this.nsid, this.nsid.length)
    if ((asked & ASKED.keepalive) !== 0) p = this.writeKeepalive(m, p)
    return (asked & ASKED.zoneVersion) === 0 ? p : this.writeZoneVersion(m, p)
  }

  private writeKeepalive(m: Uint8Array, at: number): number {
    writeHead(m, at, OPTION.TCP_KEEPALIVE, KEEPALIVE_LENGTH - OPTION_HEAD)
    m[at + 4] = this.idle >> 8
    m[at + 5] = this.idle & 255
    return at + KEEPALIVE_LENGTH
  }

  private writeZoneVersion(m: Uint8Array, at: number): number {
    const { zoneSerial } = this
    writeHead(m, at, OPTION.ZONE_VERSION, ZONE_VERSION_LENGTH - OPTION_HEAD)
    m[at + 4] = this.zoneLabels
    m[at + 5] = SOA_SERIAL
    m[at + 6] = zoneSerial >>> 24
    m[at + 7] = (zoneSerial >>> 16) & 255
    m[at + 8] = (zoneSerial >>> 8) & 255
    m[at + 9] = zoneSerial & 255
    return at + ZONE_VERSION_LENGTH
  }
}

function writeOption(m: Uint8Array, at: number, code: number, data: Uint8Array, length: number): number {
  writeHead(m, at, code, length)
  for (let i = 0; i < length; i++) m[at + OPTION_HEAD + i] = data[i]!
  return at + OPTION_HEAD + length
}

/** Code and length of an option; `length` is that of its data. */
export function writeHead(m: Uint8Array, at: number, code: number, length: number): void {
  m[at] = 0
  m[at + 1] = code
  m[at + 2] = length >> 8
  m[at + 3] = length & 255
}
