// Simulated time, for code that knows nothing of it: what Node has of clocks and timers is replaced before the code is loaded. Events
// happen one after the other, each on one machine, and all that it awaits without a timer is over before the next one.
import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'

/** Of the world's clock at 0, epoch ms. */
export const EPOCH = Date.UTC(2026, 0, 5)

/** A computer: what runs on it ends with its life, and its clock may be wrong. */
export class Machine {
  life = 0
  /** ms that its clock is ahead. */
  skew = 0
  constructor(name) {
    this.name = name
  }

  /** Nothing that it has begun goes on. */
  end() {
    this.life++
  }
}

/** Where the world itself lives: nobody ends it. */
export const OUTSIDE = new Machine('outside')

let now = 0
let here = OUTSIDE
let queue = []
let order = 0

/** ms since the beginning of the world. */
export const time = () => now
/** The machine on which something happens at the moment. */
export const machine = () => here

class Event {
  constructor(at, run, every) {
    this.at = at
    this.order = order++
    this.run = run
    this.every = every
    this.machine = here
    this.life = here.life
    this.off = false
  }
  ref() {
    return this
  }
  unref() {
    return this
  }
}

/** On the machine on which it is asked for, after so many ms. */
export function after(ms, run, every) {
  const event = new Event(now + Math.max(0, ms || 0), run, every)
  push(event)
  return event
}

/** On another machine: what runs there, should it still do so by then. */
export function afterOn(there, ms, run) {
  const before = here
  here = there
  try {
    return after(ms, run)
  } finally {
    here = before
  }
}

export function cancel(event) {
  if (event) event.off = true
}

/** On that machine at once, with all that follows without a timer. */
export function on(there, run) {
  const before = here
  here = there
  try {
    return run()
  } finally {
    process._tickCallback()
    here = before
  }
}

/** Lets the world go on until then. @param each called after every event */
export function runUntil(end, each) {
  while (queue.length > 0 && queue[0].at <= end) {
    const event = pop()
    if (event.off || event.machine.life !== event.life) continue
    now = event.at
    here = event.machine
    event.run()
    process._tickCallback()
    if (event.every !== undefined && !event.off) {
      event.at = now + event.every
      event.order = order++
      push(event)
    }
    here = OUTSIDE
    each?.()
  }
  now = end
}

/** A new world; of the old one nothing is left. @param random numbers for all that rolls dice */
export function begin(random) {
  now = 0
  order = 0
  queue = []
  here = OUTSIDE
  Math.random = random
}

/** Sooner first; of the same moment what was asked for first. */
const isBefore = (a, b) => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(event) {
  let at = queue.push(event) - 1
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!isBefore(event, queue[above])) break
    queue[at] = queue[above]
    at = above
  }
  queue[at] = event
}

function pop() {
  const first = queue[0]
  const last = queue.pop()
  if (queue.length === 0) return first
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= queue.length) break
    if (below + 1 < queue.length && isBefore(queue[below + 1], queue[below])) below++
    if (!isBefore(queue[below], last)) break
    queue[at] = queue[below]
    at = below
  }
  queue[at] = last
  return first
}

const RealDate = Date
const wall = () => Math.floor(EPOCH + now + here.skew)

class SimulatedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(wall())
    else super(...given)
  }
  static now() {
    return wall()
  }
}

/** A deadline that only the simulated network looks at: it costs nothing where it is not reached. */
class Deadline {
  constructor(ms) {
    this.at = now + ms
  }
  get aborted() {
    return now >= this.at
  }
  get reason() {
    return Object.assign(new Error('no answer in time'), { name: 'TimeoutError' })
  }
}

const pause = (ms, value, { signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const give = () => {
      cancel(event)
      reject(signal.reason)
    }
    const event = after(ms, () => {
      signal?.removeEventListener('abort', give)
      resolve(value)
    })
    signal?.addEventListener('abort', give, { once: true })
  })

/** From here on this process knows no other time. To be called before any code is loaded that is to live in it. */
export function replaceTime() {
  globalThis.Date = SimulatedDate
  performance.now = () => now
  globalThis.setTimeout = (run, ms, ...given) => after(ms, given.length === 0 ? run : () => run(...given))
  globalThis.setInterval = (run, ms) => after(ms, run, ms)
  globalThis.setImmediate = run => after(0, run)
  globalThis.clearTimeout = cancel
  globalThis.clearInterval = cancel
  globalThis.clearImmediate = cancel
  AbortSignal.timeout = ms => new Deadline(ms)
  timersPromises.setTimeout = pause
  syncBuiltinESMExports()
}
