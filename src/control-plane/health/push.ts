// The push check: a state that somebody tells through the API, believed while it is young.
import type { PushCheckSpec } from '../traffic/document/check.js'
import type { Check } from './check.js'

/** Passes while the last thing that was told is "up", and no older than the limit. */
export const push: Check<PushCheckSpec> = async ({ spec, told }, _signal, trace) => {
  // Nothing was asked over the network, so its silence means nothing.
  trace.heard = true
  if (told === undefined) throw new Error('nothing was told yet')
  const age = Date.now() - told.at
  if (age > spec.maxAgeMs)
    throw new Error(`nothing was told for ${Math.floor(age / 1000)} s; ${spec.maxAgeMs / 1000} s is the most`)
  if (!told.up) throw new Error(told.reason === undefined ? 'told to be down' : `told to be down: ${told.reason}`)
}
