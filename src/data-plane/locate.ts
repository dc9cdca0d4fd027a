// Client subnet or source address to choice and scope (RFC 7871 §7.1, §7.2.1).
import type { ClientSubnet } from '../dns/ecs.js'
import { ASK_FOR_RESOLVER, CHOICE, CHOICE_WORDS, SHARING } from '../snapshot/choices.js'
import { leafDepth, leafRanking, lookup4, lookup6, UNLOCATED } from '../snapshot/map.js'
import { type ClientView, type Snapshot, type Steering, TRUST_WORDS, ZONE, ZONE_WORDS } from '../snapshot/snapshot.js'
import type { Peer } from './peer.js'

/** Finds the choice for a client; holds what it found until the next. */
export class Locator {
  choice = 0
  /** SCOPE PREFIX-LENGTH of the response; 0 where no client subnet played a part. */
  scope = 0
  /** The ranking that the choice was made from, for counting the clients of whom nothing is known. */
  ranking = 0
  /** The network that the choice is drawn for: its address, and how many of its bits count. */
  address: Uint8Array = new Uint8Array(16)
  bits = 0
  private leaf = 0
  private depth = 0

  locate(snapshot: Snapshot, steering: Steering, zone: number, peer: Peer, subnet: ClientSubnet): void {
    const believed = subnet.present && subnet.sourceLength > 0 && trusts(snapshot, zone, peer)
    this.scope = 0
    if (believed && this.look(steering, subnet.family === 1 ? 4 : 6, subnet.address)) {
      this.share(snapshot, subnet.family === 1 ? 4 : 6)
      this.scope = this.depth
      return
    }
    // A private subnet says nothing of where the client is: the scope covers its block, the resolver's address decides.
    const scope = believed ? leafDepth(this.leaf) : 0
    if (!this.look(steering, peer.family, peer.address)) {
      this.ranking = UNLOCATED
      this.choice = (peer.family === 4 ? steering.v4 : steering.v6).choiceOf[UNLOCATED]!
    }
    this.share(snapshot, peer.family)
    this.scope = scope
  }

  private look(steering: Steering, family: 4 | 6, address: Uint8Array): boolean {
    const view: ClientView = family === 4 ? steering.v4 : steering.v6
    this.leaf = family === 4 ? lookup4(view.map, word(address, 0)) : lookup6(view.map, address, 0)
    this.ranking = leafRanking(this.leaf)
    this.choice = view.choiceOf[this.ranking]!
    this.address = address
    this.depth = leafDepth(this.leaf)
    return this.choice !== ASK_FOR_RESOLVER
  }

  /**
   * Where networks are shared out, each is of one size, so that a map that becomes wider or finer moves nobody; and the
   * scope is no wider than that. A query that is drawn anew says nothing of its network.
   */
  private share({ choices }: Snapshot, family: 4 | 6): void {
    const at = this.choice * CHOICE_WORDS
    const sharing = choices[at + CHOICE.sharing]!
    if (sharing === SHARING.none) return
    const bits = choices[at + CHOICE.networkBits]!
    this.bits = family === 4 ? bits & 255 : bits >> 8
    if (sharing === SHARING.network && this.bits > this.depth) this.depth = this.bits
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

function trusts({ zones, trust }: Snapshot, zone: number, peer: Peer): boolean {
  const list = zones[zone * ZONE_WORDS + ZONE.trust]!
  if (list < 0) return true
  for (let i = 0, at = list + 1; i < trust[list]!; i++, at += TRUST_WORDS) {
    if (trust[at] === peer.family && agrees(trust, at, peer.address)) return true
  }
  return false
}

function agrees(trust: Int32Array, at: number, address: Uint8Array): boolean {
  for (let i = 0, left = trust[at + 1]!; left > 0; i++, left -= 32) {
    const difference = trust[at + 2 + i]! ^ word(address, i * 4)
    if (left >= 32 ? difference !== 0 : difference >>> (32 - left) !== 0) return false
  }
  return true
}
