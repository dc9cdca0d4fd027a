// A zone file of another system, record by record, into a draft: what every system that keeps zone files has in common.
import type { Name } from '../../dns/name.js'
import { formatName } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import type { Draft } from './draft.js'
import { mailboxOf, ownerIn, withoutDot } from './names.js'

/** Records that a signer has made, and makes anew. */
const SIGNED: readonly string[] = ['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'CDS', 'CDNSKEY', 'TYPE65534']

export interface ZoneWish {
  /** Without its final dot. */
  readonly zone: string
  /** Records that are not what they seem: true where they were seen to. */
  readonly special?: (owner: string, record: TableRecord) => boolean
  /** Seconds: the longest that a denial is remembered. */
  readonly mostNegative?: number
}

/** Writes what is the same for everybody. Signatures are left out, and told of once. */
export function draftRecords(draft: Draft, table: RecordTable, { zone, special, mostNegative }: ZoneWish): void {
  for (const record of table) {
    const name = formatName(record.owner)
    const owner = relative(zone, record.owner)
    const type = typeName(record.type)
    if (special?.(owner, record) === true) continue
    if (SIGNED.includes(type))
      draft.lose(zone, 'its keys and signatures are left out: "dnssec: true" signs it anew, with keys of its own')
    else if (record.type === TYPE.SOA) draftSoa(draft, zone, record, mostNegative)
    else if (record.type === TYPE.NS && owner === '@')
      draft.nameserver(zone, withoutDot(formatRdata(record.type, record.rdata)))
    else if (isWritable(type, record))
      draft.record(zone, owner, { type, data: formatRdata(record.type, record.rdata), ttl: `${record.ttl}s` })
    else draft.lose(`${name} ${type}`, 'left out: it has no words here')
  }
}

/** The owner as a document writes it. */
export const relative = (zone: string, owner: Name): string => ownerIn(zone, formatName(owner)) ?? '@'

const isWritable = (type: string, { rdata }: TableRecord): boolean => type !== 'HINFO' || rdata.length > 0

/** RFC 2308 §5: a denial is remembered no longer than the record itself may be. */
function draftSoa(draft: Draft, zone: string, { type, rdata, ttl }: TableRecord, most = Infinity): void {
  const [primary = '', mailbox = '', , refresh = '', retry = '', expire = '', minimum = ''] = formatRdata(
    type,
    rdata,
  ).split(/\s+/)
  draft.setZone(zone, 'negative-ttl', `${Math.min(Number(minimum), ttl, most)}s`)
  draft.setZone(zone, 'soa', {
    primary: withoutDot(primary),
    mailbox: mailboxOf(mailbox),
    refresh: `${refresh}s`,
    retry: `${retry}s`,
    expire: `${expire}s`,
    ttl: `${ttl}s`,
  })
  draft.lose(`${zone} SOA`, 'the serial is counted anew; name servers that transfer the zone have to begin afresh')
}
