// From policies as written to lists of steps; the built-in ones are there unless they are written anew.
import { BUILT_IN } from '../policies/policy.js'
import type { PolicySpec, StepSpec } from './document.js'
import type { Report } from './finding.js'
import type { Path } from './path.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'

type Written = Sound<NonNullable<WrittenTraffic['policies']>>
type Step = string | Readonly<Record<string, unknown>>

export function parsePolicies(written: Written, report: Report): ReadonlyMap<string, PolicySpec> {
  const own = Object.entries(written).map(([id, steps = []]) => ({
    id,
    steps: readSteps(steps, ['policies', id], report),
  }))
  return new Map([...BUILT_IN, ...own].map(policy => [policy.id, policy]))
}

function readSteps(written: readonly (Step | undefined)[], path: Path, report: Report): readonly StepSpec[] {
  const steps = new Map<string, StepSpec>()
  written.forEach((entry, i) => {
    const step = typeof entry === 'object' ? Object.keys(entry)[0] : entry
    if (step === undefined) return
    // A step that has run leaves nothing for itself to refine.
    if (steps.has(step)) report({ path: [...path, i], message: `the step "${step}" is already in this policy` })
    steps.set(step, { step: step as StepSpec['step'] }) // the schema admits no other words
  })
  return [...steps.values()]
}
