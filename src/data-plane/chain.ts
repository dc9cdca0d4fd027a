// A chain of aliases while it is followed (RFC 1034 §3.6.2, RFC 6672 §3): where it has been, so that it ends where it closes.
import { lower } from '../dns/name.js'
import { MAX_LINKS } from '../snapshot/names.js'
import type { Owner } from './owner.js'

/** One is made per thread and used again for each chain. */
export class Chain {
  private links = 0
  /** Of each link the node, its owner in the message, and where the record lies that it came from. */
  private readonly nodes = new Int32Array(MAX_LINKS)
  private readonly owners = new Int32Array(MAX_LINKS)
  private readonly lengths = new Int32Array(MAX_LINKS)
  private readonly records = new Int32Array(MAX_LINKS)

  begin(): void {
    this.links = 0
  }

  /**
   * Whether the chain may go on from this node for this owner: it has not been here before, and is not too long.
   * Neither is an error: whoever asked has what there is.
   */
  mayFollow(m: Uint8Array, at: number, node: number, owner: Owner): boolean {
    if (this.links === MAX_LINKS) return false
    for (let i = 0; i < this.links; i++) {
      if (
        this.nodes[i] === node &&
        this.lengths[i] === owner.length &&
        same(m, at + this.owners[i]!, at + owner.at, owner.length)
      )
        return false
    }
    return true
  }

  push(node: number, owner: Owner, record: number): void {
    this.nodes[this.links] = node
    this.owners[this.links] = owner.at
    this.lengths[this.links] = owner.length
    this.records[this.links] = record
    this.links++
  }

  /** Where the record of a node lies that the chain has been through before; 0 where it has not. */
  recordOf(node: number): number {
    for (let i = 0; i < this.links; i++) if (this.nodes[i] === node) return this.records[i]!
    return 0
  }
}

function same(m: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (lower(m[a + i]!) !== lower(m[b + i]!)) return false
  return true
}
