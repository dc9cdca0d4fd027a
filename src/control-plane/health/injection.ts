// A fault that is injected: whatever a probe finds, its target is judged as if it had failed, so that detection can be drilled
// from end to end. What the probe really found is learnt beside it. Pure.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import { type Known, learn } from './known.js'
import type { ProbeResult } from './trace.js'

export interface Injection {
  /** Whose it is, in words: `drill 7`. */
  readonly by: string
  /** What would be known of the target without it. */
  readonly real: Known | undefined
}

/** How a target comes back: by its own results, as after any fault; or at once to what it would be without the fault. */
export type Lift = 'by-results' | 'at-once'

export interface Injected {
  readonly known: Known
  readonly result: ProbeResult
  readonly injection: Injection
}

export function learnInjected(
  { by, real: before }: Injection,
  known: Known | undefined,
  found: ProbeResult,
  spec: ProbedCheckSpec,
): Injected {
  const real = learn(before, found, spec)
  const itself = real.lastError === undefined ? 'the probe itself passed' : `the probe itself: ${real.lastError}`
  // It is heard of, whatever the network does: the prober must not take the fault for one of its own.
  const result: ProbeResult = { ...found, passed: false, heard: true, error: `${by}: injected fault (${itself})` }
  // The failure is made after the check has judged: an inverted one would take it for a pass.
  return { known: learn(known, result, { ...spec, inverted: false }), result, injection: { by, real } }
}
