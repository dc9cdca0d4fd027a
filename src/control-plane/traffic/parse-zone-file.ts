// What a zone takes from its zone file: its records, and among them the SOA and NS of the apex.
import { equalNames, formatName, MAX_NAME, type Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { RecordTable } from '../../dns/record-table.js'
import type { ZoneFile } from '../../dns/zonefile.js'
import type { Soa, Zone } from './document/zone.js'
import type { Place, Report } from './finding.js'
import type { Path } from './path.js'
import type { PlacedZone } from './placed.js'
import type { Remembered } from './remembered.js'

/** Reads a zone file by its path as the document has it. @throws Error with a sentence where it cannot be read */
export type ReadZone = (path: string, origin: Name) => ZoneFile

/** How the gate comes by zone files, and what becomes of their warnings. */
export interface ZoneSource {
  readonly read: ReadZone | undefined
  readonly warn: Report
  /** What was read before. */
  readonly remembered?: Remembered | undefined
}

export interface FromFile {
  readonly records: RecordTable
  /** Whether something is wrong with it, and records may be missing for that. */
  readonly faulty: boolean
  readonly soa: Soa | undefined
  readonly nameservers: PlacedZone['nameservers']
  readonly apexTtl: NonNullable<Zone['apexTtl']>
}

/** Undefined after a report that the file cannot be read. */
export function parseZoneFile(
  file: string,
  origin: Name,
  { read, warn }: ZoneSource,
  path: Path,
  report: Report,
): FromFile | undefined {
  if (read === undefined) {
    report({ path, message: 'zone files cannot be read here' })
    return undefined
  }
  try {
    const { records, problems } = read(file, origin)
    for (const { severity, message, ...at } of problems) (severity === 'error' ? report : warn)({ path, at, message })
    const faulty = problems.some(({ severity }) => severity === 'error')
    return { records, faulty, ...readApex(records, origin, path, report) }
  } catch (error) {
    report({ path, message: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

function readApex(
  records: RecordTable,
  origin: Name,
  path: Path,
  report: Report,
): Omit<FromFile, 'records' | 'faulty'> {
  let soa: Soa | undefined
  const apexTtl: { soa?: number; ns?: number } = {}
  const nameservers: { readonly name: Name; readonly path: Path; readonly at: Place }[] = []
  for (let i = 0; i < records.length; i++) {
    const type = records.type(i)
    if (type !== TYPE.SOA && type !== TYPE.NS) continue
    const { owner, ttl, rdata } = records.at(i)
    const at = filePlace(records, i)
    if (equalNames(owner, origin)) {
      if (type === TYPE.NS) {
        nameservers.push({ name: rdata, path, at })
        apexTtl.ns = ttl
      } else if (soa !== undefined) report({ path, at, message: 'a second SOA record' })
      else {
        soa = soaOf(rdata)
        apexTtl.soa = ttl
      }
    } else if (type === TYPE.SOA)
      report({ path, at, message: `the SOA record of ${formatName(owner)}; this zone is ${formatName(origin)}` })
  }
  return { soa, nameservers, apexTtl }
}

/** The place of a record of a zone file. */
export const filePlace = (records: RecordTable, i: number): Place => ({ ...records.place(i), column: 1 })

/** What well-formed data of an SOA record says. */
export function soaOf(rdata: Uint8Array): Soa {
  const mname = nameAt(rdata, 0)
  const rname = nameAt(rdata, mname.length)
  const view = new DataView(rdata.buffer, rdata.byteOffset + mname.length + rname.length)
  const [serial, refresh, retry, expire, minimum] = [0, 4, 8, 12, 16].map(at => view.getUint32(at))
  return { mname, rname, serial: serial!, refresh: refresh!, retry: retry!, expire: expire!, minimum: minimum! } // five
}

function nameAt(bytes: Uint8Array, start: number): Name {
  let end = start
  while (bytes[end]! > 0 && end - start < MAX_NAME) end += bytes[end]! + 1
  return bytes.subarray(start, end + 1)
}
