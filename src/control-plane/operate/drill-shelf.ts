// Where drills are kept, and who carries them on: one node, or one of several. The port.
import type { Unchanged } from '../state/shared-value.js'
import type { DrillRecord } from './drill-record.js'

export interface DrillShelf {
  /** What this node is called in its fleet, where a move counts once it is kept, out and back; undefined: it is alone. */
  readonly node: string | undefined
  /** Oldest first. */
  list(): readonly DrillRecord[]
  get(id: string): DrillRecord | undefined
  /** Keeps a new one under an id that is given once. @throws StoreAway */
  add(make: (id: string) => DrillRecord): Promise<DrillRecord>
  /** What is known of it from now on; what outlives this node is for `save`. */
  put(record: DrillRecord): void
  /** Kept when it resolves, whether or not it is what is known. @throws the system's error, Overtaken, StoreAway */
  save(record: DrillRecord): Promise<void>
  /** Whether this node carries it on, and can. */
  isOwn(record: DrillRecord): boolean
  /** Whether whoever carried it on is gone. */
  isOrphan(record: DrillRecord): boolean
  /** From now on it is this node's, as it is given; all that was done for it before is known. @throws Overtaken, StoreAway */
  claim(record: DrillRecord): Promise<DrillRecord>
  /** What has to be as it is known to be whenever something is done for it. */
  unchanged(id: string): Unchanged
  /** Called with what another node has made of one. */
  onChange(listener: (record: DrillRecord) => void): void
  /** Called with one that is kept no longer, as it was known last. */
  onGone(listener: (record: DrillRecord) => void): void
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>
}
