// Which of a choice's equals a client network gets: weighted rendezvous hashing, so that a network keeps its region
// as long as that region is there, and losing one region moves only its own share (Thaler & Ravishankar 1998;
// the weighted form after Schindelhauer & Schomaker 2005).
import { CHOICE, CHOICE_WORDS, MEMBER_WORDS, REGION, REGION_WORDS } from '../snapshot/choices.js'
import type { Snapshot } from '../snapshot/snapshot.js'

/** @returns the region drawn from the members of `choice` for the network of `bits` bits of `address` */
export function draw(
  { choices, members, regions }: Snapshot,
  choice: number,
  address: Uint8Array,
  bits: number,
): number {
  const first = choices[choice * CHOICE_WORDS + CHOICE.firstMember]!
  const count = choices[choice * CHOICE_WORDS + CHOICE.memberCount]!
  let best = members[first * MEMBER_WORDS]!
  if (count === 1) return best
  const network = hashNetwork(address, bits)
  let bestScore = -1
  for (let i = first; i < first + count; i++) {
    const region = members[i * MEMBER_WORDS]!
    const hash = mix(network ^ regions[region * REGION_WORDS + REGION.salt]!) >>> 0
    // Exponentially distributed with the weight as its rate: the greatest score is the member's with probability ∝ weight.
    const score = -members[i * MEMBER_WORDS + 1]! / Math.log((hash + 0.5) / 4294967296)
    if (score > bestScore) {
      bestScore = score
      best = region
    }
  }
  return best
}

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
