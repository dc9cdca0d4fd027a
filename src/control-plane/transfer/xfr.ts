// Zone transfer: which records answer AXFR (RFC 5936) and IXFR (RFC 1995), and in which order. Pure.
import type { TableRecord } from '../../dns/record-table.js'
import { serialAfter } from '../../dns/serial.js'
import { recordsOf, type StaticView } from '../publish/static-view.js'
import { type Difference, type Journal, since } from './journal.js'

export interface Xfr {
  /** What it comes to: the whole zone, the steps since the serial of the client, or the news that there is none. */
  readonly kind: 'whole' | 'steps' | 'current'
  readonly records: Iterable<TableRecord>
}

/** RFC 5936 §2.2: the SOA, all the others, the SOA again. */
export const axfr = (view: StaticView): Xfr => ({ kind: 'whole', records: whole(view) })

/** RFC 1995 §4: what has changed since `serial`; the whole zone where that is not known any more. */
export function ixfr(view: StaticView, journal: Journal, serial: number): Xfr {
  // §2: who has this serial, or a newer one, has nothing to get from us.
  if (serial === view.serial || serialAfter(serial, view.serial)) return { kind: 'current', records: [view.soa] }
  const past = since(journal, serial)
  return past === undefined ? axfr(view) : { kind: 'steps', records: steps(view, past) }
}

function* whole(view: StaticView): IterableIterator<TableRecord> {
  yield* recordsOf(view)
  yield view.soa
}

/** §4: each step as its old SOA, what goes, its new SOA, what comes; all of it between two copies of the present SOA. */
function* steps(view: StaticView, past: readonly Difference[]): IterableIterator<TableRecord> {
  yield view.soa
  for (const { from, to, deleted, added } of past) {
    yield from
    yield* deleted
    yield to
    yield* added
  }
  yield view.soa
}
