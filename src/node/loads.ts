// The loads of regions on a node: what they report comes into force step by step.
import { LOAD_STEP_MS, Loads } from '../control-plane/operate/loads.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import type { Log } from '../log.js'

export interface NodeLoads {
  readonly loads: Loads
  stop(): void
}

interface LoadsOptions {
  readonly document: () => TrafficDocument
  /** Called where something else is in force than before. */
  readonly apply: (loads: ReadonlyMap<string, number>) => void
  readonly log: Log
}

export function startLoads({ document, apply, log }: LoadsOptions): NodeLoads {
  const loads = new Loads()
  const step = (): void => {
    const before = loads.inForce()
    for (const region of loads.step(document().regions, Date.now()))
      log.warn({ region }, `${region} has not reported its load for a minute: what it said is believed less and less`)
    if (loads.inForce() !== before) apply(loads.inForce())
  }
  const timer = setInterval(step, LOAD_STEP_MS).unref()
  return { loads, stop: () => clearInterval(timer) }
}
