// Which members of a choice a client network gets: weighted rendezvous hashing, so that a network keeps its region as
// long as that region is there, and losing one region moves only its own share (Thaler & Ravishankar 1998; the weighted
// form after Schindelhauer & Schomaker 2005). It belongs to the contract: the line draws, the control plane foretells.
//
// Where each query is drawn anew there is nothing to keep, and a throw of a die does.
//
// The groups of a choice are gone through in their order. A member that gives a share of its clients away is not there
// for that share of the networks; which ones, grows with the share and never changes with anything else.
import { CHOICE, CHOICE_WORDS, MEMBER, MEMBER_WORDS, REGION, REGION_WORDS, SHARING, WHOLE } from './choices.js'
import type { Snapshot } from './snapshot.js'

/** An answer with more regions than this would not fit in any packet. */
const MOST = 1024

const TRICKLE_SALT = 0x51ed270b
const LEAVE_SALT = 0x2545f491
/** What one roll for a query is apart from the next: odd, so that none comes twice. */
const ROLL_STEP = 0x9e3779b1

/** What a hash of 32 bits is multiplied by to be a part of 1. */
const PER_HASH = 2 ** -32

type Parts = Pick<Snapshot, 'members' | 'regions'>

/** Draws, and holds what was drawn until the next; nothing is allocated. */
export class Draw {
  readonly regions = new Int32Array(MOST)
  /** By place in `regions`: whose words say what the client gets, another's where some addresses of the region are drained. */
  readonly words = new Int32Array(MOST)
  count = 0
  /** Whether it was a trickle that they were drawn from. */
  trickled = false
  private turn = 0
  /** Of the network that is drawn for; of the turn, where each query is drawn anew. */
  private seed = 0
  private byQuery = false

  /** @param bits of the address that are the network; of no account where each query is drawn anew */
  run(snapshot: Parts & Pick<Snapshot, 'choices'>, choice: number, address: Uint8Array, bits: number): void {
    const { choices } = snapshot
    const at = choice * CHOICE_WORDS
    const first = choices[at + CHOICE.firstMember]!
    const end = first + choices[at + CHOICE.memberCount]!
    const take = choices[at + CHOICE.take]!
    const sharing = choices[at + CHOICE.sharing]!
    this.count = 0
    this.trickled = false
    if (sharing === SHARING.none) {
      // What all get alike is not divided.
      for (let i = first; i < end && this.count < MOST; i++) {
        const region = snapshot.members[i * MEMBER_WORDS]!
        this.words[this.count] = region
        this.regions[this.count++] = region
      }
      return
    }
    this.byQuery = sharing === SHARING.query
    this.seed = this.byQuery ? mix(this.turn++) : hashNetwork(address, bits)
    const trickled = choices[at + CHOICE.trickleCount]!
    if (trickled > 0 && mix(this.seed ^ TRICKLE_SALT) >>> 16 < choices[at + CHOICE.trickleShare]!)
      this.pick(snapshot, end, end + trickled, take, true)
    this.trickled = this.count > 0
    if (this.count === 0) this.pick(snapshot, first, end, take, true)
    // Where every member would give it away, a client stays.
    if (this.count === 0) this.pick(snapshot, first, end, take, false)
  }

  /** Takes up to `take` of the members from `first` on, group by group. */
  private pick(parts: Parts, first: number, end: number, take: number, mayLeave: boolean): void {
    const { members } = parts
    const most = Math.min(take, MOST)
    for (let from = first; from < end && this.count < most; ) {
      const group = members[from * MEMBER_WORDS + MEMBER.group]!
      let to = from + 1
      while (to < end && members[to * MEMBER_WORDS + MEMBER.group] === group) to++
      if (this.byQuery) this.roll(parts, from, to, most, mayLeave)
      else this.hash(parts, from, to, most, mayLeave)
      from = to
    }
  }

