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
const AT = { flags: 8, nice: 16, runtime: 24 } as const
/** SCHED_FLAG_RESET_ON_FORK: threads that this one starts are as usual. */
const ALONE = 1n

/** For the thread that calls it, until it ends. */
export function takePrecedence(): Precedence {
  try {
    return ask(new Schedule(loadLibc()))
  } catch {
    return 'none' // not Linux, or no way to its calls
  }
}

/**
 * The thread that calls it goes level with those that answer, until it calls what this returns. To be used where somebody waits
 * for its work: otherwise each query takes the core from it, and is answered alone, for twice of what one among many costs. With
 * turns as short as theirs, but no shorter, those that come within one are answered together.
 */
export function goLevel(): () => void {
  try {
    const schedule = new Schedule(loadLibc(), ALONE)
    const usual = getPriority()
    if (!schedule.set(risenFrom(usual), SLICE_NS)) schedule.set(usual, SLICE_NS)
    return () => void schedule.set(usual, 0n)
  } catch {
    return () => undefined
  }
}

const risenFrom = (usual: number): number => Math.max(HIGHEST, usual - RISE)

function ask(schedule: Schedule): Precedence {
  const usual = getPriority()
  if (schedule.set(risenFrom(usual), SLICE_NS)) return 'ahead'
  if (!schedule.set(usual, SLICE_NS)) return 'none'
  // A system that knows no slices takes them without a word.
  return schedule.slice() === SLICE_NS ? 'prompt' : 'none'
}

/** How the calling thread is scheduled. */
class Schedule {
  private readonly libc: Libc
  private readonly view: DataView
  private readonly address: number

  constructor(libc: Libc, flags = 0n) {
    const bytes = new Uint8Array(new SharedArrayBuffer(SIZE))
    this.libc = libc
    this.view = new DataView(bytes.buffer)
    this.view.setUint32(0, SIZE, true)
    this.view.setBigUint64(AT.flags, flags, true)
    this.address = libc.addressOf(bytes)
  }

  /** Whether it was granted. @param slice ns; 0 is what the system has by itself */
  set(nice: number, slice: bigint): boolean {
    this.view.setInt32(AT.nice, nice, true)
    this.view.setBigUint64(AT.runtime, slice, true)
    return this.libc.schedSetattr(this.address) === 0
  }

  slice(): bigint {
    this.view.setBigUint64(AT.runtime, 0n, true)
    this.libc.schedGetattr(this.address, SIZE)
    return this.view.getBigUint64(AT.runtime, true)
  }
}
