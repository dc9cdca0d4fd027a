// The passive check: what others see of a region, believed while it is young.
import type { PassiveCheckSpec } from '../traffic/document/check.js'
import type { Check } from './check.js'
import { failingSignals, signalWords } from './signal.js'

/** Passes while none of those who were heard of lately sees failures; also while nobody says anything. */
export const passive: Check<PassiveCheckSpec> = async ({ spec, signals = [] }, _signal, trace) => {
  // Nothing was asked over the network, so its silence means nothing.
  trace.heard = true
  const failing = failingSignals(signals, spec, Date.now())
  if (failing.length > 0) throw new Error(failing.map(signalWords).join('; '))
}
