// A document as zones of PowerDNS, a file a zone: static records as they are, steered names as LUA records.
import { formatName } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { TrafficDocument } from '../traffic/document.js'
import { luaOf } from './powerdns-lua.js'
import { type ExportedZone, nameOf, type RecordSet, zonesOf } from './sets.js'
import { type Exported, Told } from './told.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportPowerdns(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const files = zonesOf(document, zone, told).map(one => ({
    name: `${one.name}.zone`,
    text: zoneText(document, one, told),
  }))
  return { files, findings: told.findings }
}

function zoneText(
  document: TrafficDocument,
  { name, zone: { origin }, soa, sets, plans }: ExportedZone,
  told: Told,
): string {
  const apex = nameOf(origin)
  if (sets.some(({ owner, type }) => type === TYPE.NS && nameOf(owner) === apex))
    told.lose(
      `${apex} NS`,
      'these are the name servers of your own nodes: put those of the other system in their place',
    )
  const dynamic = plans.flatMap(plan =>
    luaOf(document, plan, told).map(
      ({ type, ttl, code }) => `${formatName(plan.record.owner)}\t${ttl}\tIN\tLUA\t${type} ${quoted(code)}\n`,
    ),
  )
  if (dynamic.length > 0)
    told.lose(
      name,
      'LUA records need "enable-lua-records=yes", and places its geoip backend; a zone with them goes to no other name server',
    )
  return [soa, ...sets].map(linesOf).join('') + dynamic.join('')
}

export const linesOf = ({ owner, type, ttl, rdatas }: RecordSet): string =>
  rdatas.map(rdata => `${formatName(owner)}\t${ttl}\tIN\t${typeName(type)}\t${formatRdata(type, rdata)}\n`).join('')

/** A character string has 255 bytes at most (RFC 1035 §3.3). */
const LONGEST = 250

/** PowerDNS puts several strings together with spaces between: none ends within a word, or within a text of Lua. */
function quoted(code: string): string {
  const parts = ['']
  for (const word of code.match(/'(?:[^'\\]|\\.)*'|[^',{} ]+|[,{} ]/g) ?? [])
    if (parts.at(-1)!.length + word.length > LONGEST) parts.push(word)
    else parts.push(`${parts.pop()}${word}`)
  return parts.map(part => `"${part.replace(/[\\"]/g, '\\$&')}"`).join(' ')
}
