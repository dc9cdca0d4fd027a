// Names that are compiled already, for a document in which little has changed: of regions and policies nothing that answers hold
// (a weight, a check, a place), and of zones only the data of few names. What has not changed is the same memory as before. Pure.
import { isDeepStrictEqual } from 'node:util'
import { nameKey, parentKey } from '../../dns/name.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { amendNames, type ChangedZone } from './amend-names.js'
import type { CompiledNames } from './names.js'
import { zoneOf } from './reach.js'
import { steeringSpec } from './steerings.js'

/** Undefined where they have to be compiled anew; signed zones always are, since signatures grow old. */
export function renewNames(
  names: CompiledNames,
  before: TrafficDocument,
  document: TrafficDocument,
): CompiledNames | undefined {
  const zones = [...document.zones.values()]
  const changed = changedZones(before, document)
  if (changed === undefined || zones.some(({ dnssec }) => dnssec !== undefined)) return undefined
  if (changed.length > 0 && (zones.some(({ aliases }) => aliases.length > 0) || isNested(zones))) return undefined
  const isSteeredAsBefore = SECTIONS.every(section => before[section] === document[section])
  if (!isSteeredAsBefore && !isDeepStrictEqual(givenBy(before), givenBy(document))) return undefined
  const amended = changed.length === 0 ? names : amendNames(names, changed)
  return (
    amended && {
      ...amended,
      steerings: isSteeredAsBefore
        ? names.steerings
        : names.steerings.map(({ record, gives }) => steeringSpec(document, record, gives)),
    }
  )
}

/** All that the steering of a name depends on, besides its record. */
const SECTIONS = ['regions', 'policies', 'latency'] as const

/** Zones that have not changed are the same objects. Undefined where zones have come, or gone, or changed their places. */
function changedZones(before: TrafficDocument, document: TrafficDocument): readonly ChangedZone[] | undefined {
  const known = [...before.zones]
  const zones = [...document.zones]
  if (zones.length !== known.length || zones.some(([name], i) => name !== known[i]![0])) return undefined
  return zones.flatMap(([, zone], index) => {
    const [, before] = known[index]! // there are as many
    return zone === before ? [] : [{ index, before, zone }]
  })
}

/** Whether one of the zones lies within another, which then denies, and refers to, what is in it. */
function isNested(zones: readonly Zone[]): boolean {
  const keys = new Set(zones.map(({ origin }) => nameKey(origin)))
  return [...keys].some(key => zoneOf(parentKey(key), keys) !== undefined)
}

/** All that names and their types depend on. */
const givenBy = ({ regions }: TrafficDocument): readonly unknown[] =>
  [...regions.values()].map(({ id, addresses, target }) => [id, addresses, target])
