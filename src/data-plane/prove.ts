// Proofs that there is nothing (RFC 4035 §3.1.3): which NSEC records of a signed zone deny a name or a type, and that no closer
// name than a wildcard exists. Each was signed when the snapshot was made; the line finds it by the name that is asked for.
import { compareNames } from '../dns/dnssec-order.js'
import { MAX_NAME } from '../dns/name.js'
import { RCODE, TYPE } from '../dns/numbers.js'
import { MAX_LINKS, NODE, NODE_WORDS } from '../snapshot/names.js'
import { PROOF, PROOF_WORDS, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import type { Exchange } from './exchange.js'
import { entryOf, NO_ENTRY } from './find.js'
import { Owner } from './write.js'

/** Of one response: two for each wildcard on the way and two for its end are more than there ever are. */
const MOST_PROOFS = 2 * MAX_LINKS + 2

/** For queries with DO only (RFC 3225); one is made per thread and used again for each query. */
export class Prover {
  private readonly exchange: Exchange
  /** Names that a wildcard stood for: where they lie in the message, their length, and their zone. */
  private readonly expandedAt = new Int32Array(MAX_LINKS + 1)
  private readonly expandedLength = new Int32Array(MAX_LINKS + 1)
  private readonly expandedZone = new Int32Array(MAX_LINKS + 1)
  private expanded = 0
  /** The proofs that the response has already. */
  private readonly given = new Int32Array(MOST_PROOFS)
  private givenCount = 0
  /** The wildcard that would have stood for a name that does not exist. */
  private readonly wildcard = Uint8Array.from([1, 42, ...new Uint8Array(MAX_NAME)])
  private readonly owner = new Owner()

  constructor(exchange: Exchange) {
    this.exchange = exchange
  }

  begin(): void {
    this.expanded = 0
    this.givenCount = 0
  }

  /** Whether the node is in a signed zone, and a wildcard that stands for another name. */
  isExpanded(node: number): boolean {
    const { snapshot, owner, response } = this.exchange
    const { nodes, bytes } = snapshot.names
    const at = (node * NODE_WORDS + NODE.name) * 4
    if (bytes[at] !== 1 || bytes[at + 1] !== 42 || !this.isSigned(this.exchange.zoneOf(node))) return false
    const itself =
      owner.length === nodes[node * NODE_WORDS + NODE.nameLength] &&
      response.byte(owner.at) === 1 &&
      response.byte(owner.at + 1) === 42
    return !itself
  }

  /**
   * To be called before the records of a node are written for the owner. Where they come from a wildcard, the proof that
   * there is no closer name follows the answer section (RFC 4035 §3.1.3.3), and so nothing may stand between.
   */
  note(node: number): void {
    if (!this.isExpanded(node)) return
    const { owner, response } = this.exchange
    this.expandedAt[this.expanded] = owner.at
    this.expandedLength[this.expanded] = owner.length
    this.expandedZone[this.expanded++] = this.exchange.zoneOf(node)
    response.withoutAdditional = true
  }

  /** Of a denial that has been written for the owner. @param node what was found for it: the closest encloser, or what has no such type */
  deny(node: number, rcode: number): void {
    const { exchange } = this
    const { owner, snapshot } = exchange
    const zone = exchange.zoneOf(node)
    if (!this.isSigned(zone)) return
    const { nodes, bytes } = snapshot.names
    const at = (node * NODE_WORDS + NODE.name) * 4
    const length = nodes[node * NODE_WORDS + NODE.nameLength]!
    if (rcode === RCODE.NXDOMAIN) {
      this.coverOwner(zone, owner.at)
      const { wildcard } = this
      for (let i = 0; i < length; i++) wildcard[2 + i] = bytes[at + i]!
      this.cover(zone, wildcard, 0)
      return
    }
    // An empty non-terminal has no NSEC of its own: the one before it leads to a name below it.
    this.cover(zone, bytes, at)
    if (this.isExpanded(node)) this.coverOwner(zone, owner.at)
  }

  /** What was noted, in the authority section, once the answer section is complete. */
  finish(): void {
    const { owner, rcode } = this.exchange
    if (rcode === RCODE.SERVFAIL) return
    for (let i = 0; i < this.expanded; i++) {
      // The pointer to the zone's own name leads through the name that the wildcard stood for.
      owner.at = this.expandedAt[i]!
      owner.length = this.expandedLength[i]!
      this.coverOwner(this.expandedZone[i]!, owner.at)
    }
  }

  private isSigned(zone: number): boolean {
    return this.exchange.snapshot.zones[zone * ZONE_WORDS + ZONE.proofCount]! > 0
  }

  private coverOwner(zone: number, at: number): void {
    const { response } = this.exchange
    this.cover(zone, response.bytes, response.place(at))
  }

  /** Appends the NSEC record of the name, or that of the last one before it. */
  private cover(zone: number, name: Uint8Array, at: number): void {
    const { zones, proofs, names } = this.exchange.snapshot
    const first = zones[zone * ZONE_WORDS + ZONE.firstProof]!
    // The apex comes first of all, so there is always one that is not after the name.
    let low = first
    let high = first + zones[zone * ZONE_WORDS + ZONE.proofCount]!
    while (high - low > 1) {
      const middle = (low + high) >> 1
      const nameAt = proofs[middle * PROOF_WORDS + PROOF.nameAt]!
      if (compareNames(names.bytes, name, nameAt, at) <= 0) low = middle
      else high = middle
    }
    this.append(zone, low)
  }

  private append(zone: number, proof: number): void {
    for (let i = 0; i < this.givenCount; i++) if (this.given[i] === proof) return
    this.given[this.givenCount++] = proof
    const { response, snapshot, owner, edns } = this.exchange
    const { proofs, zones, names, answers } = snapshot
    const words = proof * PROOF_WORDS
    const nameLength = proofs[words + PROOF.nameLength]!
    const apexLength = zones[zone * ZONE_WORDS + ZONE.apexLength]!
    this.owner.at = owner.at + owner.length - apexLength
    this.owner.length = apexLength
    response.appendProof(
      answers,
      proofs[words + PROOF.answer]!,
      names.bytes,
      proofs[words + PROOF.nameAt]!,
      nameLength,
      this.owner,
      edns,
    )
  }
}

/** Whether a name that leads elsewhere has this type itself: what signs and denies it stands beside its CNAME (RFC 4035 §2.5). */
export const standsBesideAlias = (exchange: Exchange, node: number, type: number): boolean =>
  (type === TYPE.NSEC || type === TYPE.RRSIG) && entryOf(exchange.snapshot.names, node, type) !== NO_ENTRY
