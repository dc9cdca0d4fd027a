// What a node has itself: its record sets, steered or static, a referral at a cut, or nothing of the type (RFC 1034 §4.3.2).
import { RCODE, TYPE } from '../dns/numbers.js'
import { ENTRY_WORDS, NODE, NODE_WORDS, SIGNEE } from '../snapshot/names.js'
import type { Exchange } from './exchange.js'
import { entryOf, NO_ENTRY } from './find.js'
import { Hinter, mayHint } from './hint.js'
import type { Peer } from './peer.js'
import type { Steerer } from './steer.js'

/** RFC 8482 §4.2: what ANY gets where there is no static record set to choose. */
const HINFO_8482 = Uint8Array.from([7, ...Buffer.from('RFC8482'), 0])

export class Answerer {
  private readonly exchange: Exchange
  private readonly steerer: Steerer
  private readonly hinter: Hinter

  constructor(exchange: Exchange, steerer: Steerer) {
    this.exchange = exchange
    this.steerer = steerer
    this.hinter = new Hinter(exchange, steerer)
  }

  /** Answers with what a node has itself. */
  answer(node: number, peer: Peer): void {
    const { exchange } = this
    const { snapshot, question, response, owner, edns } = exchange
    const { names } = snapshot
    const { type } = question
    const entry = type === TYPE.ANY ? this.anyEntry(node) : entryOf(names, node, type)
    if (edns.dnssecOk && entry !== NO_ENTRY) exchange.prover.note(node)
    if (entry === NO_ENTRY) {
      if (type === TYPE.ANY && this.hasTypes(node))
        response.appendRecord(TYPE.HINFO, 3600, HINFO_8482, 0, HINFO_8482.length, owner, edns)
      else exchange.denyAt(node, RCODE.NOERROR)
    } else if (entry < 0) {
      if (mayHint(type)) this.hinter.answer(~entry, node, peer)
      else this.steerer.steer(~entry, node, peer)
    } else response.append(snapshot.answers, entry, owner, names.nodes[node * NODE_WORDS + NODE.nameLength]!, edns)
  }

  /** A referral, or, since the parent side of a cut owns its DS, an answer to that. @returns the zone */
  refer(node: number): number {
    const { exchange } = this
    const { snapshot, question, owner } = exchange
    const zone = exchange.zoneOf(node)
    const nodeLength = snapshot.names.nodes[node * NODE_WORDS + NODE.nameLength]!
    if (question.type === TYPE.DS && owner.length === nodeLength) {
      exchange.authoritative = true
      if (entryOf(snapshot.names, node, TYPE.DS) === NO_ENTRY) return exchange.denyAt(node, RCODE.NOERROR)
      exchange.appendSet(node, TYPE.DS)
    } else exchange.appendSet(node, TYPE.NS)
    return zone
  }

  /** Records of its own come before whatever else stands among its entries: what proves and signs, and what is no type. */
  private hasTypes(node: number): boolean {
    const { nodes } = this.exchange.snapshot.names
    const first = nodes[node * NODE_WORDS + NODE.firstEntry]!
    return nodes[node * NODE_WORDS + NODE.entryCount]! > 0 && nodes[first]! < SIGNEE && nodes[first] !== TYPE.NSEC
  }

  /** RFC 8482 §4.1: one of the static record sets at the name, its first; what only proves and signs comes last, and for validators only. */
  private anyEntry(node: number): number {
    const { snapshot, edns } = this.exchange
    const { nodes } = snapshot.names
    let at = nodes[node * NODE_WORDS + NODE.firstEntry]!
    for (const end = at + nodes[node * NODE_WORDS + NODE.entryCount]! * ENTRY_WORDS; at < end; at += ENTRY_WORDS) {
      const only = nodes[at] === TYPE.NSEC || nodes[at] === TYPE.RRSIG
      if (nodes[at + 1]! >= 0 && (edns.dnssecOk || !only)) return nodes[at + 1]!
    }
    return NO_ENTRY
  }
}
