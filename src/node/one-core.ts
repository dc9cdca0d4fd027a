// V8 on one core. It compiles what is hot, and collects garbage, in threads beside those that work: on a core of their own these
// cost nobody anything. Where there is but one, they share it with whoever answers. What is hot is compiled as ever: answers cost
// up to a fifth more without.
import { readdirSync } from 'node:fs'
import { availableParallelism, constants, getPriority, setPriority } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/** They are the first after the main thread: one that waits for what is due later, and four that compile and collect. */
const V8_THREADS = 5
/**
 * A third of the weight of a usual thread, so that all four together are hardly more than one: else whoever makes an edit that has not
 * run often yet is one of five. Not less: for what they have begun to collect the others have to wait.
 */
const BEHIND = 5

/** For all threads, from now on; a hint to V8 and nothing more. */
export function spareOneCore(cores = availableParallelism()): void {
  if (cores > 1) return
  setFlagsFromString('--no-parallel-scavenge')
  try {
    const priority = Math.min(getPriority() + BEHIND, constants.priority.PRIORITY_LOW)
    for (const thread of threadsOfV8()) setPriority(thread, priority)
  } catch {
    // Only Linux tells of its threads, and gives each a priority of its own.
  }
}

function threadsOfV8(): readonly number[] {
  const [, ...others] = readdirSync('/proc/self/task')
    .map(Number)
    .toSorted((a, b) => a - b)
  return others.slice(0, V8_THREADS)
}
