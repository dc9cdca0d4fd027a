// Zone files, also called master files (RFC 1035 §5): text to records, with everything that is wrong with it.
import type { Name } from './name.js'
import type { RecordTable } from './record-table.js'
import type { ZoneProblem } from './zonefile-problem.js'
import { type Include, ZoneReader } from './zonefile-reader.js'
import { tidySets } from './zonefile-sets.js'

export interface ZoneFileOptions {
  /** What problems call the file. */
  readonly file: string
  /** The zone: the origin that the file begins with, and what all its owners lie in. */
  readonly origin: Name
  /** Without it, $INCLUDE is an error. */
  readonly include?: Include | undefined
}

export interface ZoneFile {
  /** In the order of the file; no two the same, and one TTL a set. */
  readonly records: RecordTable
  /** In the order in which they were found; of errors and of warnings the first hundred. */
  readonly problems: readonly ZoneProblem[]
}

/** Never throws, whatever the text. Rules across records (a CNAME beside others, a missing SOA) are not its business. */
export function readZoneFile(text: string, { file, origin, include }: ZoneFileOptions): ZoneFile {
  const reader = new ZoneReader(origin, include)
  reader.read(text, file, origin)
  tidySets(reader.table, reader.problems)
  return { records: reader.table, problems: reader.problems.list }
}
