// Zones as PowerDNS writes them (pdnsutil list-zone, or files of its BIND backend): plain ones, but for LUA records.
import { parseName } from '../../dns/name.js'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import { readZoneFile } from '../../dns/zonefile.js'
import { formatZoneProblem } from '../../dns/zonefile-problem.js'
import { carriedBy, carry } from './carrier.js'

/** A record whose data a program makes for every query. */
export interface LuaRecord {
  /** What it makes: `A`. */
  readonly type: string
  readonly code: string
}

export interface PowerdnsZone {
  readonly zone: string
  readonly records: RecordTable
  readonly warnings: readonly string[]
}

/** @throws Error with file and line where it is no zone */
export function readPowerdnsZone(zone: string, file: string, text: string): PowerdnsZone {
  const { records, problems } = readZoneFile(carried(text), { file, origin: parseName(`${zone}.`) })
  const error = problems.find(({ severity }) => severity === 'error')
  if (error !== undefined) throw new Error(formatZoneProblem(error))
  return { zone, records, warnings: problems.map(formatZoneProblem) }
}

/** Up to its code: owner or a gap, TTL, class. */
const LUA = /^((?:[^\s;"]+|)[ \t]+(?:\d\w*[ \t]+)?(?:IN[ \t]+)?)LUA[ \t]+(\w+)[ \t]+/gim

function carried(text: string): string {
  let out = ''
  let from = 0
  LUA.lastIndex = 0
  for (let found = LUA.exec(text); found !== null; found = LUA.exec(text)) {
    const [all, before = '', type = ''] = found
    const { code, end } = codeAt(text, found.index + all.length)
    // As many lines as it had, so that others keep their numbers.
    const lines = text.slice(found.index, end).split('\n').length - 1
    out += `${text.slice(from, found.index)}${before}${carry({ type: type.toUpperCase(), code })}${'\n'.repeat(lines)}`
    from = LUA.lastIndex = end
  }
  return out + text.slice(from)
}

/** All strings of the entry together; parentheses join lines. */
function codeAt(text: string, start: number): { readonly code: string; readonly end: number } {
  let code = ''
  let depth = 0
  let at = start
  for (; at < text.length; at++) {
    const character = text[at]!
    if (character === '\n' && depth === 0) break
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === ';') at = (text.indexOf('\n', at) + 1 || text.length + 1) - 2
    else if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) {
        const digits = /^\\(\d{3})/.exec(text.slice(at, at + 4))?.[1]
        if (digits !== undefined) {
          code += String.fromCharCode(Number(digits) & 255)
          at += 3
        } else code += text[at] === '\\' ? text[++at] : text[at]
      }
    }
  }
  return { code, end: at }
}

/** What a LUA record says; undefined where it is another one. */
export const luaOf = (record: TableRecord): LuaRecord | undefined => carriedBy(record) as LuaRecord | undefined // written by `carried`
