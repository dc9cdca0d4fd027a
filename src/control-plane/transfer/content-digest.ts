// A digest of what a zone holds, its serial left out: the same as long as nothing changes that a secondary could see.
import { createHash } from 'node:crypto'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import { contentsOf, type StaticView } from '../publish/static-view.js'

/** A zone file may have a million records, and its table stays the same until the file changes. */
const known = new WeakMap<RecordTable, string>()

export function contentDigest(view: StaticView): string {
  const { soa, head, file } = view
  const lines = [withoutSerial(soa), ...head]
  const ofFile = file === undefined ? '' : (known.get(file) ?? digestOf(contentsOf({ ...view, head: [] })))
  if (file !== undefined) known.set(file, ofFile)
  return digestOf(lines, ofFile)
}

const SERIAL_FROM_END = 20

function withoutSerial(soa: TableRecord): TableRecord {
  const rdata = soa.rdata.slice()
  rdata.fill(0, rdata.length - SERIAL_FROM_END, rdata.length - SERIAL_FROM_END + 4)
  return { ...soa, rdata }
}

function digestOf(records: Iterable<TableRecord>, start = ''): string {
  const hash = createHash('sha256').update(start)
  const numbers = new DataView(new ArrayBuffer(12))
  for (const { owner, type, ttl, rdata } of records) {
    numbers.setUint16(0, owner.length)
    numbers.setUint16(2, type)
    numbers.setUint32(4, ttl)
    numbers.setUint32(8, rdata.length)
    hash.update(new Uint8Array(numbers.buffer)).update(owner).update(rdata)
  }
  return hash.digest('hex').slice(0, 32)
}
