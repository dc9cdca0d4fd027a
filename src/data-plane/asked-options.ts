// The options that a query asks for and that its response then carries: cookies (RFC 7873), NSID (RFC 5001) and TCP keepalive
// (RFC 7828). Client subnet and extended error are not among them: the one is in most queries, the other is never asked for.
import { COOKIE } from '../dns/cookies.js'
import { ASKED, EDNS, type Edns } from '../dns/edns.js'
import { OPTION } from '../dns/numbers.js'
import type { CookieGuard } from './cookie-guard.js'
import { type Peer, TRANSPORT } from './peer.js'

/** Code and length of an option. */
export const OPTION_HEAD = 4
const KEEPALIVE_LENGTH = OPTION_HEAD + 2

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
    let given = edns.asked & ASKED.cookie
    if (given !== 0) {
      if (this.cookies === undefined) given = 0
      else this.cookie = this.cookies.check(edns.cookie, peer)
    }
    if (this.nsid.length > 0) given |= edns.asked & ASKED.nsid
    if (peer.idle > 0) given |= edns.asked & ASKED.keepalive
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
      ((edns.asked & ASKED.keepalive) !== 0 ? KEEPALIVE_LENGTH : 0)
  }

  /** @returns the end */
  write(m: Uint8Array, at: number, { asked, cookie }: Edns): number {
    let p = at
    if ((asked & ASKED.cookie) !== 0) p = writeOption(m, p, OPTION.COOKIE, cookie.bytes, cookie.length)
    if ((asked & ASKED.nsid) !== 0) p = writeOption(m, p, OPTION.NSID, this.nsid, this.nsid.length)
    if ((asked & ASKED.keepalive) === 0) return p
    m[p] = 0
    m[p + 1] = OPTION.TCP_KEEPALIVE
    m[p + 2] = 0
    m[p + 3] = 2
    m[p + 4] = this.idle >> 8
    m[p + 5] = this.idle & 255
    return p + KEEPALIVE_LENGTH
  }
}

function writeOption(m: Uint8Array, at: number, code: number, data: Uint8Array, length: number): number {
  m[at] = 0
  m[at + 1] = code
  m[at + 2] = length >> 8
  m[at + 3] = length & 255
  for (let i = 0; i < length; i++) m[at + OPTION_HEAD + i] = data[i]!
  return at + OPTION_HEAD + length
}
