// How many milliseconds a region is to be expected away from a client: as a table has it, else what the distance makes likely.
import { type AddressBytes, formatPrefix } from '../../dns/address.js'
import type { Location } from '../traffic/document/region.js'
import type { ClientClass } from './client-class.js'
import { type ClientKey, clientKeys } from './client-key.js'
import { kilometres } from './distance.js'
import { modelled } from './latency-model.js'
import { type LatencyTable, measured, rowsAbout } from './latency-table.js'

export interface Placed {
  readonly id: string
  readonly location?: Location
}

/** Undefined where neither is known. @param table absent: all by distance */
export function expectedLatency(
  table: LatencyTable | undefined,
  client: ClientClass,
): (region: Placed) => number | undefined {
  const row = table === undefined ? undefined : measured(rowsAbout(table, clientKeys(client)))
  const { location } = client
  return ({ id, location: to }) =>
    row?.(id) ??
    (location === undefined || to === undefined ? undefined : modelled(kilometres(location, to), table?.model))
}

/** Of the networks that a table has rows for, those that an address lies in, the smallest first. */
export function networksWithRows({ rows }: LatencyTable, bytes: AddressBytes): readonly ClientKey[] {
  const found: ClientKey[] = []
  const rest = bytes.slice()
  for (let length = bytes.length * 8; length > 0; length--) {
    if (length < bytes.length * 8) rest[length >> 3]! &= 0xff00 >> (length & 7)
    const key = formatPrefix({ bytes: rest, length })
    if (rows.has(key)) found.push(key)
  }
  return found
}
