// The static view of a zone as a master file (RFC 1035 §5): one record a line, all names in full.
import { formatName } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { recordsOf, type StaticView } from './static-view.js'

export function masterFile(view: StaticView): string {
  const lines = [
    `; ${formatName(view.origin)} as it is without clients and health: steered names have all their regions\n`,
  ]
  for (const { owner, type, ttl, rdata } of recordsOf(view))
    lines.push(`${formatName(owner)}\t${ttl}\tIN\t${typeName(type)}\t${formatRdata(type, rdata)}\n`)
  return lines.join('')
}
