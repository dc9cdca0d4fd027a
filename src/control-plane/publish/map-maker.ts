// The port behind which steering maps are made: it may take seconds, so it is never done where something waits.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Family } from '../../dns/address.js'
import type { ClientMap } from '../../snapshot/map.js'
import { type GeoDatabase, openDatabase } from '../geo/database.js'
import { stateOf } from '../geo/file-state.js'
import type { ByFamily, DatabaseFile } from '../geo/library.js'
import { baseSpec, haveNetworks } from './base-map.js'
import { MapCache } from './map-cache.js'
import { compileMap, type SteeringMap } from './steering-map.js'
import { type MapSpec, mapKey, readsSystems } from './steerings.js'
import { widen } from './widen.js'

/** Maps of both client families. */
export type MapPair = Readonly<Record<Family, SteeringMap>>

export interface MapMaker {
  /** The databases that maps are made of from now on; undefined: clients of the family are unlocated. */
  setDatabases(files: ByFamily): Promise<void>
  /** @throws (by rejecting) GeoDatabaseError where a database is damaged */
  compile(spec: MapSpec): Promise<MapPair>
  /** All maps that were wanted are there: what they were made of is held no longer, and read again for the next ones. */
  letGo(): void
  widen(family: Family, base: ClientMap, choiceOf: Int32Array): Promise<ClientMap>
  close(): Promise<void>
}

/** What a maker's thread does for one family; also all that a test needs. */
export class FamilyMaker {
  private readonly family: Family
  private readonly cache: MapCache | undefined
  private files: FamilyFiles = {}
  /** Opened when they are first needed: with every map in the cache they never are. */
  private places: GeoDatabase | undefined
  private systems: GeoDatabase | undefined
  /** Bytes of both. */
  private held = 0
  /** The last one that others were laid over, and its `mapKey`. */
  private base: { readonly key: string; readonly map: SteeringMap } | undefined

  /** @param cacheDirectory where maps are kept over restarts; absent: nowhere */
  constructor(family: Family, cacheDirectory?: string) {
    this.family = family
    this.cache = cacheDirectory === undefined ? undefined : new MapCache(cacheDirectory)
  }

  setDatabases(files: FamilyFiles): void {
    this.files = files
    this.letGo()
    this.base = undefined
  }

  /** Until a map is made of them again. @returns how many bytes of databases are held no longer */
  letGo(): number {
    const { held } = this
    this.places = undefined
    this.systems = undefined
    this.held = 0
    return held
  }

  /** @throws GeoDatabaseError where the database is damaged */
  compile(spec: MapSpec): SteeringMap {
    const base = baseSpec(spec)
    if (base === undefined) return this.kept(spec)
    // Where there is a base there are tables.
    return haveNetworks(spec.tables!, this.family) ? this.kept(spec, () => this.baseMap(base)) : this.baseMap(base)
  }

  /** Rows of networks change every minute where they are learned, and what they are laid over hardly ever. */
  private baseMap(spec: MapSpec): SteeringMap {
    const key = mapKey(spec)
    if (this.base?.key !== key) this.base = { key, map: this.kept(spec) }
    return this.base.map
  }

  /** From the cache, or made anew. */
  private kept(spec: MapSpec, under?: () => SteeringMap): SteeringMap {
    const { cache, files } = this
    const systems = readsSystems(spec) ? files.systems : undefined
    const data = [files.places?.hash ?? 'none', ...(systems === undefined ? [] : [systems.hash])].join(' ')
    const key = cache?.key(this.family, data, spec) ?? ''
    return cache?.load(key) ?? this.compileAll(spec, key, systems, under?.())
  }

  private compileAll(spec: MapSpec, key: string, systems: DatabaseFile | undefined, under?: SteeringMap): SteeringMap {
    const { cache, files } = this
    if (files.places !== undefined) this.places ??= this.open(files.places)
    if (systems !== undefined) this.systems ??= this.open(systems)
    const sources = { places: this.places, systems: systems === undefined ? undefined : this.systems }
    const map = compileMap(sources, this.family, spec, under)
    try {
      cache?.save(key, map)
    } catch {
      // A full disk costs the next start a compile.
    }
    return map
  }

  widen(base: ClientMap, choiceOf: Int32Array): ClientMap {
    return widen(base, choiceOf)
  }

  private open(file: DatabaseFile): GeoDatabase {
    const { bytes, isSound } = read(file)
    this.held += bytes.length
    return openDatabase(bytes, file.file, isSound)
  }
}

/** The databases of one family; absent: clients have no place, or no system. */
export interface FamilyFiles {
  readonly places?: DatabaseFile | undefined
  readonly systems?: DatabaseFile | undefined
}

export const filesOf = (files: ByFamily, family: Family): FamilyFiles => ({
  places: files[family],
  systems: files.systems?.[family],
})

/**
 * The bytes of a database, and whether they are known to be sound.
 * @throws Error where the file is no longer the one that was checked
 */
function read({ file, path = file, hash, state, bytes = readFileSync(path) }: DatabaseFile): {
  readonly bytes: Uint8Array
  readonly isSound: boolean
} {
  // Reading it took a while: it is as it was checked if it is that now.
  const isSound = state !== undefined && state === stateOf(path)
  if (!isSound && createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new Error(`${file} changed while maps were made of it`)
  return { bytes, isSound }
}

/** Makes maps where it is called. For tools and tests, which have nothing else to do meanwhile. */
export function localMapMaker(cacheDirectory?: string): MapMaker {
  const makers = { 4: new FamilyMaker(4, cacheDirectory), 6: new FamilyMaker(6, cacheDirectory) }
  return {
    async setDatabases(files) {
      makers[4].setDatabases(filesOf(files, 4))
      makers[6].setDatabases(filesOf(files, 6))
    },
    compile: async spec => ({ 4: makers[4].compile(spec), 6: makers[6].compile(spec) }),
    letGo() {
      makers[4].letGo()
      makers[6].letGo()
    },
    widen: async (family, base, choiceOf) => makers[family].widen(base, choiceOf),
    close: async () => {},
  }
}
