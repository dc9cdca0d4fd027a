// Zone files and nothing around them, as `meridian serve --zone` names them: a store that only their own files change.
import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { Zone } from './document/zone.js'
import type { TrafficDocument } from './document.js'
import { type LoneZone, readLargeLoneZone, readLoneZone } from './lone-zone.js'
import type { Problem } from './problem.js'
import { EditRefused, type Loaded, type Refused, TrafficRefused, type TrafficStore } from './store.js'
import { watchFile } from './watch-file.js'
import { ZoneFiles } from './zone-files.js'

export interface NamedZone {
  readonly origin: string
  /** The path of its file. */
  readonly file: string
}

/** One of the zones, and what was last seen of its file. */
interface Kept {
  readonly named: NamedZone
  readonly files: ZoneFiles
  readonly outcome: LoneZone
}

type Sound = Extract<LoneZone, { readonly zone: Zone }>

/**
 * Reads the files and watches them. One that is broken later on leaves its zone as it was, and hinders no other.
 * @throws TrafficRefused where one of them is no sound zone, or two are of the same zone
 */
export function openZoneStore(zones: readonly NamedZone[]): TrafficStore {
  let kept = zones.map(named => read({ named, files: new ZoneFiles(named.file) }))
  const problems = [...kept.flatMap(problemsOf), ...repeated(kept)]
  if (problems.length > 0) throw new TrafficRefused(problems)

  let good = kept.map(({ outcome }) => outcome as Sound) // none has problems
  let current = load(kept, good)
  let refused: Refused | undefined
  const changeListeners: ((loaded: Loaded) => void | Promise<void>)[] = []
  const refusedListeners: ((refused: Refused) => void)[] = []

  const look = async (): Promise<void> => {
    if (!kept.some(({ files }) => files.changed())) return
    const before = good
    kept = await Promise.all(kept.map(one => (one.files.changed() ? readAgain(one) : one)))
    good = kept.map(({ outcome }, i) => ('zone' in outcome ? outcome : before[i]!)) // as many as before
    const problems = kept.flatMap(problemsOf)
    refused = problems.length === 0 ? undefined : { problems, at: Date.now() }
    if (refused !== undefined) for (const listener of refusedListeners) listener(refused)
    if (good.every((zone, i) => zone === before[i])) return
    current = load(kept, good)
    for (const listener of [...changeListeners]) await listener(current)
  }

  let last: Promise<void> = Promise.resolve()
  const inTurn = (): Promise<void> => {
    last = last.then(look, look)
    return last
  }
  const stops = folders(zones).map(file => watchFile(file, () => void inTurn()))
  return {
    name: zones.map(({ file }) => file).join(', '),
    current: () => current,
    refused: () => refused,
    // What was in zone files before is kept nowhere.
    revisions: undefined,
    edit: fixed,
    replace: fixed,
    reread: inTurn,
    onChange: listener => void changeListeners.push(listener),
    onRefused: listener => void refusedListeners.push(listener),
    close: () => {
      for (const stop of stops) stop()
    },
  }
}

async function fixed(): Promise<never> {
  throw new EditRefused([
    { path: '', message: 'the zones are those of the command line: edit their files, which are watched' },
  ])
}

function read({ named, files }: Pick<Kept, 'named' | 'files'>): Kept {
  return { named, files, outcome: readLoneZone(named.file, named.origin, files) }
}

async function readAgain({ named, files }: Kept): Promise<Kept> {
  return { named, files, outcome: await readLargeLoneZone(named.file, named.origin, files) }
}

const problemsOf = ({ outcome }: Kept): readonly Problem[] => ('problems' in outcome ? outcome.problems : [])

function repeated(kept: readonly Kept[]): readonly Problem[] {
  const keys = kept.map(({ outcome }) => ('key' in outcome ? outcome.key : undefined))
  return kept.flatMap(({ named }, i) =>
    keys[i] === undefined || keys.indexOf(keys[i]) === i
      ? []
      : [{ path: named.file, message: `is a second file of the zone ${named.origin}` }],
  )
}

function load(kept: readonly Kept[], good: readonly Sound[]): Loaded {
  const document: TrafficDocument = {
    checks: new Map(),
    regions: new Map(),
    policies: new Map(),
    latency: new Map(),
    zones: new Map(good.map(({ key, zone }) => [key, zone])),
  }
  const digests = kept.map(({ files }) => files.digest()).join(' ')
  return {
    document,
    warnings: good.flatMap(({ warnings }) => warnings),
    written: { zones: Object.fromEntries(kept.map(({ named: { origin, file } }) => [origin, { file }])) },
    revision: createHash('sha256').update(digests).digest('hex').slice(0, 12),
    loadedAt: Date.now(),
  }
}

/** One file of each folder: whoever watches it is told of all of them. */
function folders(zones: readonly NamedZone[]): readonly string[] {
  return [...new Map(zones.map(({ file }) => [dirname(resolve(file)), resolve(file)])).values()]
}
