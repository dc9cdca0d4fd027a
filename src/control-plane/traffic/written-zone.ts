// From the records of a zone file to the zone as people write it in a document: the way back from parse-zone.ts.
import { equalNames, formatName, labels, type Name, nameKey } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { RecordTable } from '../../dns/record-table.js'
import { formatDuration } from './duration.js'
import { looksAbsolute } from './parse-name.js'
import { soaOf } from './parse-zone-file.js'

export interface WrittenRecord {
  readonly type: string
  readonly data: string
  readonly ttl?: string
}

export interface WrittenZone {
  readonly nameservers: readonly string[]
  readonly ttl: string
  readonly 'negative-ttl': string
  readonly soa: Readonly<Record<string, string | number>>
  /** By owner, in the order in which the file first speaks of them. */
  readonly records: Readonly<Record<string, WrittenRecord | readonly WrittenRecord[]>>
}

/**
 * The zone without what only documents know: nothing in it is steered. The table has the SOA and the NS of the apex.
 * @throws Error with a sentence where the document has no words for what the file says
 */
export function writtenZone(table: RecordTable, origin: Name): WrittenZone {
  const all = [...table]
  const apex = (wanted: number) => all.filter(({ owner, type }) => type === wanted && equalNames(owner, origin))
  const [soa] = apex(TYPE.SOA)
  const servers = apex(TYPE.NS)
  if (soa === undefined || servers[0] === undefined) throw new Error('a zone has an SOA record and NS records')
  const { mname, rname, serial, refresh, retry, expire, minimum } = soaOf(soa.rdata)
  const { ttl } = servers[0]
  const records = new Map<string, { readonly owner: Name; readonly list: WrittenRecord[] }>()
  for (const record of all) {
    if (record === soa || servers.includes(record)) continue
    const key = nameKey(record.owner)
    const group = records.get(key) ?? { owner: record.owner, list: [] }
    records.set(key, group)
    group.list.push({
      type: typeName(record.type),
      data: formatRdata(record.type, record.rdata),
      ...(record.ttl === ttl ? {} : { ttl: seconds(record.ttl) }),
    })
  }
  return {
    nameservers: servers.map(({ rdata }) => withoutDot(rdata)),
    ttl: seconds(ttl),
    'negative-ttl': seconds(minimum),
    soa: {
      ...(equalNames(mname, servers[0].rdata) ? {} : { primary: withoutDot(mname) }),
      mailbox: mailbox(rname),
      serial,
      refresh: seconds(refresh),
      retry: seconds(retry),
      expire: seconds(expire),
      ...(soa.ttl === ttl ? {} : { ttl: seconds(soa.ttl) }),
    },
    records: Object.fromEntries(
      [...records.values()].map(({ owner, list }) => [ownerText(owner, origin), list.length === 1 ? list[0]! : list]),
    ),
  }
}

/** What a zone is called in a document. */
export const zoneText = (origin: Name): string => withoutDot(origin)

const seconds = (count: number): string => (count === 0 ? '0s' : formatDuration(count * 1000))

const withoutDot = (name: Name): string => (name.length === 1 ? '.' : formatName(name).slice(0, -1))

/** Relative to the zone, unless that would be taken for a whole name. */
function ownerText(owner: Name, origin: Name): string {
  if (equalNames(owner, origin)) return '@'
  const relative = withoutDot(Uint8Array.from([...owner.subarray(0, owner.length - origin.length), 0]))
  return looksAbsolute(relative, origin) ? formatName(owner) : relative
}

/** RFC 1035 §8: the first label is the local part. */
function mailbox(rname: Name): string {
  const [local] = labels(rname)
  if (local === undefined) return '.'
  if (local.some(byte => byte < 33 || byte > 126))
    throw new Error(`the mailbox ${formatName(rname)} in the SOA record has characters that no mailbox has`)
  const rest = rname.subarray(local.length + 1)
  return `${Buffer.from(local).toString('latin1')}@${rest.length === 1 ? '' : withoutDot(rest)}`
}
