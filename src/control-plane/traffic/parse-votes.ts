// From the votes of a check as written to what they mean.
import type { VotesSpec } from './document/check.js'
import type { Report } from './finding.js'
import { readMilliseconds } from './parse-duration.js'
import type { Path } from './path.js'
import type { WrittenProbed } from './schema-check.js'
import type { Sound } from './shape.js'

export function readVotes(
  written: Sound<WrittenProbed>['votes'],
  path: Path,
  report: Report,
): { readonly votes?: VotesSpec } {
  if (written === undefined) return {}
  const { quorum = 'majority', by = 'node', hold, local = 'follow' } = written
  if (typeof quorum === 'number' && (quorum <= 0 || (quorum > 1 && !Number.isInteger(quorum))))
    report({
      path: [...path, 'quorum'],
      message: `${quorum} is neither a share between 0 and 1, such as 0.18, nor a whole number of nodes`,
    })
  const holdMs = hold === undefined ? 0 : readMilliseconds(hold, 0, 1000, [...path, 'hold'], report)
  return { votes: { quorum, by, holdMs, local } }
}
