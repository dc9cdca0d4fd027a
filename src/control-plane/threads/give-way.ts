// Threads that can wait say so: what they do is worth having, and worth nothing while a query waits for the core they are on.
import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** A tenth of the weight of a usual thread: where those never rest it is slow, but comes to an end. */
const BEHIND = constants.priority.PRIORITY_BELOW_NORMAL

/** For the thread that calls it, until it ends. Only Linux gives each thread a priority of its own. */
export function giveWay(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), BEHIND)
  } catch {
    // Then it competes with the others, which is right but slower for them.
  }
}
