// THE LINE: a query from first byte to last. Bytes in, bytes out, in the same buffer; no clock, no allocation, no wait.
import type { Prefix } from '../dns/address.js'
import { ASKED, EDNS } from '../dns/edns.js'
import { CLASS, EDE, RCODE, TYPE } from '../dns/numbers.js'
import { HEADER_LENGTH, QUESTION, readQuestion } from '../dns/question.js'
import type { OnlineProofs } from '../snapshot/online.js'
import { NO_ZONE } from '../snapshot/slots.js'
import { type Snapshot, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import { Admission, FOR_OFFICE } from './admit.js'
import { Aliases } from './aliases.js'
import { Answerer } from './answer.js'
import { mayAskWhy } from './ask-why.js'
import { AskedOptions } from './asked-options.js'
import { Chaos, type Identity } from './chaos.js'
import type { CookieGuard } from './cookie-guard.js'
import { type Counters, count, countQuery, countResponse, SCALAR } from './counters.js'
import { Exchange } from './exchange.js'
import { Finder, FOUND } from './find.js'
import { LIMIT, type Limiter } from './limit.js'
import { headerOnly, NoQuestion } from './no-question.js'
import { extendedError, UDP_SIZE } from './opt.js'
import { type Peer, TRANSPORT } from './peer.js'
import { REASON } from './sample-ring.js'
import type { Sampler } from './sampler.js'
import { Steerer } from './steer.js'

/** A response can need this much more room than its query had; transports give it. */
export const TCP_SIZE = 65535

/** In place of a zone: what is to be said has to be signed first, and not here. */
const TO_BE_SIGNED = -2

/** Said beside errors (RFC 8914), by what the query wanted. */
const NOT_OURS = extendedError(EDE.NOT_AUTHORITATIVE, '')
const NOT_SUPPORTED = extendedError(EDE.NOT_SUPPORTED, '')
const PROHIBITED = extendedError(EDE.PROHIBITED, '')
/** RFC 9824 §3.5. */
const NO_SUCH_QUESTION = extendedError(EDE.INVALID_QUERY_TYPE, '')

const isMeta = (type: number): boolean =>
  type === TYPE.OPT ||
  type === TYPE.TSIG ||
  type === TYPE.TKEY ||
  type === TYPE.MAILA ||
  type === TYPE.MAILB ||
  type === TYPE.NXNAME

/** What a server says and does of its own; nothing of it unless told. */
export interface Manner {
  /** Cookies are neither checked nor given without it. */
  readonly cookies?: CookieGuard | undefined
  readonly identity?: Identity | undefined
  /** Equal addresses take turns at being first. */
  readonly rotate?: boolean | undefined
  /** Who may ask the office why names are answered as they are. */
  readonly explainTo?: readonly Prefix[] | undefined
  /** Writes some of the queries down. */
  readonly sampler?: Sampler | undefined
  /** Who signs what cannot be signed before it is asked for; without it that is for the office. */
  readonly online?: OnlineProofs | undefined
}

export class Responder {
  /** Its word is not 0 where there is an office, which takes what is no ordinary query. */
  office: Int32Array = new Int32Array(1)
  private readonly exchange: Exchange
  private readonly admission: Admission
  private readonly others: NoQuestion
  private readonly finder = new Finder()
  private readonly answerer: Answerer
  private readonly aliases: Aliases
  private readonly chaos: Chaos
  private readonly explainTo: readonly Prefix[]
  private readonly sampler: Sampler | undefined

  /** @param limiter what queries by UDP are counted against; without it nothing is held back */
  constructor(snapshot: Snapshot, counters: Counters, limiter?: Limiter, manner: Manner = {}) {
    const { cookies, identity = {}, rotate = false, explainTo = [], sampler, online } = manner
    const exchange = new Exchange(snapshot, counters, new AskedOptions(cookies, identity.server), rotate, online)
    const steerer = new Steerer(exchange)
    this.exchange = exchange
    this.admission = new Admission(exchange, limiter, cookies)
    this.others = new NoQuestion(exchange, this.admission)
    this.answerer = new Answerer(exchange, steerer)
    this.aliases = new Aliases(exchange, this.finder, steerer, this.answerer)
    this.chaos = new Chaos(identity)
    this.explainTo = explainTo
    this.sampler = sampler
  }

  /** The world that queries are answered from; whoever owns the responder swaps it between two queries. */
  get snapshot(): Snapshot {
    return this.exchange.snapshot
  }

  set snapshot(snapshot: Snapshot) {
    this.exchange.snapshot = snapshot
  }

  /** To be called once a batch, with the time in ms since 1970; all threads must take it from the same clock. */
  setTime(ms: number): void {
    this.admission.setTime(ms)
    this.sampler?.setTime(ms)
  }

  /**
   * Answers the query of `length` bytes at `at` in place. The buffer must have room for the longest response that the
   * transport allows: 1,232 bytes by UDP, 65,535 by TCP.
   * @returns the length of the response; 0 where there must be none; FOR_OFFICE
   */
  respond(m: Uint8Array, at: number, length: number, peer: Peer): number {
    const { sampler, exchange } = this
    const sampled = sampler?.due() === true
    if (sampled) sampler.begin(exchange, m, at, length)
    // The line is called in one place only: where there are two, the compiler has room to make one function of neither.
    const written = this.survive(m, at, length, peer)
    if (sampled) sampler.finish(exchange, m, at, written, peer)
    return written
  }

  private survive(m: Uint8Array, at: number, length: number, peer: Peer): number {
    try {
      return this.line(m, at, length, peer)
    } catch {
      // A bug of ours: this one query gets SERVFAIL, and the next is answered.
      count(this.exchange.counters, SCALAR.faults)
      this.exchange.reason = REASON.fault
      return length < HEADER_LENGTH ? 0 : headerOnly(this.exchange, m, at, RCODE.SERVFAIL)
    }
  }

  private line(m: Uint8Array, at: number, length: number, peer: Peer): number {
    const { exchange, admission } = this
    const { question, edns, response, counters, snapshot } = exchange
    const read = readQuestion(m, at, length, question)
    if (read !== QUESTION.ok) return this.others.answer(read, m, at, length, peer, this.office[0] !== 0)
    countQuery(counters, peer.transport, question.type)

    const extra = exchange.readOptions(m, at, length, question.end, peer)
    if (this.office[0] !== 0 && (edns.signed || this.isForOffice(m, at, peer)))
      return admission.handOver(m, at, length, peer)
    exchange.begin(m, at, peer.transport === TRANSPORT.udp ? Math.min(edns.udpSize, UDP_SIZE) : TCP_SIZE)
    if (edns.subnet.present) count(counters, SCALAR.withSubnet)

    const held = admission.hold(peer)
    if (held === LIMIT.drop) return 0
    if (held !== LIMIT.pass) return admission.turnAway(held)

    const zone =
      extra === EDNS.ok
        ? this.resolve(m, at, peer)
        : exchange.fail(extra === EDNS.badVersion ? RCODE.BADVERS : RCODE.FORMERR)
    if (zone === TO_BE_SIGNED) return this.handOverUnsigned()
    exchange.zone = zone
    if (edns.dnssecOk) exchange.prover.finish()
    if ((edns.asked & ASKED.zoneVersion) !== 0) exchange.tellVersion(zone)
    if (response.truncated) count(counters, SCALAR.truncated)
    countResponse(counters, zone < 0 ? NO_ZONE : snapshot.zones[zone * ZONE_WORDS + ZONE.slot]!, exchange.rcode)
    return response.finish(edns, exchange.rcode, exchange.authoritative, exchange.scope)
  }

  /** Whether a question that is well formed, and not signed, is for the office all the same. */
  private isForOffice(m: Uint8Array, at: number, peer: Peer): boolean {
    const { type, qclass } = this.exchange.question
    if (type === TYPE.AXFR) return peer.transport !== TRANSPORT.udp
    return type === TYPE.TXT && qclass === CLASS.IN && mayAskWhy(this.explainTo, m, at + HEADER_LENGTH, peer)
  }

  /** Writes the answer for a well-formed query. @returns the zone that it came from, −1 for none; TO_BE_SIGNED */
  private resolve(m: Uint8Array, at: number, peer: Peer): number {
    const { exchange, finder, aliases } = this
    const { question, owner } = exchange
    const { type } = question
    if ((type >= TYPE.NXNAME || type === TYPE.OPT) && isMeta(type)) return this.refuseMeta(type)
    if (question.qclass === CLASS.CH) return this.introduce(m, at)
    if (question.qclass !== CLASS.IN) return exchange.fail(RCODE.REFUSED, NOT_SUPPORTED)
    if (type === TYPE.AXFR || type === TYPE.IXFR) return exchange.fail(RCODE.REFUSED, PROHIBITED)

    const found = finder.find(exchange.snapshot.names, m, at + HEADER_LENGTH, question)
    if (found === FOUND.outside) return exchange.fail(RCODE.REFUSED, NOT_OURS)
    owner.at = HEADER_LENGTH
    owner.length = question.nameLength
    const { node } = finder
    if (found === FOUND.cut) return this.answerer.refer(node)
    if (found !== FOUND.exact && exchange.edns.dnssecOk && exchange.prover.isForOthers(node, found)) return TO_BE_SIGNED
    exchange.authoritative = true
    const zone = exchange.zoneOf(node)
    if (found === FOUND.nxdomain) return exchange.denyAt(node, RCODE.NXDOMAIN)
    if (found === FOUND.dname || aliases.isAlias(node)) aliases.follow(m, at, found, peer)
    else this.answerer.answer(node, peer)
    return zone
  }

  /** What is no type of any record, and is asked for in no question that we answer. */
  private refuseMeta(type: number): number {
    const { exchange } = this
    if (type === TYPE.MAILA || type === TYPE.MAILB) return exchange.fail(RCODE.NOTIMP, NOT_SUPPORTED)
    return exchange.fail(RCODE.FORMERR, type === TYPE.NXNAME ? NO_SUCH_QUESTION : undefined)
  }

  /** What the server says of itself, in class CH (RFC 4892), as far as it has been told what. */
  private introduce(m: Uint8Array, at: number): number {
    const { exchange } = this
    const { question, response, owner, edns } = exchange
    const text = this.chaos.find(m, at + HEADER_LENGTH, question.nameLength)
    if (text === undefined) return exchange.fail(RCODE.REFUSED, PROHIBITED)
    exchange.authoritative = true
    owner.at = HEADER_LENGTH
    if (question.type === TYPE.TXT || question.type === TYPE.ANY)
      response.appendRecord(TYPE.TXT, 0, text, 0, text.length, owner, edns, CLASS.CH)
    return -1
  }

  /** Nothing has been written yet, and whoever asked was let in. */
  private handOverUnsigned(): number {
    const { exchange } = this
    if (this.office[0] !== 0) {
      exchange.reason = REASON.office
      return FOR_OFFICE
    }
    exchange.fail(RCODE.SERVFAIL)
    countResponse(exchange.counters, NO_ZONE, RCODE.SERVFAIL)
    return exchange.response.finish(exchange.edns, RCODE.SERVFAIL, false, 0)
  }

  /** What the office has no room for; the message stands as it came. @returns the length of the response */
  decline(m: Uint8Array, at: number): number {
    return headerOnly(this.exchange, m, at, RCODE.SERVFAIL)
  }
}
