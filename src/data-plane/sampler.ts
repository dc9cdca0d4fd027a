// What is written down of a query that is a sample, and where: who asked for what, and what it came to.
import { RCODE } from '../dns/numbers.js'
import { HEADER_LENGTH } from '../dns/question.js'
import { REGION, REGION_WORDS } from '../snapshot/choices.js'
import { NO_ZONE } from '../snapshot/slots.js'
import { ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import type { Exchange } from './exchange.js'
import type { Peer } from './peer.js'
import type { SampleRhythm } from './sample-rhythm.js'
import {
  beginSample,
  FIELD,
  finishSample,
  QUERY_BYTES,
  REASON,
  RESPONSE_BYTES,
  type SampleRing,
  SLOT_BYTE,
} from './sample-ring.js'

/** Bits of a client's address that are written down. */
const KEPT_BITS = { 4: 24, 6: 56 } as const

export class Sampler {
  private readonly ring: SampleRing
  private readonly rhythm: SampleRhythm
  /** Bytes of the query that are kept. */
  private queryLength = 0

  constructor(ring: SampleRing, rhythm: SampleRhythm) {
    this.ring = ring
    this.rhythm = rhythm
  }

  /** To be called once a batch, with the time in ms since 1970. */
  setTime(ms: number): void {
    this.rhythm.setTime(ms)
  }

  /** Whether the query that begins now is to be written down. */
  due(): boolean {
    return this.rhythm.due()
  }

  /** To be called before the query is answered, which is then written over it. */
  begin(exchange: Exchange, m: Uint8Array, at: number, length: number): void {
    const { ring } = this
    exchange.forget()
    if (!ring.packets) return
    const slot = beginSample(ring)
    this.queryLength = length <= QUERY_BYTES ? length : 0
    const to = slot * 4 + SLOT_BYTE.query
    for (let i = 0; i < this.queryLength; i++) ring.bytes[to + i] = m[at + i]!
  }

  /** Writes the sample down. @param written the length of the response, which lies at `at`; 0 or less where there is none */
  finish(exchange: Exchange, m: Uint8Array, at: number, written: number, peer: Peer): void {
    const { ring, rhythm } = this
    const { words } = ring
    const { question, snapshot, zone, region } = exchange
    const slot = beginSample(ring)
    words[slot + FIELD.seconds] = rhythm.second
    words[slot + FIELD.millis] = rhythm.millis
    words[slot + FIELD.weight] = rhythm.weight
    words[slot + FIELD.transport] = peer.transport
    this.writeClient(slot, exchange, peer)
    words[slot + FIELD.type] = question.end > 0 ? question.type : 0
    words[slot + FIELD.rcode] = exchange.rcode
    words[slot + FIELD.zoneSlot] = zone < 0 ? NO_ZONE : snapshot.zones[zone * ZONE_WORDS + ZONE.slot]!
    words[slot + FIELD.regionSlot] = region < 0 ? -1 : snapshot.regions[region * REGION_WORDS + REGION.slot]!
    words[slot + FIELD.rung] = exchange.rung
    words[slot + FIELD.reason] = reasonOf(exchange)
    words[slot + FIELD.bytes] = Math.max(written, 0)
    words[slot + FIELD.scope] = exchange.scope
    const length = question.end > 0 ? question.nameLength : 0
    words[slot + FIELD.nameLength] = length
    const name = slot * 4 + SLOT_BYTE.name
    for (let i = 0; i < length; i++) ring.bytes[name + i] = m[at + HEADER_LENGTH + i]!
    if (ring.packets) this.writePackets(slot, m, at, written, peer)
    finishSample(ring, slot)
    rhythm.taken()
  }

  /** The network that decided where the client is; where nothing was decided by that, what the query says of it. */
  private writeClient(slot: number, { question, edns: { subnet }, deciding }: Exchange, peer: Peer): void {
    const { words } = this.ring
    // A question that could not be read has no end, and what was read of options is of the query before.
    const told = question.end > 0 && subnet.present && subnet.sourceLength > 0
    const bySubnet = told && (deciding === undefined || deciding === subnet.address)
    const family = bySubnet ? (subnet.family === 1 ? 4 : 6) : peer.family
    const address = bySubnet ? subnet.address : peer.address
    const bits = KEPT_BITS[family]
    const length = bySubnet && subnet.sourceLength < bits ? subnet.sourceLength : bits
    words[slot + FIELD.family] = family
    words[slot + FIELD.bySubnet] = bySubnet ? 1 : 0
    words[slot + FIELD.prefixLength] = length
    words[slot + FIELD.prefix] = wordOf(address, 0) & maskOf(length)
    words[slot + FIELD.prefix + 1] = family === 4 ? 0 : wordOf(address, 4) & maskOf(length - 32)
  }

  private writePackets(slot: number, m: Uint8Array, at: number, written: number, peer: Peer): void {
    const { ring, queryLength } = this
    const { words } = ring
    words[slot + FIELD.port] = peer.port
    words[slot + FIELD.addressFamily] = peer.family
    for (let i = 0; i < 4; i++) words[slot + FIELD.address + i] = wordOf(peer.address, i * 4)
    words[slot + FIELD.queryLength] = queryLength
    const length = written > 0 && written <= RESPONSE_BYTES ? written : 0
    words[slot + FIELD.responseLength] = length
    const to = slot * 4 + SLOT_BYTE.response
    for (let i = 0; i < length; i++) ring.bytes[to + i] = m[at + i]!
  }
}

/** Why it came to that: what was said on the way, or else what there is in the response. */
function reasonOf({ reason, rcode, rung, authoritative, response }: Exchange): number {
  if (reason !== REASON.record) return reason
  if (rcode === RCODE.NXDOMAIN) return REASON.nxdomain
  if (rung >= 0) return REASON.steered
  if (rcode !== RCODE.NOERROR) return REASON.error
  if (response.hasAnswer) return REASON.record
  return authoritative ? REASON.nodata : REASON.referral
}

const wordOf = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

/** The first `bits` of a word; none and all of them, where it is beyond that. */
const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits))
