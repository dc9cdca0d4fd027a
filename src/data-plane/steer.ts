// What a steered name comes to for a client: the choice of its network, and the records of the regions that are drawn from it.
import { EDE, RCODE, TYPE } from '../dns/numbers.js'
import { CHOICE, CHOICE_WORDS, REGION, REGION_WORDS, RUNG, RUNGS, type Rung } from '../snapshot/choices.js'
import { Draw } from '../snapshot/draw.js'
import { UNLOCATED } from '../snapshot/map.js'
import { SIGNEE } from '../snapshot/names.js'
import { findSignatures, NO_SIGNATURE, SIGNATURE } from '../snapshot/signatures.js'
import { count, countRegion, countRung, SCALAR } from './counters.js'
import type { Exchange } from './exchange.js'
import { entryOf, NO_ENTRY } from './find.js'
import { Locator } from './locate.js'
import { extendedError } from './opt.js'
import type { Peer } from './peer.js'

/** Nothing was chosen. */
export const NO_REGION = -1

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

export class Steerer {
  /** Of the choice that was made last. */
  readonly locator = new Locator()
  readonly draw = new Draw()
  private readonly exchange: Exchange

  constructor(exchange: Exchange) {
    this.exchange = exchange
  }

  /** Writes the addresses of the regions that are chosen for this client, or the name of its region's target. */
  steer(steering: number, node: number, peer: Peer): void {
    const { exchange, locator, draw } = this
    const { snapshot, question, response, owner, edns, counters } = exchange
    const chosen = this.choose(steering, exchange.zoneOf(node), peer)
    if (chosen === NO_REGION) return
    if (question.type === TYPE.CNAME) return void this.appendTarget(chosen, node)
    const ttl = snapshot.choices[locator.choice * CHOICE_WORDS + CHOICE.ttl]!
    const v4 = question.type === TYPE.A
    for (let i = 0; i < draw.count; i++) {
      const words = draw.words[i]! * REGION_WORDS
      const from = snapshot.regions[words + (v4 ? REGION.firstV4 : REGION.firstV6)]!
      const addresses = snapshot.regions[words + (v4 ? REGION.countV4 : REGION.countV6)]!
      response.appendAddresses(question.type, ttl, snapshot.addresses, from, addresses, owner, edns)
      countRegion(counters, snapshot.regions[words + REGION.slot]!)
    }
    if (edns.dnssecOk) this.sign(node, question.type, ttl, v4 ? REGION.digestV4 : REGION.digestV6, draw.count)
  }

  /**
   * Chooses for this client. What no region can be given for is denied, or failed, as its record says.
   * @returns the region, the first of them where an answer holds several; NO_REGION
   */
  choose(steering: number, zone: number, peer: Peer): number {
    const { exchange, locator, draw } = this
    const rung = this.pick(steering, zone, peer)
    if (draw.count === 0) {
      if (rung === RUNG.nodata) exchange.deny(zone, RCODE.NOERROR)
      else exchange.fail(RCODE.SERVFAIL)
      return NO_REGION
    }
    // A chain that is steered twice holds where both of its choices do (RFC 7871 §7.2.1).
    if (locator.scope > exchange.scope) exchange.scope = locator.scope
    return draw.regions[0]!
  }

  /** Locates the client and draws its regions; none on the last rungs. @returns the RUNG */
  pick(steering: number, zone: number, peer: Peer): number {
    const { exchange, locator, draw } = this
    const { snapshot, counters } = exchange
    locator.locate(snapshot, snapshot.steerings[steering]!, zone, peer, exchange.edns.subnet)
    const rung = snapshot.choices[locator.choice * CHOICE_WORDS + CHOICE.rung]!
    exchange.rung = rung
    exchange.deciding = locator.address
    if (rung !== RUNG.healthy) {
      countRung(counters, rung)
      exchange.response.setExtendedError(RUNG_ERRORS[rung]!)
      if (rung === RUNG.nodata || rung === RUNG.servfail) {
        draw.count = 0
        return rung
      }
    }
    if (locator.ranking === UNLOCATED) count(counters, SCALAR.unlocated)
    draw.run(snapshot, locator.choice, locator.address, locator.bits)
    exchange.region = draw.regions[0]!
    return rung
  }

  /** The target of a chosen region, as a CNAME. @returns where the record begins in the message */
  appendTarget(region: number, node: number): number {
    const { snapshot, response, counters, owner, edns } = this.exchange
    const words = region * REGION_WORDS
    const ttl = snapshot.choices[this.locator.choice * CHOICE_WORDS + CHOICE.ttl]!
    const from = snapshot.regions[words + REGION.targetAt]!
    const length = snapshot.regions[words + REGION.targetLength]!
    countRegion(counters, snapshot.regions[words + REGION.slot]!)
    const start = response.appendRecord(TYPE.CNAME, ttl, snapshot.addresses, from, length, owner, edns)
    if (edns.dnssecOk) this.sign(node, TYPE.CNAME, ttl, REGION.digestTarget, 1)
    return start
  }

  /** The signatures of what was just written, of the first `count` regions that were drawn, in signed zones. */
  private sign(node: number, type: number, ttl: number, digest: number, count: number): void {
    const { names, regions } = this.exchange.snapshot
    if (entryOf(names, node, SIGNEE) === NO_ENTRY) return
    let sum = 0
    for (let i = 0; i < count; i++) sum = (sum + regions[this.draw.words[i]! * REGION_WORDS + digest]!) | 0
    this.signSum(node, type, ttl, sum)
  }

  /** The signatures of a set of a node that is a signee, found by what stands for its data. */
  signSum(node: number, type: number, ttl: number, sum: number): void {
    const { snapshot, response, owner, edns } = this.exchange
    const { signatures } = snapshot
    const signee = entryOf(snapshot.names, node, SIGNEE)
    const found = findSignatures(signatures, ~signee, type, sum)
    // Whatever can be drawn has been signed; a validator would not take anything else.
    if (found === NO_SIGNATURE) throw new Error('an answer that can be drawn has no signature')
    let at = signatures.slots[found + SIGNATURE.at]!
    for (let left = signatures.slots[found + SIGNATURE.count]!; left > 0; left--) {
      const length = (signatures.bytes[at]! << 8) | signatures.bytes[at + 1]!
      response.appendRecord(TYPE.RRSIG, ttl, signatures.bytes, at + 2, length, owner, edns)
      at += 2 + length
    }
  }
}
