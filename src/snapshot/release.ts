// Letting go of shared memory. It is freed when the garbage collectors of all threads that held it have run, and they
// have no reason to: shared memory does not count as theirs, and the threads that answer queries allocate nothing. So
// whoever drops a part of a snapshot says how much it was, and the collector is called when it comes to enough.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Snapshot } from './snapshot.js'

/** Collecting the small heap of a thread takes a few milliseconds, so it is not done for less than this, bytes. */
const WORTHWHILE = 128 << 20

/**
 * Likewise where nobody waits: whoever is asked on another thread of the same core does. A map of a City database is more, a
 * hundred edits of a small document come to it.
 */
const WORTHWHILE_IDLE = 16 << 20

/** Counted for each snapshot, bytes: what is small, and made anew for each. */
const SMALL_PARTS = 128 << 10

export class Release {
  private dropped = 0
  private readonly collect = collector()

  /** So many bytes are no longer used by this thread. */
  drop(bytes: number): void {
    this.dropped += bytes
    if (this.dropped >= WORTHWHILE) this.now()
  }

  /** Nobody waits at the moment: what has been dropped may as well go, as long as it is not next to nothing. */
  idle(): void {
    if (this.dropped >= WORTHWHILE_IDLE) this.now()
  }

  private now(): void {
    this.dropped = 0
    this.collect()
  }
}

/** Bytes of `old` that `fresh` does not share; to be asked where both were made. */
export function droppedBytes(old: LargeParts, fresh: LargeParts): number {
  const kept = new Set(largeParts(fresh))
  let bytes = SMALL_PARTS
  for (const buffer of new Set(largeParts(old))) if (!kept.has(buffer)) bytes += buffer.byteLength
  return bytes
}

type LargeParts = Pick<Snapshot, 'names' | 'answers' | 'steerings'>

const largeParts = ({ names, answers, steerings }: LargeParts): readonly ArrayBufferLike[] => [
  ...[names.slots, names.nodes, answers.heads].map(({ buffer }) => buffer),
  ...steerings.flatMap(({ v4, v6 }) => [v4.map.nodes.buffer, v6.map.nodes.buffer]),
]

/** Bytes that names and answers take in a snapshot; making them leaves about twice as much behind. */
export const compiledBytes = ({ names, answers }: Pick<Snapshot, 'names' | 'answers'>): number =>
  names.slots.byteLength + names.nodes.byteLength + answers.heads.byteLength

/** V8 gives its collector to contexts that are made after it was told to. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return typeof collect === 'function' ? () => collect() : () => {}
}
