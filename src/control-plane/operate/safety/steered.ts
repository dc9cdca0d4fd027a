// The steered names of a document, and how each of them is answered. Pure.
import { formatName } from '../../../dns/name.js'
import { type SteeringSpec, SteeringTable } from '../../publish/steerings.js'
import type { SteeredRecord } from '../../traffic/document/zone.js'
import type { TrafficDocument } from '../../traffic/document.js'
import { plainName } from '../../traffic/parse-safety.js'

export interface SteeredName {
  /** Without its final dot, in lower case. */
  readonly name: string
  readonly record: SteeredRecord
  /** One for each type of its answers. Names that are answered alike share it. */
  readonly specs: readonly SteeringSpec[]
}

export function steeredNames(document: TrafficDocument): readonly SteeredName[] {
  const table = new SteeringTable(document)
  return [...document.zones.values()].flatMap(({ steered }) =>
    steered.map(record => ({
      name: plainName(formatName(record.owner)),
      record,
      // Types and references, in turn.
      specs: table.entries(record).flatMap((entry, i) => (i % 2 === 1 ? [table.specs[~entry]!] : [])),
    })),
  )
}
