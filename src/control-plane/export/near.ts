// Policies by nearness alone, which other systems have as well: each candidate at its place, and what comes after all of them.
import { EVERYBODY } from '../geo/client-key.js'
import { valueFor } from '../policies/selection.js'
import type { StepSpec } from '../traffic/document/policy.js'
import type { Location, Region } from '../traffic/document/region.js'
import type { Order, Plan } from './plan.js'

export interface Near {
  readonly by: 'distance' | 'latency'
  readonly candidates: readonly { readonly region: Region; readonly at: Location; readonly bias: number }[]
  /** Fallbacks, which are no candidates. */
  readonly behind: Order
}

/** Steps that share clients out among equals, of which there are none. */
const SHARES: readonly StepSpec['step'][] = ['weight', 'sticky', 'round-robin', 'take']

/** Undefined where something else counts, or nothing is known of the place of a region. */
export function nearOf(plan: Plan): Near | undefined {
  const { record, regions, steps } = plan
  const [step, ...others] = steps.filter(one => !SHARES.includes(one.step))
  if (others.length > 0 || (step?.step !== 'distance' && step?.step !== 'latency')) return undefined
  const own = record.regions.flatMap(id => regions.filter(region => region.id === id))
  const bias = step.step === 'distance' ? (step.bias ?? {}) : {}
  const candidates = own.flatMap(region => {
    const { location: at } = region
    return at === undefined || isWeightless(plan, region) ? [] : [{ region, at, bias: valueFor(region, bias) ?? 0 }]
  })
  if (candidates.length < own.length || own.length < 2) return undefined
  const behind = plan.orders.get(EVERYBODY)!.filter(tier => !tier.some(({ region }) => own.includes(region)))
  return { by: step.step, candidates, behind }
}

/** Whether it gets clients only where its equals are down. */
export const isWeightless = ({ sharing }: Plan, { id, weight }: Region): boolean =>
  (sharing.weights.get(id) ?? weight) === 0
