// A thread that answers goes before those that can wait, where they share a core (man 2 sched_setattr, man 7 sched).
import { getPriority } from 'node:os'
import { type Libc, loadLibc } from './libc.js'

/**
 * What a thread was granted.
 * `ahead`: it gets more of a busy core than usual threads, and is woken at once where the system can. `prompt`: it is woken at
 * once, but shares a busy core evenly, since the system lets nobody rise who may not. `none`: as any other.
 */
export type Precedence = 'ahead' | 'prompt' | 'none'

/** Above the others by so much: three times their weight, so that they get on also where queries never end. */
const RISE = 5
const HIGHEST = -20

/**
 * How long it runs before others get their turn, ns; as short as the system has it. Since Linux 6.12 a thread that is woken takes
 * the core from one whose slice is longer. Before, and without this, it waits for that one's next tick: some milliseconds.
 */
const SLICE_NS = 100_000n

/** struct sched_attr: size, policy, flags (8 bytes), nice, priority, runtime, deadline, period (8 bytes each). */
const SIZE = 48
const AT = { nice: 16, runtime: 24 } as const

/** For the thread that calls it, until it ends. */
export function takePrecedence(): Precedence {
  try {
    return ask(loadLibc())
  } catch {
    return 'none' // not Linux, or no way to its calls
  }
}

function ask(libc: Libc): Precedence {
  const bytes = new Uint8Array(new SharedArrayBuffer(SIZE))
  const view = new DataView(bytes.buffer)
  const address = libc.addressOf(bytes)
  const granted = (nice: number): boolean => {
    view.setUint32(0, SIZE, true)
    view.setInt32(AT.nice, nice, true)
    view.setBigUint64(AT.runtime, SLICE_NS, true)
    return libc.schedSetattr(address) === 0
  }
  const usual = getPriority()
  if (granted(Math.max(HIGHEST, usual - RISE))) return 'ahead'
  if (!granted(usual)) return 'none'
  // A system that knows no slices takes them without a word.
  view.setBigUint64(AT.runtime, 0n, true)
  libc.schedGetattr(address, SIZE)
  return view.getBigUint64(AT.runtime, true) === SLICE_NS ? 'prompt' : 'none'
}
