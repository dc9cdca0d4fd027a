// Record sets as lines of a master file (RFC 1035 §5), each with its whole name and TTL.
import { formatName } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { type ExportedZone, nameOf, type RecordSet } from './sets.js'
import type { Told } from './told.js'

export const linesOf = ({ owner, type, ttl, rdatas }: RecordSet): string =>
  rdatas.map(rdata => `${formatName(owner)}\t${ttl}\tIN\t${typeName(type)}\t${formatRdata(type, rdata)}\n`).join('')

/** What of a zone is the same for everybody, its SOA first. */
export function staticLines({ zone: { origin }, soa, sets }: ExportedZone, told: Told): string {
  const apex = nameOf(origin)
  if (sets.some(({ owner, type }) => type === TYPE.NS && nameOf(owner) === apex))
    told.lose(
      `${apex} NS`,
      'these are the name servers of your own nodes: put those of the other system in their place',
    )
  return [soa, ...sets].map(linesOf).join('')
}
