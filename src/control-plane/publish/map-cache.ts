// Compiled maps on disk, so that a restart does not compile again what has not changed. A file is taken only if its
// checksum holds; anything else about it that is wrong costs a compile, never an answer. What is read is used where it
// lies: map-file.ts says how.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { Family } from '../../dns/address.js'
import { readMap, writeMap } from './map-file.js'
import type { SteeringMap } from './steering-map.js'
import { type MapSpec, mapKey } from './steerings.js'

/** To be raised whenever compiling would make something else of the same database and spec. */
const FORMAT = 3
/** Files kept; the longest unused goes first. */
const KEPT = 64

export class MapCache {
  private readonly directory: string

  /** @param directory made when the first map is saved */
  constructor(directory: string) {
    this.directory = directory
  }

  /** Names a map by all that it is made of. `database` is the hash of the file or files, or 'none'. */
  key(family: Family, database: string, spec: MapSpec): string {
    const parts = JSON.stringify([FORMAT, family, database, mapKey(spec)])
    return createHash('sha256').update(parts).digest('hex').slice(0, 32)
  }

  /** The map of that name; undefined where there is none, or none that is whole. */
  load(key: string): SteeringMap | undefined {
    try {
      const file = this.file(key)
      const map = readMap(file)
      const now = new Date()
      utimesSync(file, now, now)
      return map
    } catch {
      return undefined
    }
  }

  /** Keeps a map. @throws the system's error where it cannot */
  save(key: string, map: SteeringMap): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
    const aside = `${this.file(key)}.new`
    writeMap(aside, map)
    renameSync(aside, this.file(key))
    this.forgetOldest()
  }

  private file(key: string): string {
    return join(this.directory, `${key}.map`)
  }

  private forgetOldest(): void {
    const files = readdirSync(this.directory).map(name => join(this.directory, name))
    const byUse = files.map(file => ({ file, used: statSync(file).mtimeMs })).sort((a, b) => b.used - a.used)
    for (const { file } of byUse.slice(KEPT)) rmSync(file, { force: true })
  }
}
