// Calculated checks, from their written form; and, when all checks are known, whether what they are made of is sound.
import type { CalculatedCheckSpec, CheckSpec } from './document/check.js'
import type { Report } from './finding.js'
import { readReferences } from './references.js'
import type { WrittenCalculated } from './schema-check.js'
import type { Sound } from './shape.js'

export function parseCalculated(id: string, written: Sound<WrittenCalculated>): CalculatedCheckSpec {
  const { of = [], needs = 'all', observe, inverted, enabled } = written
  return {
    type: 'calculated',
    id,
    of: of.flatMap(one => one ?? []),
    needs,
    ...(observe === true ? { observe } : {}),
    ...(inverted === true ? { inverted } : {}),
    ...(enabled === false ? { enabled } : {}),
  }
}

/** Reports references to nothing, numbers that cannot be reached, and checks that are made of themselves. */
export function checkCalculated(checks: ReadonlyMap<string, CheckSpec>, report: Report): void {
  const ids = new Set(checks.keys())
  for (const spec of checks.values()) {
    if (spec.type !== 'calculated') continue
    const { id, of, needs } = spec
    const path = ['checks', id]
    readReferences(of, 'check', ids, [...path, 'of'], report)
    if (typeof needs === 'number' && needs > of.length)
      report({ path: [...path, 'needs'], message: `${needs} are needed, and there are ${of.length}` })
    const circle = circleFrom(id, checks)
    if (circle !== undefined)
      report({ path: [...path, 'of'], message: `this check is made of itself: ${circle.join(' > ')}` })
  }
}

/** The way back to the check, where there is one. */
function circleFrom(id: string, checks: ReadonlyMap<string, CheckSpec>): readonly string[] | undefined {
  const seen = new Set<string>()
  const walk = (at: string, way: readonly string[]): readonly string[] | undefined => {
    const spec = checks.get(at)
    if (spec?.type !== 'calculated' || seen.has(at)) return undefined
    seen.add(at)
    for (const next of spec.of) {
      if (next === id) return [...way, next]
      const found = walk(next, [...way, next])
      if (found !== undefined) return found
    }
    return undefined
  }
  return walk(id, [id])
}

/** Whether everything that decides the check has an address of its own, whatever region names it. */
export function standsAlone(id: string, checks: ReadonlyMap<string, CheckSpec>, seen = new Set<string>()): boolean {
  const spec = checks.get(id)
  // What is not there is reported elsewhere.
  if (spec === undefined || seen.has(id)) return true
  seen.add(id)
  return spec.type === 'calculated' ? spec.of.every(one => standsAlone(one, checks, seen)) : spec.address !== undefined
}
