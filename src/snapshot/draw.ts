// Which members of a choice a client network gets: weighted rendezvous hashing, so that a network keeps its region as
// long as that region is there, and losing one region moves only its own share (Thaler & Ravishankar 1998; the weighted
// form after Schindelhauer & Schomaker 2005). It belongs to the contract: the line draws, the control plane foretells.
//
// The groups of a choice are gone through in their order. A member that gives a share of its clients away is not there
// for that share of the networks; which ones, grows with the share and never changes with anything else.
import { CHOICE, CHOICE_WORDS, MEMBER, MEMBER_WORDS, REGION, REGION_WORDS, SHARING, WHOLE } from './choices.js'
import type { Snapshot } from './snapshot.js'

/** An answer with more regions than this would not fit in any packet. */
const MOST = 1024

const TRICKLE_SALT = 0x51ed270b
const LEAVE_SALT = 0x2545f491

/** Draws, and holds what was drawn until the next; nothing is allocated. */
export class Draw {
  readonly regions = new Int32Array(MOST)
  count = 0
  /** Whether it was a trickle that they were drawn from. */
  trickled = false
  private turn = 0

  /** @param bits of the address that are the network; of no account where each query is drawn anew */
  run(
    snapshot: Pick<Snapshot, 'choices' | 'members' | 'regions'>,
    choice: number,
    address: Uint8Array,
    bits: number,
  ): void {
    const { choices } = snapshot
    const at = choice * CHOICE_WORDS
    const first = choices[at + CHOICE.firstMember]!
    const end = first + choices[at + CHOICE.memberCount]!
    const take = choices[at + CHOICE.take]!
    const sharing = choices[at + CHOICE.sharing]!
    this.count = 0
    this.trickled = false
    if (sharing === SHARING.none) {
      for (let i = first; i < end && this.count < MOST; i++) this.add(snapshot.members[i * MEMBER_WORDS]!)
      return
    }
    const network = sharing === SHARING.query ? mix(this.turn++) : hashNetwork(address, bits)
    const trickled = choices[at + CHOICE.trickleCount]!
    if (trickled > 0 && mix(network ^ TRICKLE_SALT) >>> 16 < choices[at + CHOICE.trickleShare]!)
      this.pick(snapshot, end, end + trickled, take, network, true)
    this.trickled = this.count > 0
    if (this.count === 0) this.pick(snapshot, first, end, take, network, true)
    // Where every member would give it away, a client stays.
    if (this.count === 0) this.pick(snapshot, first, end, take, network, false)
  }

  /** Takes up to `take` of the members from `first` on, group by group. */
  private pick(
    snapshot: Pick<Snapshot, 'members' | 'regions'>,
    first: number,
    end: number,
    take: number,
    network: number,
    mayLeave: boolean,
  ): void {
    const { members } = snapshot
    const most = Math.min(take, MOST)
    for (let from = first; from < end && this.count < most; ) {
      const group = members[from * MEMBER_WORDS + MEMBER.group]!
      let to = from + 1
      while (to < end && members[to * MEMBER_WORDS + MEMBER.group] === group) to++
      this.pickOf(snapshot, from, to, most, network, mayLeave)
      from = to
    }
  }

  private pickOf(
    { members, regions }: Pick<Snapshot, 'members' | 'regions'>,
    from: number,
    to: number,
    most: number,
    network: number,
    mayLeave: boolean,
  ): void {
    let lastScore = Infinity
    let last = -1
    while (this.count < most) {
      let best = -1
      let bestScore = -1
      for (let i = from; i < to; i++) {
        const at = i * MEMBER_WORDS
        const salt = regions[members[at]! * REGION_WORDS + REGION.salt]!
        const leave = members[at + MEMBER.leave]!
        if (mayLeave && leave > 0 && mix(network ^ salt ^ LEAVE_SALT) >>> 16 < leave) continue
        const hash = mix(network ^ salt) >>> 0
        // Exponentially distributed with the weight as its rate: the greatest score is the member's with probability ∝ weight.
        const score = -members[at + MEMBER.weight]! / Math.log((hash + 0.5) / 4294967296)
        // Only what comes after the last one taken, so that none is taken twice.
        if (score > lastScore || (score === lastScore && i <= last)) continue
        if (score > bestScore) {
          bestScore = score
          best = i
        }
      }
      if (best < 0) return
      this.add(members[best * MEMBER_WORDS]!)
      lastScore = bestScore
      last = best
    }
  }

  private add(region: number): void {
    this.regions[this.count++] = region
  }
}

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
