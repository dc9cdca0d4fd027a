// Failback: how a region that was down gets its clients back: at once, after a while, little by little, or when somebody says so. Pure.
import type { FailbackSpec } from '../traffic/document/region.js'

/** Where a region stands; times in epoch ms. */
export type Failback =
  /** It has all of its clients. */
  | { readonly kind: 'in' }
  | { readonly kind: 'down' }
  /** Up again, and not yet told that it may come back. */
  | { readonly kind: 'waiting'; readonly upSince: number }
  /** Up again, and let in since then; the delay may lie before it. */
  | { readonly kind: 'returning'; readonly from: number }

export const IN: Failback = { kind: 'in' }

export const AT_ONCE: FailbackSpec = { mode: 'automatic', delayMs: 0, rampMs: 0 }

/** A ramp goes up in this many steps: each is a change of what clients are answered. */
const STEPS = 20

/** Where a region begins of which a first thing is known: what is up has nothing to come back from. */
export const begin = (up: boolean): Failback => (up ? IN : { kind: 'down' })

/** The next state. */
export function next(before: Failback, up: boolean, spec: FailbackSpec, now: number): Failback {
  if (!up) return { kind: 'down' }
  switch (before.kind) {
    case 'in':
      return before
    case 'down':
      return settled(
        spec.mode === 'manual' ? { kind: 'waiting', upSince: now } : { kind: 'returning', from: now + spec.delayMs },
        spec,
        now,
      )
    case 'waiting':
      return spec.mode === 'manual'
        ? before
        : settled({ kind: 'returning', from: before.upSince + spec.delayMs }, spec, now)
    case 'returning':
      return settled(before, spec, now)
  }
}

const settled = (state: Failback, spec: FailbackSpec, now: number): Failback =>
  admitted(state, spec, now) === 100 ? IN : state

/** Somebody says that it may come back; a ramp is kept to, a delay is not. */
export const release = (state: Failback, spec: FailbackSpec, now: number): Failback =>
  state.kind === 'waiting' || state.kind === 'returning' ? settled({ kind: 'returning', from: now }, spec, now) : state

/** Percent of its clients that it may have, whole, 0 to 100. One that is down would get all if the ladder came to it. */
export function admitted(state: Failback, { rampMs }: FailbackSpec, now: number): number {
  switch (state.kind) {
    case 'in':
    case 'down':
      return 100
    case 'waiting':
      return 0
    case 'returning': {
      if (now < state.from) return 0
      const step = stepOf(now - state.from, rampMs)
      return step >= STEPS ? 100 : Math.round(((step + 1) / (STEPS + 1)) * 100)
    }
  }
}

/** ms until `admitted` changes by itself; Infinity where it does not. */
export function nextStepMs(state: Failback, { rampMs }: FailbackSpec, now: number): number {
  if (state.kind !== 'returning') return Number.POSITIVE_INFINITY
  if (now < state.from) return state.from - now
  const elapsed = now - state.from
  const step = stepOf(elapsed, rampMs)
  return step >= STEPS ? 0 : Math.ceil(((step + 1) * rampMs) / STEPS) - elapsed
}

const stepOf = (elapsedMs: number, rampMs: number): number =>
  rampMs === 0 ? STEPS : Math.floor((elapsedMs * STEPS) / rampMs)
