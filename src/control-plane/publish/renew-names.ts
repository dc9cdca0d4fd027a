// Names that are compiled already, for a document in which only regions and policies have changed, and nothing of them that
// answers hold: a weight, a check, a place. What stands in shared memory is then the same memory as before. Pure.
import { isDeepStrictEqual } from 'node:util'
import type { TrafficDocument } from '../traffic/document.js'
import type { CompiledNames } from './names.js'
import { steeringSpec } from './steerings.js'

/** Undefined where they have to be compiled anew; signed zones always are, since signatures grow old. */
export function renewNames(
  names: CompiledNames,
  before: TrafficDocument,
  document: TrafficDocument,
): CompiledNames | undefined {
  const zones = [...document.zones]
  const known = [...before.zones]
  const sameZones = zones.length === known.length && zones.every(([name, zone], i) => sameEntry(known[i]!, name, zone))
  if (!sameZones || zones.some(([, { dnssec }]) => dnssec !== undefined)) return undefined
  if (!isDeepStrictEqual(givenBy(before), givenBy(document))) return undefined
  return { ...names, steerings: names.steerings.map(({ record, gives }) => steeringSpec(document, record, gives)) }
}

/** Zones that have not changed are the same objects. */
const sameEntry = ([name, zone]: readonly [string, unknown], otherName: string, other: unknown): boolean =>
  name === otherName && zone === other

/** All that names and their types depend on. */
const givenBy = ({ regions }: TrafficDocument): readonly unknown[] =>
  [...regions.values()].map(({ id, addresses, target }) => [id, addresses, target])
