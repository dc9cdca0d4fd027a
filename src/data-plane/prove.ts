// Proofs that there is nothing (RFC 4035 §3.1.3, RFC 5155 §7.2, RFC 9824 §3): which NSEC or NSEC3 records of a signed zone deny a name or a type,
// and that no closer name than a wildcard exists. Each was signed when the snapshot was made; the line finds it by the name that
// is asked for.
import { canonical, MAX_NAME, type Name } from '../dns/name.js'
import { RCODE, TYPE } from '../dns/numbers.js'
import { MAX_LINKS, NODE, NODE_WORDS, nameOf, OVER_WILDCARD, OWN_PROOF } from '../snapshot/names.js'
import type { OnlineProof, OnlineProofs } from '../snapshot/online.js'
import { DENIAL, PROOF, PROOF_WORDS, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import type { Exchange } from './exchange.js'
import { entryOf, FOUND, NO_ENTRY } from './find.js'
import { Owner } from './owner.js'
import { hashedProof, orderedProof } from './proof-search.js'

/** Of one response: two for each wildcard on the way and three for its end are more than there ever are. */
const MOST_PROOFS = 2 * MAX_LINKS + 3

/** Bytes of the label of a wildcard. */
const WILDCARD_LENGTH = 2

/** For queries with DO only (RFC 3225); one is made per thread and used again for each query. */
export class Prover {
  private readonly exchange: Exchange
  /** Names that a wildcard stood for: where they lie in the message, their length, and their zone. */
  private readonly expandedAt = new Int32Array(MAX_LINKS + 1)
  private readonly expandedLength = new Int32Array(MAX_LINKS + 1)
  private readonly expandedZone = new Int32Array(MAX_LINKS + 1)
  /** Of the name just above the wildcard. */
  private readonly encloserLength = new Int32Array(MAX_LINKS + 1)
  private expanded = 0
  /** The proofs that the response has already. */
  private readonly given = new Int32Array(MOST_PROOFS)
  private givenCount = 0
  /** The wildcard that would have stood for a name that does not exist. */
  private readonly wildcard = Uint8Array.from([1, 42, ...new Uint8Array(MAX_NAME)])
  private readonly owner = new Owner()

  private readonly online: OnlineProofs | undefined

  constructor(exchange: Exchange, online: OnlineProofs | undefined) {
    this.exchange = exchange
    this.online = online
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
    const { owner, response, snapshot } = this.exchange
    const wildcardLength = snapshot.names.nodes[node * NODE_WORDS + NODE.nameLength]!
    this.expandedAt[this.expanded] = owner.at
    this.expandedLength[this.expanded] = owner.length
    this.encloserLength[this.expanded] = wildcardLength - WILDCARD_LENGTH
    this.expandedZone[this.expanded++] = this.exchange.zoneOf(node)
    response.withoutAdditional = true
  }

  /** Whether what was found has to be proved with what nobody has signed before, and is not signed here. */
  isForOthers(node: number, found: number): boolean {
    return this.online === undefined && this.isUnforeseen(node, found)
  }

  /**
   * Whether a chain of aliases ends before a name, so that whoever asked goes on himself. Both sides of a delegation have an NSEC
   * record under one name, and in one response nobody could tell them apart: a chain does not leave the zone of a wildcard that was
   * noted before, nor come to one in another zone than that in which it began (see `isProvedElsewhere`). Nor does it go where proofs have to
   * be made: that is for a question of its own.
   */
  endsChain(node: number, found: number, began: number): boolean {
    if (this.isUnforeseen(node, found)) return true
    const zone = this.exchange.zoneOf(node)
    if (this.isExpanded(node) && (zone !== began || this.denialOf(zone) === DENIAL.compact)) return true
    return this.expanded > 0 && this.expandedZone[this.expanded - 1] !== zone
  }

  /**
   * Whether what a chain comes to at its end would be proved by another zone than that in which it began. Resolvers that ask for no more of a
   * name than they need (RFC 9156) may ask for an alias on the way to a name below it, and unbound before 1.18 takes such a proof for
   * one of that name: so whoever asked goes on himself.
   */
  isProvedElsewhere(node: number, found: number, began: number): boolean {
    const { snapshot, question } = this.exchange
    const zone = this.exchange.zoneOf(node)
    if (zone === began || !(this.isSigned(zone) || this.isSigned(began))) return false
    return found === FOUND.cut || found === FOUND.nxdomain || entryOf(snapshot.names, node, question.type) === NO_ENTRY
  }

  /** Names that do not exist, or that a wildcard stands for, in zones with compact denial. */
  private isUnforeseen(node: number, found: number): boolean {
    if (found !== FOUND.nxdomain && found !== FOUND.wildcard) return false
    return this.denialOf(this.exchange.zoneOf(node)) === DENIAL.compact
  }

  /** Of a denial that has been written for the owner. @param node what was found for it: the closest encloser, or what has no such type */
  deny(node: number, rcode: number): void {
    const zone = this.exchange.zoneOf(node)
    if (!this.isSigned(zone)) return
    const denial = this.denialOf(zone)
    if (denial === DENIAL.hashed) this.denyHashed(zone, node, rcode)
    else if (denial === DENIAL.compact) this.denyCompact(zone, node, rcode)
    else this.denyOrdered(zone, node, rcode)
  }

  /** RFC 4035 §3.1.3.1 to §3.1.3.4. */
  private denyOrdered(zone: number, node: number, rcode: number): void {
    const { owner, snapshot } = this.exchange
    const { nodes, bytes } = snapshot.names
    const at = (node * NODE_WORDS + NODE.name) * 4
    if (rcode === RCODE.NXDOMAIN) {
      this.coverName(zone, owner.at)
      const { wildcard } = this
      const length = nodes[node * NODE_WORDS + NODE.nameLength]!
      for (let i = 0; i < length; i++) wildcard[WILDCARD_LENGTH + i] = bytes[at + i]!
      this.append(zone, orderedProof(snapshot, zone, wildcard, 0))
      return
    }
    // An empty non-terminal has no NSEC of its own: the one before it leads to a name below it.
    this.append(zone, orderedProof(snapshot, zone, bytes, at))
    if (this.isExpanded(node)) this.coverName(zone, owner.at)
  }

  /** RFC 9824 §3: a name that does not exist is one without types, and whoever wants the response code asks for it. */
  private denyCompact(zone: number, node: number, rcode: number): void {
    const { exchange, online } = this
    const { snapshot, question, edns } = exchange
    const isExpanded = rcode !== RCODE.NXDOMAIN && this.isExpanded(node)
    if (rcode !== RCODE.NXDOMAIN && !isExpanded) {
      this.append(zone, ~entryOf(snapshot.names, node, OWN_PROOF))
      return
    }
    if (rcode === RCODE.NXDOMAIN && !edns.compactOk) exchange.rcode = RCODE.NOERROR
    const name = this.ownerName()
    this.appendOnline(
      isExpanded
        ? online!.expanded(zone, name, nameOf(snapshot.names, node), question.type)
        : online!.absent(zone, name, question.type), // what is for others does not come here
    )
  }

  /** RFC 5155 §7.2.2, §7.2.3 and §7.2.5. */
  private denyHashed(zone: number, node: number, rcode: number): void {
    const { owner, snapshot } = this.exchange
    const { names } = snapshot
    const length = names.nodes[node * NODE_WORDS + NODE.nameLength]!
    this.append(zone, ~entryOf(names, node, OWN_PROOF))
    if (rcode === RCODE.NXDOMAIN) {
      this.coverNextCloser(zone, owner.at, owner.length, length)
      this.append(zone, ~entryOf(names, node, OVER_WILDCARD))
    } else if (this.isExpanded(node)) {
      const encloserAt = (node * NODE_WORDS + NODE.name) * 4 + WILDCARD_LENGTH
      this.append(zone, hashedProof(snapshot, zone, names.bytes, encloserAt))
      this.coverNextCloser(zone, owner.at, owner.length, length - WILDCARD_LENGTH)
    }
  }

  /** What was noted, in the authority section, once the answer section is complete. */
  finish(): void {
    const { owner, rcode } = this.exchange
    if (rcode === RCODE.SERVFAIL) return
    for (let i = 0; i < this.expanded; i++) {
      // The pointer to the zone's own name leads through the name that the wildcard stood for.
      owner.at = this.expandedAt[i]!
      owner.length = this.expandedLength[i]!
      const zone = this.expandedZone[i]!
      const denial = this.denialOf(zone)
      const encloserLength = this.encloserLength[i]!
      if (denial === DENIAL.hashed) this.coverNextCloser(zone, owner.at, owner.length, encloserLength)
      else if (denial === DENIAL.compact) {
        const from = this.nextCloser(owner.at, owner.length, encloserLength) - owner.at
        this.appendOnline(this.online!.nothingAt(zone, this.ownerName().subarray(from))) // likewise
      } else this.coverName(zone, owner.at)
    }
  }

  private isSigned(zone: number): boolean {
    return this.exchange.snapshot.zones[zone * ZONE_WORDS + ZONE.proofCount]! > 0
  }

  private denialOf(zone: number): number {
    return this.exchange.snapshot.zones[zone * ZONE_WORDS + ZONE.denial]!
  }

  /** In lower case; made anew, as everything for proofs that are made when they are asked for. */
  private ownerName(): Name {
    const { owner, response } = this.exchange
    const at = response.place(owner.at)
    return canonical(response.bytes.slice(at, at + owner.length))
  }

  private appendOnline({ owner, ttl, rdata, signatures }: OnlineProof): void {
    const { response, edns } = this.exchange
    response.appendAuthority(owner, TYPE.NSEC, ttl, rdata, edns)
    for (const signature of signatures) response.appendAuthority(owner, TYPE.RRSIG, ttl, signature, edns)
  }

  /** Appends the NSEC record that lies over the name at this place of the message. */
  private coverName(zone: number, at: number): void {
    const { response, snapshot } = this.exchange
    this.append(zone, orderedProof(snapshot, zone, response.bytes, response.place(at)))
  }

  /** The same of NSEC3, and of the name that is one label longer than the closest encloser of this one (RFC 5155 §1.3). */
  private coverNextCloser(zone: number, at: number, length: number, encloserLength: number): void {
    const { response, snapshot } = this.exchange
    const from = this.nextCloser(at, length, encloserLength)
    this.append(zone, hashedProof(snapshot, zone, response.bytes, response.place(from)))
  }

  /** @returns where it begins in the message */
  private nextCloser(at: number, length: number, encloserLength: number): number {
    const { response } = this.exchange
    let from = at
    let left = length
    for (let label = response.byte(from) + 1; left - label > encloserLength; label = response.byte(from) + 1) {
      from += label
      left -= label
    }
    return from
  }

  private append(zone: number, proof: number): void {
    for (let i = 0; i < this.givenCount; i++) if (this.given[i] === proof) return
    this.given[this.givenCount++] = proof
    const { response, snapshot, owner, edns } = this.exchange
    const { proofs, zones, names, answers, hashLabels } = snapshot
    const words = proof * PROOF_WORDS
    const nameLength = proofs[words + PROOF.nameLength]!
    const apexLength = zones[zone * ZONE_WORDS + ZONE.apexLength]!
    this.owner.at = owner.at + owner.length - apexLength
    this.owner.length = apexLength
    response.appendProof(
      answers,
      proofs[words + PROOF.answer]!,
      this.denialOf(zone) === DENIAL.hashed ? hashLabels : names.bytes,
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
