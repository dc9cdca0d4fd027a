// Memory that is freed goes back to the system. Maps come and go, tens of megabytes each. Once it has freed one, the C library of
// Debian and its like keeps such pieces for the next (man 3 mallopt, M_MMAP_THRESHOLD), a thread each its own, and a node
// with three maps is a hundred megabytes larger for it.
import { loadKoffi } from '../native.js'

const LIBRARY = 'libc.so.6'
const M_MMAP_THRESHOLD = -3
/** Pieces from this size on are asked of the system each by itself, bytes. */
const LARGE = 1 << 20

/**
 * For all threads, from now on. Other C libraries do so by themselves, or cannot be told.
 * @returns whether this one was told
 */
export function giveBackMemory(): boolean {
  try {
    return loadKoffi().load(LIBRARY).func('int mallopt(int, int)')(M_MMAP_THRESHOLD, LARGE) === 1
  } catch {
    return false
  }
}
