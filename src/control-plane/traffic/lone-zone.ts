// A zone file on its own, without a document around it: the same rules hold, and it has to say everything itself.
import { resolve } from 'node:path'
import type { RecordTable } from '../../dns/record-table.js'
import { atOnce, piecemeal, type Steps } from '../threads/steps.js'
import type { Zone } from './document/zone.js'
import { parseInSteps } from './parse.js'
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

/**
 * Reads the file, which has to have the SOA and the NS records of the zone that is called `origin`.
 * @param files what has been read of it before, where it is read again and again
 */
export const readLoneZone = (file: string, origin: string, files = new ZoneFiles(file)): LoneZone =>
  atOnce(readInSteps(file, origin, files))

/** The same for whoever has others to give way to: a large file in a thread, the rest a few ms at a time. */
export async function readLargeLoneZone(file: string, origin: string, files: ZoneFiles): Promise<LoneZone> {
  await files.readLarge(documentOf(file, origin))
  return piecemeal(readInSteps(file, origin, files))
}

const documentOf = (file: string, origin: string) => ({ zones: { [origin]: { file: resolve(file) } } })

function* readInSteps(file: string, origin: string, files: ZoneFiles): Steps<LoneZone> {
  const outcome = yield* parseInSteps(documentOf(file, origin), { serial: 1, readZone: files.read })
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
  at === undefined ? { path: file, message } : { path: '', message, at }
