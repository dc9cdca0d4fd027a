// What a node takes its answers from: the traffic document with its past, the geo databases, and the secrets of its keys.
import { join } from 'node:path'
import { bundledDatabases } from '../control-plane/geo/bundled.js'
import { type Checker, checkAside } from '../control-plane/geo/check.js'
import { GeoLibrary } from '../control-plane/geo/library.js'
import { openFileStore } from '../control-plane/traffic/file-store.js'
import { Revisions } from '../control-plane/traffic/revisions.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import { goLevel } from '../data-plane/precedence.js'
import type { Inheritance } from '../data-plane/workers.js'
import type { TsigKeys } from '../dns/tsig.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { rememberChecks } from './checked-files.js'
import type { Closing } from './closing.js'
import { readKeys } from './keys.js'
import { SerialsFile } from './serials-file.js'
import { databaseStatus } from './status.js'

/** Where a node takes what it serves from, where its settings are not to say. */
export interface Sources {
  readonly store?: TrafficStore
  /** Paths of .mmdb files; an empty list is none at all. */
  readonly databases?: readonly string[]
  /** Sockets of the process before this one. */
  readonly inherited?: Inheritance | undefined
}

export interface OpenSources {
  readonly store: TrafficStore
  readonly geo: GeoLibrary
  /** What geo databases are checked by. */
  readonly check: Checker
  readonly keys: TsigKeys
  readonly serials: SerialsFile
}

/** @throws TrafficRefused, GeoDatabaseError, or an Error about a key */
export async function openSources(
  settings: Settings,
  { store: given, databases = databasesOf(settings) }: Sources,
  closing: Closing,
  log: Log,
): Promise<OpenSources> {
  const serials = new SerialsFile(join(settings.stateDirectory, 'serials.json'), log)
  closing.add(() => serials.close())
  const check = await rememberChecks(checkAside, join(settings.stateDirectory, 'checked.json'))
  const [store, geo, keys] = await Promise.all([
    given ?? openOwnStore(settings, serials, closing, log),
    openGeo(databases, check, closing),
    readKeys(settings.keys),
  ])
  closing.add(() => store.close())
  for (const { warning } of databaseStatus(geo, settings)) if (warning !== undefined) log.warn(warning)
  return { store, geo, check, keys, serials }
}

async function openGeo(databases: readonly string[], check: Checker, closing: Closing): Promise<GeoLibrary> {
  const geo = await GeoLibrary.open(databases, check)
  closing.add(() => geo.close())
  return geo
}

/** The file that the settings name. A store of somebody else's keeps its own past, or none. */
async function openOwnStore(
  { stateDirectory, history, traffic }: Settings,
  serials: SerialsFile,
  closing: Closing,
  log: Log,
): Promise<TrafficStore> {
  const onProblem = (sentence: string, err?: unknown): void => log.error({ err }, sentence)
  const limits = { count: history.revisions, bytes: history.bytes }
  const revisions = await Revisions.open(stateDirectory, { limits, onProblem })
  closing.add(() => revisions.close())
  return openFileStore(traffic, { revisions, serial: serials.count, onProblem, hasten: goLevel })
}

const databasesOf = ({ geo: { databases } }: Settings): readonly string[] =>
  databases.length > 0 ? databases : bundledDatabases()
