// References by id: every one must name something, and none twice in a list.
import type { Report } from './finding.js'
import type { Path } from './path.js'
import { nearest } from './suggest.js'

/** Reports a reference to nothing. `kind` is what people call the thing: check, region, policy. */
export function requireKnown(id: string, kind: string, known: ReadonlySet<string>, path: Path, report: Report): void {
  if (known.has(id)) return
  const hint = known.size === 0 ? `; there is no ${kind} at all` : ''
  report({ path, message: `no ${kind} is named "${id}"${hint}`, suggestion: nearest(id, known) })
}

/** The ids of a list, each once; reports what is repeated or names nothing. */
export function readReferences(
  written: readonly (string | undefined)[],
  kind: string,
  known: ReadonlySet<string>,
  path: Path,
  report: Report,
): readonly string[] {
  const ids = new Set<string>()
  written.forEach((id, i) => {
    if (id === undefined) return
    if (ids.has(id)) report({ path: [...path, i], message: `${kind} "${id}" is already in this list` })
    else requireKnown(id, kind, known, [...path, i], report)
    ids.add(id)
  })
  return [...ids]
}
