// One exchange (RFC 9499 §2): a query, what its response has become so far, and the world that it is answered from.
import { ASKED, Edns, readAdditional } from '../dns/edns.js'
import { Question } from '../dns/question.js'
import { NODE, NODE_WORDS } from '../snapshot/names.js'
import type { OnlineProofs } from '../snapshot/online.js'
import { type Snapshot, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import type { AskedOptions } from './asked-options.js'
import type { Counters } from './counters.js'
import { entryOf } from './find.js'
import { Owner } from './owner.js'
import type { Peer } from './peer.js'
import { Prover } from './prove.js'
import { REASON } from './sample-ring.js'
import { Response } from './write.js'

/** One is made per thread and used again for each query. */
export class Exchange {
  readonly question = new Question()
  readonly edns = new Edns()
  /** The name that the next record set belongs to. */
  readonly owner = new Owner()
  readonly options: AskedOptions
  readonly response: Response
  /** What a denial is proved with, where a query asks for signatures. */
  readonly prover: Prover
  readonly counters: Counters
  snapshot: Snapshot
  /** With its upper bits, of which some have their place in the OPT record (RFC 6891 §6.1.3). */
  rcode = 0
  /** SCOPE PREFIX-LENGTH (RFC 7871 §6); 0 where the client's place played no part. */
  scope = 0
  authoritative = false
  // What only samples tell of. It is not cleared for each query, but for those that are samples (`forget`).
  /** −1: none of ours. */
  zone = -1
  /** The first that was drawn, and the rung of the ladder that it was found on; −1: nothing was chosen. */
  region = -1
  rung = -1
  /** The address that a choice was made by. */
  deciding: Uint8Array | undefined = undefined
  /** A REASON; what is an ordinary answer stays with the first. */
  reason: number = REASON.record

  /**
   * @param rotate whether equal addresses take turns at being first
   * @param online who signs what cannot be signed before it is asked for; undefined: somebody else answers that
   */
  constructor(snapshot: Snapshot, counters: Counters, options: AskedOptions, rotate: boolean, online?: OnlineProofs) {
    this.snapshot = snapshot
    this.counters = counters
    this.options = options
    this.response = new Response(options, rotate)
    this.prover = new Prover(this, online)
  }

  /** Reads what follows the question, and settles which of the options asked for are given. @returns an EDNS */
  readOptions(m: Uint8Array, at: number, length: number, from: number, peer: Peer): number {
    const { edns } = this
    const read = readAdditional(m, at, length, from, edns)
    return edns.asked === 0 ? read : this.options.settle(edns, peer, read)
  }

  /** A response of `limit` bytes at most, in which nothing has been said yet. */
  begin(m: Uint8Array, at: number, limit: number): void {
    this.response.begin(m, at, this.question.end, limit)
    this.prover.begin()
    this.rcode = 0
    this.scope = 0
    this.authoritative = false
  }

  /** Whatever was said of the query before: a sample must not tell of that. */
  forget(): void {
    this.rcode = 0
    this.scope = 0
    this.zone = -1
    this.region = -1
    this.rung = -1
    this.deciding = undefined
    this.reason = REASON.record
  }

  /** An error about a query that is well-formed. @returns −1: it came from no zone */
  fail(rcode: number, error?: Uint8Array): number {
    this.rcode = rcode
    this.authoritative = false
    if (error !== undefined) this.response.setExtendedError(error)
    return -1
  }

  /** NXDOMAIN or NODATA: the zone's SOA in the authority section (RFC 2308 §2). It leaves the scope 0 (RFC 7871 §7.4). @returns the zone */
  deny(zone: number, rcode: number): number {
    const { zones, answers } = this.snapshot
    this.rcode = rcode
    const words = zone * ZONE_WORDS
    this.response.append(answers, zones[words + ZONE.negative]!, this.owner, zones[words + ZONE.apexLength]!, this.edns)
    return zone
  }

  /** The same for a name of which a node was found: its closest encloser, or itself without the type. With DO it is proved. @returns the zone */
  denyAt(node: number, rcode: number): number {
    const zone = this.deny(this.zoneOf(node), rcode)
    if (this.edns.dnssecOk) this.prover.deny(node, rcode)
    return zone
  }

  /** Which version of which zone a response is of, for who asked that; without a zone of ours nothing is told (RFC 9660 §3.2). */
  tellVersion(zone: number): void {
    const { edns, options } = this
    const { zones } = this.snapshot
    if (zone < 0) options.keep(edns, ~ASKED.zoneVersion)
    else options.setZone(zones[zone * ZONE_WORDS + ZONE.labels]!, zones[zone * ZONE_WORDS + ZONE.serial]!)
  }

  /** A static set that the node is known to have. @returns where it begins in the message */
  appendSet(node: number, type: number): number {
    const { answers, names } = this.snapshot
    const nodeLength = names.nodes[node * NODE_WORDS + NODE.nameLength]!
    return this.response.append(answers, entryOf(names, node, type), this.owner, nodeLength, this.edns)
  }

  zoneOf(node: number): number {
    return this.snapshot.names.nodes[node * NODE_WORDS + NODE.zone]!
  }
}
