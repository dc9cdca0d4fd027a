// From policies as written to lists of steps; the built-in ones are there unless they are written anew.
import { BUILT_IN } from '../policies/policy.js'
import type { PolicySpec, StepSpec } from './document/policy.js'
import type { Report } from './finding.js'
import type { RegionNames } from './parse-names.js'
import { READERS, type StepContext } from './parse-step.js'
import type { Path } from './path.js'
import type { WrittenTraffic } from './schema.js'
import { POLICY, type WrittenSteps } from './schema-policy.js'
import { checkShape, type Sound } from './shape.js'

type Written = Sound<NonNullable<WrittenTraffic['policies']>>
type WrittenStep = NonNullable<NonNullable<Written[string]>[number]>

export function parsePolicies(
  written: Written,
  names: RegionNames,
  tables: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<string, PolicySpec> {
  const context = stepContext(names, tables, 0)
  const own = Object.entries(written).map(([id, steps = []]) => {
    const path = ['policies', id]
    const read = readSteps(steps, context, path, report)
    checkTogether(read, path, report)
    return { id, steps: read }
  })
  return new Map([...BUILT_IN.map(policy => withOnlyTable(policy, tables)), ...own].map(policy => [policy.id, policy]))
}

/** Groups within groups within groups are as deep as anybody can follow. */
const DEEPEST = 10

function stepContext(names: RegionNames, tables: ReadonlySet<string>, depth: number): StepContext {
  return {
    names,
    tables,
    inner(written, path, report) {
      if (written.length === 0) return []
      if (depth === DEEPEST) report({ path, message: `groups can be nested ${DEEPEST} deep` })
      if (depth === DEEPEST) return []
      const { findings, sound = [] } = checkShape(POLICY, written)
      for (const finding of findings) report({ ...finding, path: [...path, ...finding.path] })
      const steps = readSteps(sound, stepContext(names, tables, depth + 1), path, report)
      steps.forEach(({ step }, i) => {
        if (!ORDERS.includes(step))
          report({ path: [...path, i], message: `"${step}" cannot stand within a group, only beside groups` })
      })
      steps.forEach((step, i) => {
        if (step.step === 'geo' && step.others !== 'keep')
          report({ path: [...path, i], message: 'within a group no region can be dropped' })
      })
      return steps
    },
  }
}

/** Steps that may stand within a group. */
const ORDERS: readonly StepSpec['step'][] = [
  ...(['distance', 'latency', 'geo', 'prefer', 'avoid', 'tier', 'order', 'spread', 'groups', 'weight'] as const),
]

/** Steps that may be there several times, with other words. */
const REPEATABLE: readonly StepSpec['step'][] = ['fence', 'prefer', 'avoid', 'geo']

function readSteps(
  written: readonly (WrittenStep | undefined)[],
  context: StepContext,
  path: Path,
  report: Report,
): readonly StepSpec[] {
  const seen = new Set<string>()
  return written.flatMap((entry, i) => {
    const [name, options] = typeof entry === 'object' ? (Object.entries(entry)[0] ?? []) : [entry, undefined]
    // The schema has told of a word that is none.
    if (name === undefined || !Object.hasOwn(READERS, name)) return []
    const step = name as StepSpec['step'] // the schema admits no other words
    const at = [...path, i]
    // A step that has run leaves nothing for itself to refine.
    if (seen.has(step) && !REPEATABLE.includes(step))
      report({ path: at, message: `the step "${step}" is already in this policy` })
    seen.add(step)
    // The table reads each step with the options of its own name; that cannot be said in types.
    const read = READERS[step] as (options: unknown, ...rest: [StepContext, Path, Report]) => StepSpec
    return [read(options, context, typeof entry === 'object' ? [...at, step] : at, report)]
  })
}

function checkTogether(steps: readonly StepSpec[], path: Path, report: Report): void {
  const has = (name: keyof WrittenSteps): boolean => steps.some(({ step }) => step === name)
  if (has('sticky') && has('round-robin'))
    report({ path, message: 'a policy is either sticky or round-robin: a network keeps its region, or it does not' })
}

/** The built-in policy by latency reads the table of the document, if there is no doubt which. */
function withOnlyTable({ id, steps }: PolicySpec, tables: ReadonlySet<string>): PolicySpec {
  const [table] = tables
  if (table === undefined || tables.size > 1) return { id, steps }
  return { id, steps: steps.map(step => (step.step === 'latency' ? { ...step, table } : step)) }
}
