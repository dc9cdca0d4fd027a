// The records of a zone of which few entries are written otherwise than those that were last read: what was read then, with
// these in the place of those.
import { changedKeys, replaced } from '../descent/descent.js'
import type { Finding, Report } from './finding.js'
import type { PlacedEntry, ReadWhole, RememberedZone } from './remembered.js'

/** Of more than this each is looked up: it takes no longer. */
const FEW = 20

/**
 * Undefined where all have to be looked at: what is new has a place among the others that is not known, and of what is faulty
 * all is told in the order of the text.
 * @param placedAt reads an entry
 */
export function amendedRecords(
  memory: RememberedZone | undefined,
  { written, context }: Omit<ReadWhole, 'placed'>,
  placedAt: (key: string, report: Report) => PlacedEntry,
): PlacedEntry | undefined {
  const before = memory?.records
  if (memory === undefined || before === undefined || before.context !== context) return undefined
  const keys = changedKeys(before.written, written)
  if (keys === undefined || keys.size > FEW) return undefined
  let all: PlacedEntry | undefined = before.placed
  for (const key of keys) {
    const then = Object.hasOwn(before.written, key) ? before.written[key] : undefined
    const gone = isThing(then) ? memory.entry(key, then, context) : undefined
    const come = Object.hasOwn(written, key) ? soundAt(key, placedAt) : undefined
    all = gone && come && inPlaceOf(all, gone, come)
    if (all === undefined) return undefined
  }
  return all
}

const isThing = (value: unknown): value is object => typeof value === 'object' && value !== null

function soundAt(key: string, placedAt: (key: string, report: Report) => PlacedEntry): PlacedEntry | undefined {
  const findings: Finding[] = []
  const placed = placedAt(key, finding => findings.push(finding))
  return findings.length === 0 ? placed : undefined
}

function inPlaceOf(all: PlacedEntry, gone: PlacedEntry, come: PlacedEntry): PlacedEntry | undefined {
  const statics = exchanged(all.statics, gone.statics, come.statics)
  const steered = exchanged(all.steered, gone.steered, come.steered)
  const aliases = exchanged(all.aliases, gone.aliases, come.aliases)
  return statics && steered && aliases && { statics, steered, aliases }
}

/** What belongs to an entry lies side by side. */
function exchanged<T>(all: readonly T[], gone: readonly T[], come: readonly T[]): readonly T[] | undefined {
  if (gone.length === 0) return come.length === 0 ? all : undefined
  const at = all.indexOf(gone[0]!)
  return at < 0 ? undefined : replaced(all, { at, gone, come })
}
