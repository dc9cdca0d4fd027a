// The zones that all servers are given: worlds of master files, each world served together.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readLoneZone } from '../../src/control-plane/traffic/lone-zone.js'
import { formatProblem } from '../../src/control-plane/traffic/problem.js'
import { type Name, nameKey, parentKey, parseName } from '../../src/dns/name.js'
import type { RecordTable } from '../../src/dns/record-table.js'
import { lineOf } from './reply.js'

export interface ServedZone {
  /** As configurations have it: without the final dot, but for the root. */
  readonly origin: string
  readonly name: Name
  readonly file: string
  readonly records: RecordTable
}

/** Zones that are served by one process of each server. */
export interface World {
  readonly name: string
  readonly zones: readonly ServedZone[]
}

const FOLDER = fileURLToPath(new URL('zones', import.meta.url))

/** A folder a world; a file is called by the origin of its zone, that of the root `root`. */
export const WORLDS: readonly World[] = readdirSync(FOLDER)
  .sort()
  .map(name => ({
    name,
    zones: readdirSync(join(FOLDER, name))
      .sort()
      .map(file => readServed(join(FOLDER, name, file))),
  }))

function readServed(file: string): ServedZone {
  const called = basename(file, '.zone')
  const origin = called === 'root' ? '.' : called
  const outcome = readLoneZone(file, origin)
  if ('problems' in outcome) throw new Error(outcome.problems.map(formatProblem).join('\n'))
  return { origin, name: parseName(origin), file, records: outcome.records }
}

const lines = new WeakMap<World, ReadonlySet<string>>()

/** Every record of a world, as a reply would show it. */
export function linesOf(world: World): ReadonlySet<string> {
  const known = lines.get(world)
  if (known !== undefined) return known
  const all = new Set(world.zones.flatMap(({ records }) => [...records].map(lineOf)))
  lines.set(world, all)
  return all
}

/** The deepest zone that a name lies in. */
export function zoneOf({ zones }: World, name: Name): ServedZone | undefined {
  const byKey = new Map(zones.map(zone => [nameKey(zone.name), zone]))
  for (let key = nameKey(name); key !== ''; key = parentKey(key)) {
    const zone = byKey.get(key)
    if (zone !== undefined) return zone
  }
  return undefined
}
