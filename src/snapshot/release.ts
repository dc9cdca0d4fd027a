// Letting go of shared memory. It is freed when the garbage collectors of all threads that held it have run, and they
// have no reason to: shared memory does not count as theirs, and the threads that answer queries allocate nothing. So
// whoever drops a part of a snapshot says how much it was, and the collector is called when it comes to enough.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Snapshot } from './snapshot.js'

/** Collecting the small heap of a thread takes a few milliseconds, so it is not done for less than this, bytes. */
const WORTHWHILE = 128 << 20

/** Counted for each snapshot, bytes: what belongs to none of its maps. */
const BESIDES_MAPS = 256 << 10

export class Release {
  private dropped = 0
  private readonly collect = collector()

  /** So many bytes are no longer used by this thread. */
  drop(bytes: number): void {
    this.dropped += bytes
    if (this.dropped >= WORTHWHILE) this.now()
  }

  /** Nobody waits at the moment: whatever has been dropped may as well go. */
  idle(): void {
    if (this.dropped > 0) this.now()
  }

  private now(): void {
    this.dropped = 0
    this.collect()
  }
}

/** Bytes of `old` that `fresh` does not share. */
export function droppedBytes(old: Snapshot, fresh: Snapshot): number {
  const kept = new Set(fresh.steerings.flatMap(({ v4, v6 }) => [v4.map.nodes.buffer, v6.map.nodes.buffer]))
  const gone = new Set(old.steerings.flatMap(({ v4, v6 }) => [v4.map.nodes.buffer, v6.map.nodes.buffer]))
  let bytes = BESIDES_MAPS
  for (const buffer of gone) if (!kept.has(buffer)) bytes += buffer.byteLength
  return bytes
}

/** V8 gives its collector to contexts that are made after it was told to. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return typeof collect === 'function' ? () => collect() : () => {}
}
