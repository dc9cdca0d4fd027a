// A zone file on its own, without a document around it: the same rules hold, and it has to say everything itself.
import { resolve } from 'node:path'
import type { RecordTable } from '../../dns/record-table.js'
import type { Zone } from './document/zone.js'
import { readTraffic } from './parse.js'
import type { Problem } from './problem.js'
import { ZoneFiles } from './zone-files.js'

export type LoneZone =
  | {
      /** Its origin, as a document has it: in lower case, with the final dot. */
      readonly key: string
      readonly zone: Zone
      readonly records: RecordTable
      readonly warnings: readonly Problem[]
    }
  | { readonly problems: readonly Problem[] }

/** What problems call the document that nobody wrote. */
const NOWHERE = ''

/**
 * Reads the file, which has to have the SOA and the NS records of the zone that is called `origin`.
 * @param files what has been read of it before, where it is read again and again
 */
export function readLoneZone(file: string, origin: string, files = new ZoneFiles(file)): LoneZone {
  const document = JSON.stringify({ zones: { [origin]: { file: resolve(file) } } }) // JSON is YAML
  const outcome = readTraffic(document, NOWHERE, { serial: 1, readZone: files.read })
  files.settle()
  if ('problems' in outcome) {
    // Places and paths within a document that nobody wrote tell nobody anything.
    return { problems: outcome.problems.map(({ at, message }) => problemOf(file, message, at)) }
  }
  const [[key, zone] = []] = outcome.document.zones
  if (key === undefined || zone?.file === undefined || zone.apexTtl?.soa === undefined)
    return { problems: [{ path: file, message: `has no SOA record of ${origin}` }] }
  const warnings = outcome.warnings.map(({ at, message }) => problemOf(file, message, at))
  return { key, zone, records: zone.file, warnings }
}

const problemOf = (file: string, message: string, at: Problem['at']): Problem =>
  at === undefined || at.file === NOWHERE ? { path: file, message } : { path: '', message, at }
