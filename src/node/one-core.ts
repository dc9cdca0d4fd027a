// V8 on one core. It collects garbage in threads beside those that work: on a core of their own these cost nobody anything. Where
// there is but one, they share it with whoever answers. What is hot is compiled as ever: answers cost up to a fifth more without.
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/** For all threads, from now on; a hint to V8 and nothing more. */
export function spareOneCore(cores = availableParallelism()): void {
  if (cores > 1) return
  setFlagsFromString('--no-parallel-scavenge')
}
