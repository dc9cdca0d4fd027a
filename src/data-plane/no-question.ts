// What is no question of the usual kind: what cannot be read as one, other opcodes, and those who only want a cookie.
import { COOKIE } from '../dns/cookies.js'
import { ASKED, EDNS } from '../dns/edns.js'
import { OPCODE, RCODE } from '../dns/numbers.js'
import { HEADER_LENGTH, QUESTION } from '../dns/question.js'
import { NO_ZONE } from '../snapshot/slots.js'
import type { Admission } from './admit.js'
import { count, countResponse, SCALAR } from './counters.js'
import type { Exchange } from './exchange.js'
import { LIMIT } from './limit.js'
import { UDP_SIZE } from './opt.js'
import type { Peer } from './peer.js'
import { REASON } from './sample-ring.js'

export class NoQuestion {
  private readonly exchange: Exchange
  private readonly admission: Admission

  constructor(exchange: Exchange, admission: Admission) {
    this.exchange = exchange
    this.admission = admission
  }

  /** What cannot be read as a question, is none, or is not the line's to answer. @param read a QUESTION @param office whether there is one */
  answer(read: number, m: Uint8Array, at: number, length: number, peer: Peer, office: boolean): number {
    const { exchange, admission } = this
    exchange.reason = REASON.malformed
    if (read === QUESTION.none) return this.giveCookie(m, at, length, peer)
    if (read === QUESTION.malformed) return headerOnly(exchange, m, at, RCODE.FORMERR)
    if (read === QUESTION.transfer)
      return office ? admission.handOver(m, at, length, peer) : headerOnly(exchange, m, at, RCODE.REFUSED)
    if (read === QUESTION.notImplemented) {
      const opcode = (m[at + 2]! >> 3) & 15
      const known = opcode === OPCODE.UPDATE || opcode === OPCODE.NOTIFY
      return known && office ? admission.handOver(m, at, length, peer) : headerOnly(exchange, m, at, RCODE.NOTIMP)
    }
    count(exchange.counters, SCALAR.dropped)
    return 0
  }

  /** A query without a question is one for a server cookie (RFC 7873 §5.4), or it is none. */
  private giveCookie(m: Uint8Array, at: number, length: number, peer: Peer): number {
    const { exchange } = this
    const { edns, options, response, counters } = exchange
    const extra = exchange.readOptions(m, at, length, HEADER_LENGTH, peer)
    if (extra !== EDNS.ok || (edns.asked & ASKED.cookie) === 0) return headerOnly(exchange, m, at, RCODE.FORMERR)
    if (this.admission.hold(peer) === LIMIT.drop) return 0
    // It names none of our zones.
    exchange.tellVersion(-1)
    response.begin(m, at, HEADER_LENGTH, UDP_SIZE)
    const rcode = options.cookie === COOKIE.bad ? RCODE.BADCOOKIE : RCODE.NOERROR
    countResponse(counters, NO_ZONE, rcode)
    exchange.reason = REASON.cookie
    exchange.rcode = rcode
    return response.finish(edns, rcode, false, 0)
  }
}

/** An error about a question that could not be read: there is nothing of it to repeat. @returns the length of the response */
export function headerOnly(exchange: Exchange, m: Uint8Array, at: number, rcode: number): number {
  countResponse(exchange.counters, NO_ZONE, rcode)
  exchange.rcode = rcode
  m[at + 2] = 0x80 | (m[at + 2]! & 0x79)
  m[at + 3] = rcode
  m.fill(0, at + 4, at + HEADER_LENGTH)
  return HEADER_LENGTH
}
