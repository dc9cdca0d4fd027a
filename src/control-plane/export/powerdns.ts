// A document as zones of PowerDNS, a file a zone: static records as they are, steered names as LUA records.
import { formatName } from '../../dns/name.js'
import type { TrafficDocument } from '../traffic/document.js'
import { luaOf } from './powerdns-lua.js'
import { type ExportedZone, zonesOf } from './sets.js'
import { type Exported, Told } from './told.js'
import { staticLines } from './zone-lines.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportPowerdns(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const files = zonesOf(document, zone, told).map(one => ({
    name: `${one.name}.zone`,
    text: zoneText(document, one, told),
  }))
  return { files, findings: told.findings }
}

function zoneText(document: TrafficDocument, zone: ExportedZone, told: Told): string {
  const { name, plans } = zone
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
  return staticLines(zone, told) + dynamic.join('')
}

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
