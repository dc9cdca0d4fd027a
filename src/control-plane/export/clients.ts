// The kinds of clients that a policy tells apart, each by one that stands for it: what a policy is asked, to be told as rules.
import { type ClientKey, EVERYBODY } from '../geo/client-key.js'
import { breadth } from '../geo/clients-of-keys.js'
import { COUNTRIES } from '../geo/countries.js'
import { keysIn, type MapSpec } from '../publish/steerings.js'
import type { StepSpec } from '../traffic/document/policy.js'

/** Steps by which two clients of one country can have different orders. */
export const BY_PLACE: readonly StepSpec['step'][] = ['distance', 'latency', 'spread']

/** Whether clients of one country can have different orders, also within a group. */
export const goesByPlace = (steps: readonly StepSpec[]): boolean =>
  steps.some(step =>
    step.step === 'groups' ? step.groups.some(group => goesByPlace(group.steps)) : BY_PLACE.includes(step.step),
  )

/** The most specific first, everybody last. Where nearness counts, every country is told apart, as a whole. */
export function clientsOf({ policy, candidates }: MapSpec): readonly ClientKey[] {
  const isNear = goesByPlace(policy.steps)
  const own = policy.steps.some(hasOwnPlaces)
    ? candidates.flatMap(({ country, continent }) => [
        ...(country === undefined ? [] : [country]),
        ...(continent === undefined ? [] : [`continent:${continent}`]),
      ])
    : []
  const keys = new Set([...keysIn({ policy, candidates }), ...own, ...(isNear ? COUNTRIES.keys() : []), EVERYBODY])
  return [...keys].sort((a, b) => breadth(a) - breadth(b) || (a < b ? -1 : 1))
}

/** Without rules `geo` and fences go by where the regions are. */
const hasOwnPlaces = (step: StepSpec): boolean =>
  (step.step === 'geo' && step.rules === undefined) || (step.step === 'fence' && typeof step.to === 'string')
