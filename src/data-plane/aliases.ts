// Names that lead elsewhere: CNAME (RFC 1034 §3.6.2), steered or static, and DNAME (RFC 6672 §3).
import { MAX_NAME } from '../dns/name.js'
import { RCODE, TYPE } from '../dns/numbers.js'
import { Question, takeName } from '../dns/question.js'
import { REGION, REGION_WORDS } from '../snapshot/choices.js'
import { LINK, NODE, NODE_WORDS } from '../snapshot/names.js'
import type { Answerer } from './answer.js'
import { Chain } from './chain.js'
import type { Exchange } from './exchange.js'
import { entryOf, type Finder, FOUND } from './find.js'
import type { Peer } from './peer.js'
import { standsBesideAlias } from './prove.js'
import { NO_REGION, type Steerer } from './steer.js'

/** The chain goes no further. */
const NOWHERE = -1

export class Aliases {
  private readonly exchange: Exchange
  private readonly finder: Finder
  private readonly steerer: Steerer
  private readonly answerer: Answerer
  private readonly chain = new Chain()
  /** The name that a DNAME has made of the one before. */
  private readonly renamed = new Question()

  constructor(exchange: Exchange, finder: Finder, steerer: Steerer, answerer: Answerer) {
    this.exchange = exchange
    this.finder = finder
    this.steerer = steerer
    this.answerer = answerer
  }

  /** Whether the node leads elsewhere for what is asked: nobody follows a CNAME who asks for it. */
  isAlias(node: number): boolean {
    const { snapshot, question } = this.exchange
    return (
      snapshot.names.nodes[node * NODE_WORDS + NODE.link] !== LINK.none &&
      question.type !== TYPE.CNAME &&
      question.type !== TYPE.ANY &&
      !standsBesideAlias(this.exchange, node, question.type)
    )
  }

  /** Answers along a chain of aliases, from what the finder has found; the response code is that of its end (RFC 2308 §2.1). */
  follow(m: Uint8Array, at: number, first: number, peer: Peer): void {
    const { chain, finder, renamed } = this
    const { snapshot, owner, response, edns, prover } = this.exchange
    const began = this.exchange.zoneOf(finder.node)
    chain.begin()
    for (let found = first; this.leads(found); ) {
      const { node } = finder
      if (!chain.mayFollow(m, at, node, owner)) return
      if (found === FOUND.dname) {
        if (!this.substitute(node)) return
        takeName(m, at + owner.at, renamed)
        found = finder.find(snapshot.names, m, at + owner.at, renamed)
      } else {
        const link = this.alias(node, peer)
        if (link === NOWHERE) return
        found = finder.follow(snapshot.names, link, owner.length)
      }
      // Sixteen long names with two signatures each come that far by TCP. Whoever asked goes on.
      if (response.isLong) return
      const isProved = found !== FOUND.outside && edns.dnssecOk
      if (isProved && prover.endsChain(finder.node, found, began)) return
      if (this.leads(found)) continue
      if (isProved && prover.isProvedElsewhere(finder.node, found, began)) return
      this.end(found, peer)
    }
  }

  /** Whether what the finder has found leads elsewhere. */
  private leads(found: number): boolean {
    if (found === FOUND.exact || found === FOUND.wildcard) return this.isAlias(this.finder.node)
    return found === FOUND.dname
  }

  /** The end of a chain: whatever its last name comes to, of which we may know nothing. */
  private end(found: number, peer: Peer): void {
    const { exchange, answerer } = this
    const { node } = this.finder
    if (found === FOUND.cut) answerer.refer(node)
    else if (found === FOUND.nxdomain) exchange.denyAt(node, RCODE.NXDOMAIN)
    // Who asks for the very DNAME that led here has it.
    else if (exchange.question.type === TYPE.DNAME && this.chain.recordOf(node) > 0) return
    else if (found !== FOUND.outside) answerer.answer(node, peer)
  }

  /** The CNAME of a node, whose target is the owner from now on. @returns the LINK to where that leads; NOWHERE */
  private alias(node: number, peer: Peer): number {
    const { exchange, chain, steerer } = this
    const { snapshot, response, owner } = exchange
    const entry = entryOf(snapshot.names, node, TYPE.CNAME)
    const region = entry < 0 ? steerer.choose(~entry, exchange.zoneOf(node), peer) : NO_REGION
    if (entry < 0 && region === NO_REGION) return NOWHERE
    if (exchange.edns.dnssecOk) exchange.prover.note(node)
    const start = entry < 0 ? steerer.appendTarget(region, node) : exchange.appendSet(node, TYPE.CNAME)
    if (response.truncated) return NOWHERE
    chain.push(node, owner, start)
    response.dataAsOwner(start, owner)
    if (region === NO_REGION) return snapshot.names.nodes[node * NODE_WORDS + NODE.link]!
    return snapshot.regions[region * REGION_WORDS + REGION.targetLink]!
  }

  /**
   * A DNAME, and the CNAME that it stands for here (RFC 6672 §3.1); its target is the owner from now on. A DNAME that the
   * answer has already is not put there twice.
   * @returns false where the chain ends: the response is full, there is no name so long, or the CNAME is what was asked for
   */
  private substitute(node: number): boolean {
    const { exchange, chain } = this
    const { snapshot, question, response, owner, edns } = exchange
    const nodeLength = snapshot.names.nodes[node * NODE_WORDS + NODE.nameLength]!
    const known = chain.recordOf(node)
    const dname = known > 0 ? known : exchange.appendSet(node, TYPE.DNAME)
    if (response.truncated) return false
    if (owner.length - nodeLength + response.dataLength(dname) > MAX_NAME) {
      exchange.rcode = RCODE.YXDOMAIN
      return false
    }
    chain.push(node, owner, dname)
    const start = response.appendSubstitute(dname, owner, nodeLength, edns)
    if (response.truncated || question.type === TYPE.CNAME || question.type === TYPE.ANY) return false
    response.dataAsOwner(start, owner)
    return true
  }
}
