// Who is answered now: cookies (RFC 7873), response rate limiting, and what either of them says instead of an answer.
import { COOKIE } from '../dns/cookies.js'
import { ASKED, EDNS } from '../dns/edns.js'
import { RCODE } from '../dns/numbers.js'
import { additionalAt } from '../dns/question.js'
import { NO_ZONE } from '../snapshot/slots.js'
import type { CookieGuard } from './cookie-guard.js'
import { count, countResponse, SCALAR } from './counters.js'
import type { Exchange } from './exchange.js'
import { LIMIT, type Limiter } from './limit.js'
import { type Peer, TRANSPORT } from './peer.js'
import { REASON } from './sample-ring.js'

/** In place of the length of a response: the message is not for the line, and stands there as it came. */
export const FOR_OFFICE = -1

/** Beside the LIMITs: a query is to come again, with the cookie that it gets. */
const BAD_COOKIE = 3

export class Admission {
  private readonly exchange: Exchange
  private readonly limiter: Limiter | undefined
  private readonly cookies: CookieGuard | undefined

  /** @param limiter what queries by UDP are counted against; without it nothing is held back */
  constructor(exchange: Exchange, limiter: Limiter | undefined, cookies: CookieGuard | undefined) {
    this.exchange = exchange
    this.limiter = limiter
    this.cookies = cookies
  }

  /** To be called once a batch, with the time in ms since 1970. */
  setTime(ms: number): void {
    this.limiter?.setTime(ms)
    this.cookies?.setTime(ms)
  }

  /**
   * Whether a query gets its answer now. By UDP only who has shown that its address is its own may ask without a limit.
   * @returns LIMIT.pass; LIMIT.drop; anything else is what to turn it away with
   */
  hold(peer: Peer): number {
    const { edns, options, counters } = this.exchange
    const cookie = (edns.asked & ASKED.cookie) !== 0
    if (cookie && options.cookie === COOKIE.good) {
      count(counters, SCALAR.withCookie)
      return LIMIT.pass
    }
    if (peer.transport !== TRANSPORT.udp) return LIMIT.pass
    const held = this.limit(peer)
    if (!cookie || held === LIMIT.drop) return held
    const { policy } = this.cookies!
    return policy === 'always' || (held === LIMIT.truncate && policy === 'when-limited') ? BAD_COOKIE : held
  }

  /** An answer of next to nothing: an invitation to come by TCP, or with the cookie that comes with it. @returns its length */
  turnAway(held: number): number {
    const { edns, options, response, counters } = this.exchange
    options.keep(edns, ASKED.cookie)
    this.exchange.reason = REASON['turned-away']
    if (held === BAD_COOKIE) {
      countResponse(counters, NO_ZONE, RCODE.BADCOOKIE)
      this.exchange.rcode = RCODE.BADCOOKIE
      return response.finish(edns, RCODE.BADCOOKIE, false, 0)
    }
    response.truncated = true
    return response.finish(edns, RCODE.NOERROR, false, 0)
  }

  /** To the office, if it may have the message. @returns FOR_OFFICE, or 0 where there must be no response */
  handOver(m: Uint8Array, at: number, length: number, peer: Peer): number {
    if (!this.mayHandOver(m, at, length, peer)) return 0
    this.exchange.reason = REASON.office
    return FOR_OFFICE
  }

  /** What may be forged gets no more of the office than of the line. */
  private mayHandOver(m: Uint8Array, at: number, length: number, peer: Peer): boolean {
    if (peer.transport !== TRANSPORT.udp || this.showsItself(m, at, length, peer)) return true
    return this.limit(peer) === LIMIT.pass
  }

  /** Whether a message of any kind has a good cookie (RFC 7873 §5.2). */
  private showsItself(m: Uint8Array, at: number, length: number, peer: Peer): boolean {
    if (this.cookies === undefined) return false
    const { exchange } = this
    const from = additionalAt(m, at, length)
    if (from < 0 || exchange.readOptions(m, at, length, from, peer) !== EDNS.ok) return false
    const good = (exchange.edns.asked & ASKED.cookie) !== 0 && exchange.options.cookie === COOKIE.good
    if (good) count(exchange.counters, SCALAR.withCookie)
    return good
  }

  /** What rate limiting has to say. @returns a LIMIT */
  private limit(peer: Peer): number {
    const { limiter } = this
    if (limiter === undefined) return LIMIT.pass
    const { counters } = this.exchange
    const verdict = limiter.check(peer)
    if (verdict === LIMIT.pass) return verdict
    count(counters, SCALAR.limited)
    if (limiter.dryRun) return LIMIT.pass
    this.exchange.reason = REASON.limited
    if (verdict === LIMIT.truncate) count(counters, SCALAR.limitedTruncated)
    return verdict
  }
}
