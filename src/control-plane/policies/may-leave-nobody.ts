// Whether a policy can leave some client without any region: told before it is served, not by a client.
import { EVERYBODY } from '../geo/client-key.js'
import type { StepSpec } from '../traffic/document/policy.js'
import { isAmong } from './selection.js'
import type { Candidate } from './step.js'

type Known = Pick<Candidate, 'id' | 'tags' | 'country'>

/** Why it can, in words; undefined where it cannot. It rather says so too often than too seldom. */
export function mayLeaveNobody(steps: readonly StepSpec[], candidates: readonly Known[]): string | undefined {
  const dropping = steps.flatMap(step => drops(step, candidates))
  const empties = dropping.find(({ empties }) => empties)
  if (empties !== undefined) return empties.why
  // Each leaves some region, but they need not be the same.
  return dropping.length > 1 ? 'several of its steps drop regions' : undefined
}

function drops(step: StepSpec, candidates: readonly Known[]): readonly { why: string; empties: boolean }[] {
  if (step.step === 'geo' && step.others !== 'keep') {
    const everybody = step.rules?.find(({ clients }) => clients === EVERYBODY)
    const namesSome = (regions: readonly string[]): boolean => candidates.some(one => isAmong(one, regions))
    const empties =
      everybody === undefined ||
      !namesSome(everybody.regions) ||
      // Each rule is alone with its clients then.
      (step.others === 'drop-broader' && step.rules?.some(({ regions }) => !namesSome(regions)) === true)
    return [{ why: 'its rules drop what they do not name, and there may be no candidate that they do name', empties }]
  }
  if (step.step === 'fence' && step.mode === 'never-leave') {
    const { to } = step
    // A region whose country is not known is kept.
    const empties =
      typeof to === 'string'
        ? candidates.every(one => one.country !== undefined)
        : !candidates.some(one => isAmong(one, to))
    return [{ why: 'its fence never lets clients leave, and there may be no region inside', empties }]
  }
  return []
}
