// The port behind which steering maps are made: it may take seconds, so it is never done where something waits.
import type { Family } from '../../dns/address.js'
import type { ClientMap } from '../../snapshot/map.js'
import { type GeoDatabase, openDatabase } from '../geo/database.js'
import type { ByFamily, DatabaseFile } from '../geo/library.js'
import { compileMap, type SteeringMap } from './steering-map.js'
import type { MapSpec } from './steerings.js'
import { widen } from './widen.js'

/** Maps of both client families. */
export type MapPair = Readonly<Record<Family, SteeringMap>>

export interface MapMaker {
  /**
   * The databases that maps are made of from now on; undefined: clients of the family are unlocated.
   * @throws GeoDatabaseError
   */
  setDatabases(files: ByFamily): Promise<void>
  compile(spec: MapSpec): Promise<MapPair>
  widen(family: Family, base: ClientMap, choiceOf: Int32Array): Promise<ClientMap>
  close(): Promise<void>
}

/** What a maker's thread does for one family; also all that a test needs. */
export class FamilyMaker {
  private database: GeoDatabase | undefined

  private readonly family: Family

  constructor(family: Family) {
    this.family = family
  }

  setDatabase(file: DatabaseFile | undefined): void {
    this.database = file === undefined ? undefined : openDatabase(file.bytes, file.file)
  }

  compile(spec: MapSpec): SteeringMap {
    return compileMap(this.database, this.family, spec)
  }

  widen(base: ClientMap, choiceOf: Int32Array): ClientMap {
    return widen(base, choiceOf)
  }
}

/** Makes maps where it is called. For tools and tests, which have nothing else to do meanwhile. */
export function localMapMaker(): MapMaker {
  const makers = { 4: new FamilyMaker(4), 6: new FamilyMaker(6) }
  return {
    async setDatabases(files) {
      makers[4].setDatabase(files[4])
      makers[6].setDatabase(files[6])
    },
    compile: async spec => ({ 4: makers[4].compile(spec), 6: makers[6].compile(spec) }),
    widen: async (family, base, choiceOf) => makers[family].widen(base, choiceOf),
    close: async () => {},
  }
}
