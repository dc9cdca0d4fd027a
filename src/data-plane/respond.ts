// THE LINE: a query from first byte to last. Bytes in, bytes out, in the same buffer; no clock, no allocation, no wait.
import { COOKIE } from '../dns/cookies.js'
import { ASKED, EDNS, Edns, readAdditional } from '../dns/edns.js'
import { MAX_NAME } from '../dns/name.js'
import { CLASS, EDE, OPCODE, RCODE, TYPE } from '../dns/numbers.js'
import { HEADER_LENGTH, QUESTION, Question, readQuestion, takeName } from '../dns/question.js'
import { CHOICE, CHOICE_WORDS, REGION, REGION_WORDS, RUNG, RUNGS, type Rung } from '../snapshot/choices.js'
import { Draw } from '../snapshot/draw.js'
import { UNLOCATED } from '../snapshot/map.js'
import { ENTRY_WORDS, LINK, NODE, NODE_WORDS } from '../snapshot/names.js'
import { NO_ZONE } from '../snapshot/slots.js'
import { type Snapshot, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import { AskedOptions } from './asked-options.js'
import { Chain } from './chain.js'
import { Chaos, type Identity } from './chaos.js'
import type { CookieGuard } from './cookie-guard.js'
import { type Counters, count, countQuery, countRegion, countResponse, countRung, SCALAR } from './counters.js'
import { entryOf, Finder, FOUND, NO_ENTRY } from './find.js'
import { LIMIT, type Limiter } from './limit.js'
import { Locator } from './locate.js'
import { type Peer, TRANSPORT } from './peer.js'
import { extendedError, Owner, Response, UDP_SIZE } from './write.js'

/** A response can need this much more room than its query had; transports give it. */
export const TCP_SIZE = 65535

/** What `respond` returns for a message that is not for the line: it stands there as it came. */
export const FOR_OFFICE = -1

/** Beside the LIMITs: a query is to come again, with the cookie that it gets. */
const BAD_COOKIE = 3

/** RFC 8482 §4.2: what ANY gets where there is no static record set to choose. */
const HINFO_8482 = Uint8Array.from([7, ...Buffer.from('RFC8482'), 0])

/** Nothing was chosen. */
const NO_REGION = -1

/** Said beside an answer that was not found on the ladder's first rung. */
const ERRORS: Readonly<Record<Rung, Uint8Array | undefined>> = {
  healthy: undefined,
  'outside-fence': extendedError(EDE.OTHER, 'no region inside the fence is up: those outside'),
  fallback: extendedError(EDE.OTHER, 'no candidate region is up: fallback regions'),
  'held-back': extendedError(EDE.OTHER, 'no other region is up: regions that were held back'),
  'serve-all': extendedError(EDE.OTHER, 'no region is up: all candidates'),
  'last-good': extendedError(EDE.OTHER, 'no region is up: the last one that was'),
  'first-choice': extendedError(EDE.OTHER, 'no region is up: first choice'),
  fixed: extendedError(EDE.OTHER, 'no region is up: fixed addresses'),
  nodata: extendedError(EDE.OTHER, 'no region is up: no data'),
  servfail: extendedError(EDE.NO_REACHABLE_AUTHORITY, 'no region is up'),
}
const RUNG_ERRORS = RUNGS.map(rung => ERRORS[rung])

/** Said beside errors (RFC 8914), by what the query wanted. */
const NOT_OURS = extendedError(EDE.NOT_AUTHORITATIVE, '')
const NOT_SUPPORTED = extendedError(EDE.NOT_SUPPORTED, '')
const PROHIBITED = extendedError(EDE.PROHIBITED, '')

/** What a server says and does of its own; nothing of it unless told. */
export interface Manner {
  /** Cookies are neither checked nor given without it. */
  readonly cookies?: CookieGuard | undefined
  readonly identity?: Identity | undefined
  /** Equal addresses take turns at being first. */
  readonly rotate?: boolean | undefined
}

export class Responder {
  private readonly question = new Question()
  private readonly edns = new Edns()
  private readonly finder = new Finder()
  private readonly locator = new Locator()
  private readonly draw = new Draw()
  private readonly options: AskedOptions
  private readonly response: Response
  private readonly owner = new Owner()
  private readonly chain = new Chain()
  /** The name that a DNAME has made of the one before. */
  private readonly renamed = new Question()
  private rcode = 0
  private scope = 0
  private authoritative = false

  /** The world that queries are answered from; whoever owns the responder swaps it between two queries. */
  snapshot: Snapshot
  /** Its word is not 0 where there is an office, which takes what is no ordinary query. */
  office: Int32Array = new Int32Array(1)
  private readonly counters: Counters
  private readonly limiter: Limiter | undefined
  private readonly cookies: CookieGuard | undefined
  private readonly chaos: Chaos

  /** @param limiter what queries by UDP are counted against; without it nothing is held back */
  constructor(snapshot: Snapshot, counters: Counters, limiter?: Limiter, manner: Manner = {}) {
    const { cookies, identity = {}, rotate = false } = manner
    this.snapshot = snapshot
    this.counters = counters
    this.limiter = limiter
    this.cookies = cookies
    this.chaos = new Chaos(identity)
    this.options = new AskedOptions(cookies, identity.server)
    this.response = new Response(this.options, rotate)
  }

  /** To be called once a batch, with the time in ms since 1970; all threads must take it from the same clock. */
  setTime(ms: number): void {
    this.limiter?.setTime(ms)
    this.cookies?.setTime(ms)
  }

  /**
   * Answers the query of `length` bytes at `at` in place. The buffer must have room for the longest response that the
   * transport allows: 1,232 bytes by UDP, 65,535 by TCP.
   * @returns the length of the response; 0 where there must be none; FOR_OFFICE
   */
  respond(m: Uint8Array, at: number, length: number, peer: Peer): number {
    try {
      return this.line(m, at, length, peer)
    } catch {
      // A bug of ours: this one query gets SERVFAIL, and the next is answered.
      count(this.counters, SCALAR.faults)
      return length < HEADER_LENGTH ? 0 : this.headerOnly(m, at, RCODE.SERVFAIL)
    }
  }

  private line(m: Uint8Array, at: number, length: number, peer: Peer): number {
    const { question, edns, response, counters } = this
    const read = readQuestion(m, at, length, question)
    if (read === QUESTION.drop) return this.drop()
    const { office } = this
    if (read === QUESTION.notImplemented) {
      const opcode = (m[at + 2]! >> 3) & 15
      const known = opcode === OPCODE.UPDATE || opcode === OPCODE.NOTIFY
      return known && office[0] !== 0 ? this.handOver(peer) : this.headerOnly(m, at, RCODE.NOTIMP)
    }
    if (read === QUESTION.transfer) return office[0] !== 0 ? this.handOver(peer) : this.headerOnly(m, at, RCODE.REFUSED)
    if (read === QUESTION.malformed) return this.headerOnly(m, at, RCODE.FORMERR)
    if (read === QUESTION.none) return this.giveCookie(m, at, length, peer)
    countQuery(counters, peer.transport, question.type)

    const extra = this.readOptions(m, at, length, question.end, peer)
    if (office[0] !== 0 && (edns.signed || (question.type === TYPE.AXFR && peer.transport !== TRANSPORT.udp)))
      return this.handOver(peer)
    const limit = peer.transport === TRANSPORT.udp ? Math.min(edns.udpSize, UDP_SIZE) : TCP_SIZE
    response.begin(m, at, question.end, limit)
    if (edns.subnet.present) count(counters, SCALAR.withSubnet)
    this.rcode = RCODE.NOERROR
    this.scope = 0
    this.authoritative = false

    const held = this.hold(peer)
    if (held === LIMIT.drop) return 0
    if (held !== LIMIT.pass) return this.turnAway(held)

    const zone =
      extra === EDNS.ok
        ? this.resolve(m, at, peer)
        : this.fail(extra === EDNS.badVersion ? RCODE.BADVERS : RCODE.FORMERR)
    if (response.truncated) count(counters, SCALAR.truncated)
    countResponse(counters, zone < 0 ? NO_ZONE : this.snapshot.zones[zone * ZONE_WORDS + ZONE.slot]!, this.rcode)
    return response.finish(edns, this.rcode, this.authoritative, this.scope)
  }

  /** Reads what follows the question, and settles which of the options asked for are given. @returns an EDNS */
  private readOptions(m: Uint8Array, at: number, length: number, from: number, peer: Peer): number {
    const { edns, options } = this
    const read = readAdditional(m, at, length, from, edns)
    return edns.asked === 0 ? read : options.settle(edns, peer, read)
  }

  /** Whether a query gets its answer now. By UDP only who has shown that its address is its own may ask without a limit. */
  private hold(peer: Peer): number {
    const { edns, options, cookies, counters } = this
    const cookie = (edns.asked & ASKED.cookie) !== 0
    if (cookie && options.cookie === COOKIE.good) {
      count(counters, SCALAR.withCookie)
      return LIMIT.pass
    }
    if (peer.transport !== TRANSPORT.udp) return LIMIT.pass
    const held = this.limit(peer)
    if (!cookie || held === LIMIT.drop) return held
    const { policy } = cookies!
    return policy === 'always' || (held === LIMIT.truncate && policy === 'when-limited') ? BAD_COOKIE : held
  }

  /** An answer of next to nothing: an invitation to come by TCP, or with the cookie that comes with it. */
  private turnAway(held: number): number {
    const { edns, options, response } = this
    options.keep(edns, ASKED.cookie)
    if (held === BAD_COOKIE) {
      countResponse(this.counters, NO_ZONE, RCODE.BADCOOKIE)
      return response.finish(edns, RCODE.BADCOOKIE, false, 0)
    }
    response.truncated = true
    return response.finish(edns, RCODE.NOERROR, false, 0)
  }

  /** A query without a question is one for a server cookie (RFC 7873 §5.4), or it is none. */
  private giveCookie(m: Uint8Array, at: number, length: number, peer: Peer): number {
    const { edns, options, response, counters } = this
    const extra = this.readOptions(m, at, length, HEADER_LENGTH, peer)
    if (extra !== EDNS.ok || (edns.asked & ASKED.cookie) === 0) return this.headerOnly(m, at, RCODE.FORMERR)
    if (this.hold(peer) === LIMIT.drop) return 0
    response.begin(m, at, HEADER_LENGTH, UDP_SIZE)
    const rcode = options.cookie === COOKIE.bad ? RCODE.BADCOOKIE : RCODE.NOERROR
    countResponse(counters, NO_ZONE, rcode)
    return response.finish(edns, rcode, false, 0)
  }

  /** Writes the answer for a well-formed query. @returns the zone that it came from, −1 for none */
  private resolve(m: Uint8Array, at: number, peer: Peer): number {
    const { question, finder, snapshot, owner } = this
    const { type } = question
    if (type === TYPE.OPT || type === TYPE.TSIG || type === TYPE.TKEY) return this.fail(RCODE.FORMERR)
    if (type === TYPE.MAILA || type === TYPE.MAILB) return this.fail(RCODE.NOTIMP, NOT_SUPPORTED)
    if (question.qclass === CLASS.CH) return this.introduce(m, at)
    if (question.qclass !== CLASS.IN) return this.fail(RCODE.REFUSED, NOT_SUPPORTED)
    if (type === TYPE.AXFR || type === TYPE.IXFR) return this.fail(RCODE.REFUSED, PROHIBITED)

    const found = finder.find(snapshot.names, m, at + HEADER_LENGTH, question)
    if (found === FOUND.outside) return this.fail(RCODE.REFUSED, NOT_OURS)
    owner.at = HEADER_LENGTH
    owner.length = question.nameLength
    const { node } = finder
    if (found === FOUND.cut) return this.refer(node)
    this.authoritative = true
    const zone = this.zoneOf(node)
    if (found === FOUND.nxdomain) return this.deny(zone, RCODE.NXDOMAIN)
    if (found === FOUND.dname || this.isAlias(node)) this.follow(m, at, found, peer)
    else this.answer(node, peer)
    return zone
  }

  /** Whether the node leads elsewhere for what is asked: nobody follows a CNAME who asks for it. */
  private isAlias(node: number): boolean {
    const { type } = this.question
    return (
      this.snapshot.names.nodes[node * NODE_WORDS + NODE.link] !== LINK.none && type !== TYPE.CNAME && type !== TYPE.ANY
    )
  }

  /** Answers with what a node has itself. */
  private answer(node: number, peer: Peer): void {
    const { snapshot, question, response, owner, edns } = this
    const { names, answers } = snapshot
    const { type } = question
    const zone = this.zoneOf(node)
    const entry = type === TYPE.ANY ? this.anyEntry(node) : entryOf(names, node, type)
    if (entry === NO_ENTRY) {
      if (type === TYPE.ANY && this.hasSteering(node))
        response.appendRecord(TYPE.HINFO, 3600, HINFO_8482, 0, HINFO_8482.length, owner, edns)
      else this.deny(zone, RCODE.NOERROR)
    } else if (entry < 0) this.steer(~entry, zone, peer)
    else response.append(answers, entry, owner, names.nodes[node * NODE_WORDS + NODE.nameLength]!, edns)
  }

  /** Answers along a chain of aliases, from what the finder has found; the response code is that of its end (RFC 2308 §2.1). */
  private follow(m: Uint8Array, at: number, first: number, peer: Peer): void {
    const { snapshot, chain, owner, finder } = this
    chain.begin()
    for (let found = first; this.leads(found); ) {
      const { node } = finder
      if (!chain.mayFollow(m, at, node, owner)) return
      if (found === FOUND.dname) {
        if (!this.substitute(node)) return
        takeName(m, at + owner.at, this.renamed)
        found = finder.find(snapshot.names, m, at + owner.at, this.renamed)
      } else {
        const link = this.alias(node, peer)
        if (link < 0) return
        found = finder.follow(snapshot.names, link, owner.length)
      }
      if (!this.leads(found)) this.end(found, peer)
    }
  }

  /** Whether what the finder has found leads elsewhere. */
  private leads(found: number): boolean {
    if (found === FOUND.exact || found === FOUND.wildcard) return this.isAlias(this.finder.node)
    return found === FOUND.dname
  }

  /** The end of a chain: whatever its last name comes to, of which we may know nothing. */
  private end(found: number, peer: Peer): void {
    const { node } = this.finder
    if (found === FOUND.cut) this.refer(node)
    else if (found === FOUND.nxdomain) this.deny(this.zoneOf(node), RCODE.NXDOMAIN)
    // Who asks for the very DNAME that led here has it.
    else if (this.question.type === TYPE.DNAME && this.chain.recordOf(node) > 0) return
    else if (found !== FOUND.outside) this.answer(node, peer)
  }

  /** The CNAME of a node, whose target is the owner from now on. @returns where that leads; −1 where the chain ends here */
  private alias(node: number, peer: Peer): number {
    const { names } = this.snapshot
    const { chain, response, owner } = this
    const entry = entryOf(names, node, TYPE.CNAME)
    const region = entry < 0 ? this.choose(~entry, this.zoneOf(node), peer) : NO_REGION
    if (entry < 0 && region < 0) return -1
    const start = entry < 0 ? this.appendTarget(region) : this.appendSet(node, TYPE.CNAME)
    if (response.truncated) return -1
    chain.push(node, owner, start)
    response.dataAsOwner(start, owner)
    if (region < 0) return names.nodes[node * NODE_WORDS + NODE.link]!
    return this.snapshot.regions[region * REGION_WORDS + REGION.targetLink]!
  }

  /**
   * A DNAME, and the CNAME that it stands for here (RFC 6672 §3.1); its target is the owner from now on. A DNAME that the
   * answer has already is not put there twice.
   * @returns false where the chain ends: the response is full, or there is no name so long
   */
  private substitute(node: number): boolean {
    const { snapshot, chain, response, owner, edns } = this
    const nodeLength = snapshot.names.nodes[node * NODE_WORDS + NODE.nameLength]!
    const known = chain.recordOf(node)
    const dname = known > 0 ? known : this.appendSet(node, TYPE.DNAME)
    if (response.truncated) return false
    if (owner.length - nodeLength + response.dataLength(dname) > MAX_NAME) {
      this.rcode = RCODE.YXDOMAIN
      return false
    }
    chain.push(node, owner, dname)
    const start = response.appendSubstitute(dname, owner, nodeLength, edns)
    if (response.truncated) return false
    response.dataAsOwner(start, owner)
    return true
  }

  /** A static set that the node is known to have. @returns where it begins in the message */
  private appendSet(node: number, type: number): number {
    const { answers, names } = this.snapshot
    const nodeLength = names.nodes[node * NODE_WORDS + NODE.nameLength]!
    return this.response.append(answers, entryOf(names, node, type), this.owner, nodeLength, this.edns)
  }

  /** Writes the addresses of the region that is chosen for this client, or the name of its target. */
  private steer(steering: number, zone: number, peer: Peer): void {
    const { snapshot, question, response, locator, draw, counters, owner, edns } = this
    const chosen = this.choose(steering, zone, peer)
    if (chosen < 0) return
    if (question.type === TYPE.CNAME) return void this.appendTarget(chosen)
    const at = locator.choice * CHOICE_WORDS
    const ttl = snapshot.choices[at + CHOICE.ttl]!
    for (let i = 0; i < draw.count; i++) {
      const words = draw.regions[i]! * REGION_WORDS
      const v4 = question.type === TYPE.A
      const from = snapshot.regions[words + (v4 ? REGION.firstV4 : REGION.firstV6)]!
      const addresses = snapshot.regions[words + (v4 ? REGION.countV4 : REGION.countV6)]!
      response.appendAddresses(question.type, ttl, snapshot.addresses, from, addresses, owner, edns)
      countRegion(counters, snapshot.regions[words + REGION.slot]!)
    }
  }

  /**
   * Chooses for this client. What no region can be given for is denied, or failed, as its record says.
   * @returns the region, the first of them where an answer holds several; −1 for none
   */
  private choose(steering: number, zone: number, peer: Peer): number {
    const { snapshot, response, locator, draw, counters, edns } = this
    locator.locate(snapshot, snapshot.steerings[steering]!, zone, peer, edns.subnet)
    const at = locator.choice * CHOICE_WORDS
    const rung = snapshot.choices[at + CHOICE.rung]!
    if (rung !== RUNG.healthy) {
      countRung(counters, rung)
      response.setExtendedError(RUNG_ERRORS[rung]!)
    }
    if (rung === RUNG.nodata || rung === RUNG.servfail) {
      if (rung === RUNG.nodata) this.deny(zone, RCODE.NOERROR)
      else this.fail(RCODE.SERVFAIL)
      return NO_REGION
    }
    // A chain that is steered twice holds where both of its choices do (RFC 7871 §7.2.1).
    this.scope = Math.max(this.scope, locator.scope)
    if (locator.ranking === UNLOCATED) count(counters, SCALAR.unlocated)
    draw.run(snapshot, locator.choice, locator.address, locator.bits)
    return draw.regions[0]!
  }

  /** The target of a chosen region, as a CNAME. @returns where the record begins in the message */
  private appendTarget(region: number): number {
    const { snapshot, response, locator, counters, owner, edns } = this
    const words = region * REGION_WORDS
    const ttl = snapshot.choices[locator.choice * CHOICE_WORDS + CHOICE.ttl]!
    const from = snapshot.regions[words + REGION.targetAt]!
    const length = snapshot.regions[words + REGION.targetLength]!
    countRegion(counters, snapshot.regions[words + REGION.slot]!)
    return response.appendRecord(TYPE.CNAME, ttl, snapshot.addresses, from, length, owner, edns)
  }

  /** A referral, or, since the parent side of a cut owns its DS, an answer to that. */
  private refer(node: number): number {
    const { snapshot, question, owner } = this
    const zone = this.zoneOf(node)
    const nodeLength = snapshot.names.nodes[node * NODE_WORDS + NODE.nameLength]!
    if (question.type === TYPE.DS && owner.length === nodeLength) {
      this.authoritative = true
      if (entryOf(snapshot.names, node, TYPE.DS) === NO_ENTRY) return this.deny(zone, RCODE.NOERROR)
      this.appendSet(node, TYPE.DS)
    } else this.appendSet(node, TYPE.NS)
    return zone
  }

  /** NXDOMAIN or NODATA: the zone's SOA in the authority section (RFC 2308 §2). It leaves the scope 0 (RFC 7871 §7.4). */
  private deny(zone: number, rcode: number): number {
    const { snapshot, response, owner, edns } = this
    this.rcode = rcode
    const words = zone * ZONE_WORDS
    response.append(
      snapshot.answers,
      snapshot.zones[words + ZONE.negative]!,
      owner,
      snapshot.zones[words + ZONE.apexLength]!,
      edns,
    )
    return zone
  }

  private fail(rcode: number, error?: Uint8Array): number {
    this.rcode = rcode
    this.authoritative = false
    if (error !== undefined) this.response.setExtendedError(error)
    return -1
  }

  /** What the server says of itself, in class CH (RFC 4892), as far as it has been told what. */
  private introduce(m: Uint8Array, at: number): number {
    const { question, response, owner, edns, chaos } = this
    const text = chaos.find(m, at + HEADER_LENGTH, question.nameLength)
    if (text === undefined) return this.fail(RCODE.REFUSED, PROHIBITED)
    this.authoritative = true
    owner.at = HEADER_LENGTH
    if (question.type === TYPE.TXT || question.type === TYPE.ANY)
      response.appendRecord(TYPE.TXT, 0, text, 0, text.length, owner, edns, CLASS.CH)
    return -1
  }

  private zoneOf(node: number): number {
    return this.snapshot.names.nodes[node * NODE_WORDS + NODE.zone]!
  }

  /** RFC 8482 §4.1: one of the static record sets at the name, its first. */
  private anyEntry(node: number): number {
    const { nodes } = this.snapshot.names
    let at = nodes[node * NODE_WORDS + NODE.firstEntry]!
    for (const end = at + nodes[node * NODE_WORDS + NODE.entryCount]! * ENTRY_WORDS; at < end; at += ENTRY_WORDS)
      if (nodes[at + 1]! >= 0) return nodes[at + 1]!
    return NO_ENTRY
  }

  private hasSteering(node: number): boolean {
    return this.snapshot.names.nodes[node * NODE_WORDS + NODE.entryCount]! > 0
  }

  /** What rate limiting has to say. @returns a LIMIT */
  private limit(peer: Peer): number {
    const { limiter, counters } = this
    if (limiter === undefined) return LIMIT.pass
    const verdict = limiter.check(peer)
    if (verdict === LIMIT.pass) return verdict
    count(counters, SCALAR.limited)
    if (limiter.dryRun) return LIMIT.pass
    if (verdict === LIMIT.truncate) count(counters, SCALAR.limitedTruncated)
    return verdict
  }

  /** What may be forged gets no more of the office than of the line. */
  private handOver(peer: Peer): number {
    return peer.transport === TRANSPORT.udp && this.limit(peer) !== LIMIT.pass ? 0 : FOR_OFFICE
  }

  /** What the office has no room for; the message stands as it came. @returns the length of the response */
  decline(m: Uint8Array, at: number): number {
    return this.headerOnly(m, at, RCODE.SERVFAIL)
  }

  private drop(): number {
    count(this.counters, SCALAR.dropped)
    return 0
  }

  /** An error about a question that could not be read: there is nothing of it to repeat. */
  private headerOnly(m: Uint8Array, at: number, rcode: number): number {
    countResponse(this.counters, NO_ZONE, rcode)
    m[at + 2] = 0x80 | (m[at + 2]! & 0x79)
    m[at + 3] = rcode
    m.fill(0, at + 4, at + HEADER_LENGTH)
    return HEADER_LENGTH
  }
}