  /** For a network: the greatest scores, which depend on nothing but the network and the region. */
  private hash({ members, regions }: Parts, from: number, to: number, most: number, mayLeave: boolean): void {
    const { seed } = this
    let lastScore = Infinity
    let last = -1
    while (this.count < most) {
      let best = -1
      let bestScore = -1
      for (let i = from; i < to; i++) {
        const at = i * MEMBER_WORDS
        const salt = regions[members[at]! * REGION_WORDS + REGION.salt]!
        const weight = members[at + MEMBER.weight]!
        const part = ((mix(seed ^ salt) >>> 0) + 0.5) * PER_HASH
        // No logarithm is computed for what cannot win: −ln x is never less than 1 − x.
        if ((1 - part) * bestScore >= weight) continue
        if (mayLeave && hasLeft(seed ^ salt, members[at + MEMBER.leave]!)) continue
        // Exponentially distributed with the weight as its rate: the greatest score is the member's with probability ∝ weight.
        const score = -weight / Math.log(part)
        // Only what comes after the last one taken, so that none is taken twice.
        if (score > lastScore || (score === lastScore && i <= last)) continue
        if (score > bestScore) {
          bestScore = score
          best = i
        }
      }
      if (best < 0) return
      this.add(regions, members[best * MEMBER_WORDS]!)
      lastScore = bestScore
      last = best
    }
  }

  /**
   * For a query, which nobody remembers: as many throws as regions are to be taken, each of a die that has as many sides as the
   * weights of those that are left come to.
   */
  private roll(parts: Parts, from: number, to: number, most: number, mayLeave: boolean): void {
    const { members } = parts
    const first = this.count
    while (this.count < most) {
      let sides = 0
      for (let i = from; i < to; i++)
        if (this.isThere(parts, i, first, mayLeave)) sides += members[i * MEMBER_WORDS + MEMBER.weight]!
      if (sides === 0) return
      const thrown = mix((this.seed + Math.imul(this.count, ROLL_STEP)) | 0) >>> 0
      let side = Math.floor(thrown * PER_HASH * sides)
      let i = from
      for (; ; i++) {
        if (!this.isThere(parts, i, first, mayLeave)) continue
        side -= members[i * MEMBER_WORDS + MEMBER.weight]!
        if (side < 0) break
      }
      this.add(parts.regions, members[i * MEMBER_WORDS]!)
    }
  }

  /** Whether a member gives this client not away, and was not taken since the answer had `first` regions. */
  private isThere({ members, regions }: Parts, i: number, first: number, mayLeave: boolean): boolean {
    const region = members[i * MEMBER_WORDS]!
    for (let k = first; k < this.count; k++) if (this.regions[k] === region) return false
    const leave = members[i * MEMBER_WORDS + MEMBER.leave]!
    return !mayLeave || leave === 0 || !hasLeft(this.seed ^ regions[region * REGION_WORDS + REGION.salt]!, leave)
  }

  private add(regions: Int32Array, region: number): void {
    const hash = this.seed ^ regions[region * REGION_WORDS + REGION.salt]!
    let words = region
    // Who leaves an address is who would leave the region: the share alone says from when on.
    while (hasLeft(hash, regions[words * REGION_WORDS + REGION.drainedShare]!))
      words = regions[words * REGION_WORDS + REGION.drainedWords]!
    this.words[this.count] = words
    this.regions[this.count++] = region
  }
}

/** @param hash of client and region  @param leave the share of its clients that it gives away, of WHOLE */
const hasLeft = (hash: number, leave: number): boolean => leave > 0 && mix(hash ^ LEAVE_SALT) >>> 16 < leave

/** A share of 0 to 1 as a word. What is not nothing at all stays something. */
export const shareWord = (share: number): number =>
  share <= 0 ? 0 : Math.min(WHOLE, Math.max(1, Math.round(share * WHOLE)))

/** The finaliser of MurmurHash3 (Appleby, public domain): every bit of the input moves every bit of the output. */
export function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function hashNetwork(address: Uint8Array, bits: number): number {
  let hash = bits
  for (let i = 0, left = bits; left > 0; i++, left -= 8) {
    const byte = left >= 8 ? address[i]! : address[i]! & (0xff00 >> left)
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return mix(hash)
}
