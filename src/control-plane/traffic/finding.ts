// A finding: a problem before its place in the text is known; what the gate's functions report while they read.
import type { Path } from './path.js'
import { formatPath } from './path.js'
import type { Problem } from './problem.js'

/** Which half of `key: value` a place means. */
export type Part = 'key' | 'value'

export type Place = NonNullable<Problem['at']>

/** The place of a value, or of its key; where nothing stands at the path, that of the nearest value around it. */
export type Locate = (path: Path, part?: Part) => Place | undefined

export interface Finding {
  readonly path: Path
  readonly message: string
  readonly suggestion?: string | undefined
  /** What to point at; the value unless told. */
  readonly part?: Part
}

/** Takes one finding; the gate goes on reading, so that every problem is known at once. */
export type Report = (finding: Finding) => void

/** Problems in the order of the text, none of them twice. */
export function toProblems(findings: readonly Finding[], locate?: Locate): readonly Problem[] {
  const seen = new Set<string>()
  return findings
    .map(finding => toProblem(finding, locate))
    .filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`))
    .sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0))
}

function toProblem({ path, message, suggestion, part }: Finding, locate?: Locate): Problem {
  const at = locate?.(path, part)
  return {
    path: formatPath(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(at === undefined ? {} : { at }),
  }
}
