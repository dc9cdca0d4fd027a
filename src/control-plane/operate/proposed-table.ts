// The text of a CSV file, read as the file of a latency table of a document.
import { createHash } from 'node:crypto'
import type { LatencyTable } from '../geo/latency-table.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Finding, toProblems } from '../traffic/finding.js'
import { parseTable } from '../traffic/parse-latency.js'

export type Unsound = { readonly problems: ReturnType<typeof toProblems> }

/** The table as the document would have it, or everything that is wrong with the text. */
export function proposedTable(
  name: string,
  table: LatencyTable,
  text: string,
  { regions }: Pick<TrafficDocument, 'regions'>,
): LatencyTable | Unsound {
  const findings: Finding[] = []
  const parsed = parseTable(
    { text, digest: createHash('sha256').update(text).digest('hex'), file: 'the body' },
    new Set(regions.keys()),
    ['latency', name],
    () => undefined,
    finding => findings.push(finding),
  )
  return findings.length > 0 ? { problems: toProblems(findings) } : { ...table, ...parsed }
}

/** The rows of a table about regions that there are. */
export function rowsFor({ rows }: LatencyTable, { regions }: Pick<TrafficDocument, 'regions'>): LatencyTable['rows'] {
  const left = [...rows].map(([key, row]) => [key, new Map([...row].filter(([id]) => regions.has(id)))] as const)
  return new Map(left.filter(([, { size }]) => size > 0))
}
