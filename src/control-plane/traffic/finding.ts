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
  /** Where it is, if not in the document itself but in a file that the path names. */
  readonly at?: Place | undefined
}

/** Takes one finding; the gate goes on reading, so that every problem is known at once. */
export type Report = (finding: Finding) => void

/** Problems in the order of the text, those of files that it names after them; none of them twice. */
export function toProblems(findings: readonly Finding[], locate?: Locate): readonly Problem[] {
  const seen = new Set<string>()
  const isNew = ({ path, message, at }: Finding): boolean => {
    const key = `${formatPath(path)} ${message} ${at === undefined ? '' : `${at.file} ${at.line} ${at.column}`}`
    return !seen.has(key) && seen.add(key) !== undefined
  }
  const inText = findings.filter(({ at }) => at === undefined)
  const inFiles = findings.filter(({ at }) => at !== undefined)
  return [inText, inFiles].flatMap(some =>
    some
      .filter(isNew)
      .map(finding => toProblem(finding, locate))
      .sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0)),
  )
}

function toProblem({ path, message, suggestion, part, at }: Finding, locate?: Locate): Problem {
  const place = at ?? locate?.(path, part)
  return {
    path: formatPath(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(place === undefined ? {} : { at: place }),
  }
}
