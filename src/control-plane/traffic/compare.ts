// Comparing documents: two that are loaded, or two texts, of which the older may be from a time with other rules.
import { readZoneFile } from '../../dns/zonefile.js'
import { atOnce, type Steps } from '../threads/steps.js'
import { type Change, diffInSteps, diffPlain } from './diff.js'
import type { TrafficDocument } from './document.js'
import { readTraffic } from './parse.js'
import type { ReadZone } from './parse-zone-file.js'
import { plainDocument } from './plain.js'
import { unshared } from './unshared.js'
import { readYaml } from './yaml.js'

interface Loaded {
  readonly document: TrafficDocument
  readonly written: unknown
}

/** Whoever writes a change down asks for it, and whoever tells of it: the last that a document was compared with is remembered. */
export const compareLoaded = (from: Loaded, to: Loaded): readonly Change[] => atOnce(compareInSteps(from, to))

/** The same in steps: it takes long where many records are others. */
export function* compareInSteps(from: Loaded, to: Loaded): Steps<readonly Change[]> {
  const known = compared.get(to)
  if (known?.from.deref() === from) return known.changes
  const [before, after] = yield* unshared(from, to)
  const changes = yield* diffInSteps(
    yield* plainDocument(before, from.written),
    yield* plainDocument(after, to.written),
  )
  // Weakly, or each document would keep all that came before it.
  compared.set(to, { from: new WeakRef(from), changes })
  return changes
}

const compared = new WeakMap<Loaded, { readonly from: WeakRef<Loaded>; readonly changes: readonly Change[] }>()

/** Zone files are kept nowhere, so that what was in them is not compared; whether they were named is. */
export function compareTexts(from: string, to: string): readonly Change[] {
  const [a, b] = [reread(from), reread(to)]
  if (a.document !== undefined && b.document !== undefined)
    return compareLoaded({ ...a, document: a.document }, { ...b, document: b.document })
  return diffPlain(a.written, b.written)
}

function reread(text: string): { readonly document?: TrafficDocument; readonly written: unknown } {
  const { value: written } = readYaml(text, '')
  const outcome = readTraffic(text, '', { serial: 0, readZone: anyZone })
  return 'document' in outcome ? { document: outcome.document, written } : { written }
}

const ANY_ZONE = '@ 60 SOA ns.invalid. . 1 2 3 4 5\n@ 60 NS ns.invalid.\n'

const anyZone: ReadZone = (file, origin) => readZoneFile(ANY_ZONE, { file, origin })
