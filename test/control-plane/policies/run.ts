// One step of a policy, run for a question.

import type { LatencyTables } from '../../../src/control-plane/geo/latency-table.js'
import {
  type Candidate,
  preparePolicy,
  type Question,
  type Ranking,
  STEPS,
} from '../../../src/control-plane/policies/policy.js'
import type { Maker } from '../../../src/control-plane/policies/step.js'
import type { StepSpec } from '../../../src/control-plane/traffic/document/policy.js'

/** What an ordering step makes of tiers. */
export function run(spec: StepSpec, { tiers, client }: Question, tables: LatencyTables = new Map()): Ranking {
  const candidates = tiers.flat()
  const made = (STEPS[spec.step] as Maker<StepSpec['step']>)(spec, { candidates, tables, prepare: () => [] })
  if (made.kind !== 'order') throw new Error(`${spec.step} orders nothing`)
  return made.rank({ tiers, client })
}

/** What a whole policy makes of candidates: ids, tier by tier. */
export function ranked(
  steps: readonly StepSpec[],
  candidates: readonly Candidate[],
  client: Question['client'],
  tables?: LatencyTables,
): { readonly tiers: string[][]; readonly inside: number } {
  const { tiers, inside } = preparePolicy({ id: 'test', steps }, candidates, tables).rank(client)
  return { tiers: tiers.map(tier => tier.map(({ id }) => id)), inside }
}
