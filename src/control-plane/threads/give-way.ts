// Threads that can wait say so: what they do is worth having, and worth nothing while a query waits for the core they are on.
import { readdirSync, readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** A tenth of the weight of a usual thread: where those never rest it is slow, but comes to an end. */
const BEHIND = constants.priority.PRIORITY_BELOW_NORMAL

/** For the thread that calls it, until it ends. Only Linux gives each thread a priority of its own. */
export function giveWay(): void {
  try {
    lower(Number(readlinkSync('/proc/thread-self').split('/').at(-1)))
  } catch {
    // Then it competes with the others, which is right but slower for them.
  }
}

/**
 * For the threads that V8 and libuv have for all of ours: they collect, compile, read files and sign. To be called from
 * the main thread before it has started any of ours; they are as old as the process.
 * @returns how many there are; 0 where threads cannot be told apart
 */
export function helpersGiveWay(): number {
  try {
    const helpers = readdirSync('/proc/self/task')
      .map(Number)
      .filter(id => id !== process.pid)
    return helpers.filter(lower).length
  } catch {
    return 0
  }
}

/** False where it is gone by now, or the system lets nobody step back. */
function lower(thread: number): boolean {
  try {
    setPriority(thread, BEHIND)
    return true
  } catch {
    return false
  }
}
