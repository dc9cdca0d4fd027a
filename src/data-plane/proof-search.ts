// Which proof of a signed zone tells of a name, or lies over it (RFC 4035 §3.1.3, RFC 5155 §7.2): a search among those that were
// signed when the snapshot was made. Allocates nothing.
import { HASH_LABEL, hashLabel } from '../dns/dnssec-hash.js'
import { compareNames } from '../dns/dnssec-order.js'
import { PROOF, PROOF_WORDS, type Snapshot, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'

/** The last proof that is not after the name, by canonical order: the apex comes first of all, so there always is one. */
export function orderedProof({ zones, proofs, names }: Snapshot, zone: number, name: Uint8Array, at: number): number {
  let low = zones[zone * ZONE_WORDS + ZONE.firstProof]!
  let high = low + zones[zone * ZONE_WORDS + ZONE.proofCount]!
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const nameAt = proofs[middle * PROOF_WORDS + PROOF.nameAt]!
    if (compareNames(names.bytes, name, nameAt, at) <= 0) low = middle
    else high = middle
  }
  return low
}

const label = new Uint8Array(HASH_LABEL)

/** The last proof whose hash is not after that of the name; before the first of them comes the last. */
export function hashedProof(snapshot: Snapshot, zone: number, name: Uint8Array, at: number): number {
  const { zones, proofs, hashLabels } = snapshot
  hashLabel(name, at, label, 0)
  const first = zones[zone * ZONE_WORDS + ZONE.firstProof]!
  const end = first + zones[zone * ZONE_WORDS + ZONE.proofCount]!
  let low = first - 1
  for (let high = end; high - low > 1; ) {
    const middle = (low + high) >> 1
    if (isAfter(hashLabels, proofs[middle * PROOF_WORDS + PROOF.nameAt]!)) high = middle
    else low = middle
  }
  return low < first ? end - 1 : low
}

/** Whether the label at this place is after the one that was made last. */
function isAfter(labels: Uint8Array, at: number): boolean {
  for (let i = 1; i < HASH_LABEL; i++) {
    const difference = labels[at + i]! - label[i]!
    if (difference !== 0) return difference > 0
  }
  return false
}
