// A zone file on its own, without a document around it: the same rules hold, and it has to say everything itself.
import { resolve } from 'node:path'
import type { RecordTable } from '../../dns/record-table.js'
import { readTraffic } from './parse.js'
import type { Problem } from './problem.js'
import { ZoneFiles } from './zone-files.js'

export type LoneZone =
  | { readonly records: RecordTable; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] }

/** What problems call the document that nobody wrote. */
const NOWHERE = ''

/** Reads the file, which has to have the SOA and the NS records of the zone that is called `origin`. */
export function readLoneZone(file: string, origin: string): LoneZone {
  const document = JSON.stringify({ zones: { [origin]: { file: resolve(file) } } }) // JSON is YAML
  const outcome = readTraffic(document, NOWHERE, { serial: 1, readZone: new ZoneFiles(file).read })
  if ('problems' in outcome) {
    // Places and paths within a document that nobody wrote tell nobody anything.
    return { problems: outcome.problems.map(({ at, message }) => problemOf(file, message, at)) }
  }
  const zone = [...outcome.document.zones.values()][0]
  if (zone?.file === undefined || zone.apexTtl?.soa === undefined)
    return { problems: [{ path: file, message: `has no SOA record of ${origin}` }] }
  return { records: zone.file, warnings: outcome.warnings.map(({ at, message }) => problemOf(file, message, at)) }
}

const problemOf = (file: string, message: string, at: Problem['at']): Problem =>
  at === undefined || at.file === NOWHERE ? { path: file, message } : { path: '', message, at }
