// What changed from one serial of a zone to the next, for incremental transfer (RFC 1995 §5): a bounded past.
import type { TableRecord } from '../../dns/record-table.js'
import { serialAfter } from '../../dns/serial.js'
import { contentsOf, type StaticView, sizeOf } from '../publish/static-view.js'

/** One step: from one SOA to the next. */
export interface Difference {
  readonly from: TableRecord
  readonly to: TableRecord
  readonly fromSerial: number
  readonly toSerial: number
  /** The SOA records not among them. */
  readonly deleted: readonly TableRecord[]
  readonly added: readonly TableRecord[]
}

/** Steps that are remembered; and records in all of them together, so that a zone that is rebuilt again and again costs little. */
const MAX_STEPS = 100
const MAX_RECORDS = 20_000
/** Two zone files of more records than this together are not compared: the whole zone is sent. */
const MAX_COMPARED = 200_000

/** The past of one zone, oldest first; each step begins where the one before it ends. */
export type Journal = readonly Difference[]

/** The journal after a change. What cannot be told as a step makes it begin anew. */
export function record(journal: Journal, before: StaticView, after: StaticView): Journal {
  if (before.serial === after.serial) return journal
  if (!serialAfter(after.serial, before.serial)) return []
  const sameFile = before.file === after.file
  if (!sameFile && sizeOf(before) + sizeOf(after) > MAX_COMPARED) return []
  // Of a file that is the same, nothing can have changed.
  const contents = (view: StaticView): Iterable<TableRecord> => (sameFile ? view.head : contentsOf(view))
  const step: Difference = {
    from: before.soa,
    to: after.soa,
    fromSerial: before.serial,
    toSerial: after.serial,
    ...compare(contents(before), contents(after)),
  }
  return bounded([...journal, step])
}

/** The steps that lead from a serial to the present; undefined where the past does not reach back to it. */
export function since(journal: Journal, serial: number): Journal | undefined {
  const first = journal.findIndex(({ fromSerial }) => fromSerial === serial)
  return first < 0 ? undefined : journal.slice(first)
}

function compare(before: Iterable<TableRecord>, after: Iterable<TableRecord>): Pick<Difference, 'deleted' | 'added'> {
  const gone = new Map<string, TableRecord>()
  for (const record of before) gone.set(keyOf(record), record)
  const added: TableRecord[] = []
  for (const record of after) if (!gone.delete(keyOf(record))) added.push(record)
  return { deleted: [...gone.values()], added }
}

/** Records are the same if they are so to the last byte: a new letter case is a change that a secondary should see. */
const keyOf = ({ owner, type, ttl, rdata }: TableRecord): string =>
  `${type} ${ttl} ${Buffer.from(owner).toString('latin1')}\n${Buffer.from(rdata).toString('latin1')}`

function bounded(journal: Journal): Journal {
  let records = 0
  let kept = 0
  for (const { deleted, added } of journal.toReversed()) {
    records += deleted.length + added.length
    if (kept === MAX_STEPS || records > MAX_RECORDS) break
    kept++
  }
  return journal.slice(journal.length - kept)
}
