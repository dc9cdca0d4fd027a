// Zones and records as the API shows them: names, types and data in presentation form. Pure.
import { formatPrefix } from '../../dns/address.js'
import { formatName } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { StaticView, SteeredView, ZoneView } from './api-zone.js'

export function zoneView({ origin, soa, ttl, nameservers, records, aliases, file, steered, ecsTrust }: Zone): ZoneView {
  return {
    zone: formatName(origin),
    ttl,
    nameservers: nameservers.map(formatName),
    soa: { ...soa, mname: formatName(soa.mname), rname: formatName(soa.rname) },
    ecsTrust: ecsTrust.map(formatPrefix),
    staticRecords: records.length + aliases.length + (file?.length ?? 0),
    steeredRecords: steered.length,
  }
}

export function recordsView({ origin, records, aliases, steered }: Zone): {
  readonly zone: string
  readonly records: readonly StaticView[]
  readonly steered: readonly SteeredView[]
} {
  return {
    zone: formatName(origin),
    records: [
      ...records.map(({ owner, type, ttl, rdata, hints }) => ({
        owner: formatName(owner),
        type: typeName(type),
        ttl,
        data: formatRdata(type, rdata),
        ...(hints === undefined ? {} : { hints }),
      })),
      ...aliases.map(({ owner, ttl, target }) => ({
        owner: formatName(owner),
        type: 'ALIAS',
        ttl,
        data: formatName(target),
      })),
    ],
    steered: steered.map(steeredView),
  }
}

export function steeredView({ owner, policy, regions, fallback, ttl, whenAllDown, fixed }: SteeredRecord): SteeredView {
  return {
    owner: formatName(owner),
    policy,
    regions,
    fallback,
    ttl,
    whenAllDown,
    ...(fixed === undefined ? {} : { fixed: fixed.map(({ text }) => text) }),
  }
}
