// HTTPS and SVCB records with the addresses of the client's region as hints (RFC 9460 §7.3): whoever asks for them gets what
// it would get for A and AAAA, for as long, and for the same network.
import { TYPE } from '../dns/numbers.js'
import { HINT } from '../dns/svcb.js'
import { CHOICE, CHOICE_WORDS, REGION, REGION_WORDS } from '../snapshot/choices.js'
import { HINT_SIZES, HINTED, HINTED_RECORD, HINTED_RECORD_WORDS, HINTED_WORDS, MOST_HINTS } from '../snapshot/hints.js'
import { SIGNEE } from '../snapshot/names.js'
import { hintSum } from '../snapshot/signatures.js'
import type { Exchange } from './exchange.js'
import { entryOf, NO_ENTRY } from './find.js'
import type { Peer } from './peer.js'
import type { Steerer } from './steer.js'

/** Key and length of a parameter. */
const PARAM_HEAD = 4
const { v4: SIZE_V4, v6: SIZE_V6 } = HINT_SIZES

export class Hinter {
  private readonly exchange: Exchange
  private readonly steerer: Steerer
  /** The hints of each family as a whole parameter; empty where there are none. */
  private readonly v4 = new Uint8Array(PARAM_HEAD + MOST_HINTS * SIZE_V4)
  private readonly v6 = new Uint8Array(PARAM_HEAD + MOST_HINTS * SIZE_V6)
  private readonly rdata = new Uint8Array(0x10000 + this.v4.length + this.v6.length)
  private ttl = 0
  /** Of the digests of what was gathered last. */
  private sum = 0

  constructor(exchange: Exchange, steerer: Steerer) {
    this.exchange = exchange
    this.steerer = steerer
  }

  /** Writes a set; where no region can be given it has no hints, since the records are there for everybody. */
  answer(set: number, node: number, peer: Peer): void {
    const { exchange } = this
    const { snapshot, question, response, owner, edns } = exchange
    const { words, bytes } = snapshot.hinted
    this.ttl = words[set + HINTED.ttl]!
    const zone = exchange.zoneOf(node)
    const isSigned = entryOf(snapshot.names, node, SIGNEE) !== NO_ENTRY
    const v4Length = this.gather(words[set + HINTED.v4]!, HINT.v4, zone, isSigned, peer)
    const v4Sum = this.sum
    const v6Length = this.gather(words[set + HINTED.v6]!, HINT.v6, zone, isSigned, peer)
    const end = set + HINTED_WORDS + words[set + HINTED.count]! * HINTED_RECORD_WORDS
    for (let record = set + HINTED_WORDS; record < end; record += HINTED_RECORD_WORDS) {
      const at = words[record + HINTED_RECORD.at]!
      const length = words[record + HINTED_RECORD.length]!
      if (words[record + HINTED_RECORD.hinted] === 0) {
        response.appendRecord(question.type, this.ttl, bytes, at, length, owner, edns)
        continue
      }
      const v4At = at + words[record + HINTED_RECORD.v4At]!
      const v6At = at + words[record + HINTED_RECORD.v6At]!
      let to = this.copy(bytes, at, v4At, 0)
      to = this.copy(this.v4, 0, v4Length, to)
      to = this.copy(bytes, v4At, v6At, to)
      to = this.copy(this.v6, 0, v6Length, to)
      to = this.copy(bytes, v6At, at + length, to)
      response.appendRecord(question.type, this.ttl, this.rdata, 0, to, owner, edns)
    }
    if (isSigned && edns.dnssecOk) this.steerer.signSum(node, question.type, this.ttl, hintSum(v4Sum, this.sum))
  }

  /** Chooses for one family, and makes its parameter. @returns the length of it in bytes */
  private gather(steering: number, key: number, zone: number, isSigned: boolean, peer: Peer): number {
    this.sum = 0
    if (steering < 0) return 0
    const { exchange, steerer } = this
    const { snapshot } = exchange
    const { locator, draw } = steerer
    steerer.pick(steering, zone, peer)
    // Also where there is nothing to give: that, too, is so for this network.
    if (locator.scope > exchange.scope) exchange.scope = locator.scope
    const ttl = snapshot.choices[locator.choice * CHOICE_WORDS + CHOICE.ttl]!
    if (ttl < this.ttl) this.ttl = ttl
    const isV4 = key === HINT.v4
    if (isSigned) this.order(isV4 ? REGION.digestV4 : REGION.digestV6)
    const to = isV4 ? this.v4 : this.v6
    const size = isV4 ? SIZE_V4 : SIZE_V6
    let length = PARAM_HEAD
    for (let i = 0; i < draw.count; i++) {
      const words = draw.words[i]! * REGION_WORDS
      const from = snapshot.regions[words + (isV4 ? REGION.firstV4 : REGION.firstV6)]!
      const wanted = snapshot.regions[words + (isV4 ? REGION.countV4 : REGION.countV6)]! * size
      const given = Math.min(wanted, to.length - length)
      for (let k = 0; k < given; k++) to[length + k] = snapshot.addresses[from + k]!
      length += given
    }
    if (length === PARAM_HEAD) return 0
    to[0] = 0
    to[1] = key
    to[2] = (length - PARAM_HEAD) >> 8
    to[3] = (length - PARAM_HEAD) & 255
    return length
  }

  /** By the digests of what was drawn, whose sum a signature is found by: what is signed does not depend on who was drawn first. */
  private order(digest: number): void {
    const { regions } = this.exchange.snapshot
    const { words, count } = this.steerer.draw
    for (let i = 0; i < count; i++) {
      const one = words[i]!
      const own = regions[one * REGION_WORDS + digest]!
      let at = i
      for (; at > 0 && regions[words[at - 1]! * REGION_WORDS + digest]! > own; at--) words[at] = words[at - 1]!
      words[at] = one
      this.sum = (this.sum + own) | 0
    }
  }

  /** Adds a piece to the data. @returns where it ends */
  private copy(from: Uint8Array, start: number, end: number, to: number): number {
    const { rdata } = this
    for (let i = start; i < end; i++) rdata[to + i - start] = from[i]!
    return to + end - start
  }
}

/** Types that may have hints. */
export const mayHint = (type: number): boolean => type === TYPE.HTTPS || type === TYPE.SVCB
