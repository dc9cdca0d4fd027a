// HTTPS and SVCB records whose hints are those of a steered name: as the line has them, and as a static view does.

import type { TableRecord } from '../../dns/record-table.js'
import { cutsOf, effectiveTarget, HINT, withParam } from '../../dns/svcb.js'
import type { HintedParts } from '../../snapshot/hints.js'
import type { StaticRecord, SteeredRecord } from '../traffic/document/zone.js'
import { addressesOf, type Zones } from './reach.js'
import type { RecordSet } from './record-set.js'
import type { ZoneContents } from './zone.js'

/** The record whose addresses are the hints; the gate has seen to it that there is one. */
export function hintsFrom(
  { owner, rdata, ttl }: StaticRecord,
  zones: Zones<{ readonly contents: ZoneContents }>,
): SteeredRecord | undefined {
  const addresses = addressesOf({ owner, target: effectiveTarget(owner, rdata), ttl }, zones)
  return addresses.kind === 'steered' ? addresses.record : undefined
}

/** The records of a set, and where the hints of those go that have them. */
export const hintedParts = ({ rdatas }: RecordSet, hinted: readonly StaticRecord[]): readonly HintedParts[] =>
  rdatas.map(rdata => ({
    rdata,
    ...cutsOf(rdata),
    hinted: hinted.some(record => Buffer.compare(record.rdata, rdata) === 0),
  }))

/** The record with these addresses as hints. */
export const withHints = (
  record: StaticRecord,
  addresses: Readonly<Record<'v4' | 'v6', readonly Uint8Array[]>>,
): TableRecord => ({
  owner: record.owner,
  type: record.type,
  ttl: record.ttl,
  rdata: hintedData(record.rdata, { v4: Buffer.concat([...addresses.v4]), v6: Buffer.concat([...addresses.v6]) }),
})

/** Data without hints with these addresses, one behind the other. */
export const hintedData = (rdata: Uint8Array, hints: Readonly<Record<'v4' | 'v6', Uint8Array>>): Uint8Array =>
  (['v4', 'v6'] as const).reduce<Uint8Array>(
    (data, family) => (hints[family].length === 0 ? data : withParam(data, HINT[family], hints[family])),
    rdata,
  )
