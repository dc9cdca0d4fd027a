// meridian zone check|show|import: zone files, as the server would read them.
import { readLoneZone } from '../control-plane/traffic/lone-zone.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { formatName, type Name, nameKey, parseName } from '../dns/name.js'
import { TYPE, typeName } from '../dns/numbers.js'
import { canonicalRdata, formatRdata } from '../dns/rdata.js'
import type { RecordTable } from '../dns/record-table.js'
import { type Call, EXIT, UsageError, type Verb } from './verb.js'
import { importZone } from './zone-import.js'

export const zone: Verb = {
  usage: 'zone check|show FILE --origin NAME | zone import NAME=FILE [--into DOCUMENT]',
  summary: 'check a zone file, list its records, or make a zone of a document of it',
  help: `
Reads a zone file (RFC 1035 §5, with $TTL, $INCLUDE and $GENERATE) as the server would.
check lists everything that is wrong with it: file, line, column. show lists its records, one a line, in canonical order
(RFC 4034 §6.1): owner, TTL, class, type, data, all names in full.

  meridian zone check example.com.zone --origin example.com
  meridian zone show example.com.zone --origin example.com

import prints the zone as one of a traffic document, names in the order of the file; with --into it is put into that
document, whose comments and layout stay. The serial is that of the file: take it away to have Meridian choose it.

  meridian zone import example.com=example.com.zone
  meridian zone import example.com=example.com.zone --into config/traffic.yaml

Exits with 0 if the server would serve it, with 1 if it would refuse it.`,
  options: {
    origin: { type: 'string', value: 'NAME', help: 'the name of the zone' },
    into: { type: 'string', value: 'FILE', help: 'the traffic document that import writes to' },
  },
  async run(call) {
    const [action, file, ...rest] = call.words
    if (action === 'import') return importZone(call)
    if ((action !== 'check' && action !== 'show') || file === undefined || rest.length > 0)
      throw new UsageError('expected check or show and a file, or import and NAME=FILE')
    const origin = call.text('origin')
    if (origin === undefined) throw new UsageError('--origin is missing')
    const outcome = readLoneZone(file, origin)
    const { problems, warnings } = 'problems' in outcome ? { ...outcome, warnings: [] } : { ...outcome, problems: [] }
    if (call.flag('json') && action === 'check')
      call.print(JSON.stringify({ sound: problems.length === 0, problems, warnings }, null, 2))
    else {
      for (const problem of problems) call.complain(formatProblem(problem))
      for (const warning of warnings) call.complain(`warning: ${formatProblem(warning)}`)
    }
    if ('problems' in outcome) return EXIT.failed
    if (action === 'show') show(outcome.records, parseName(origin), call)
    else if (!call.flag('json')) call.print(`${file} is sound: ${outcome.records.length} records`)
    return EXIT.done
  },
}

function show(table: RecordTable, origin: Name, call: Call): void {
  const lines = canonicalOrder(table, origin).map(i => {
    const { owner, type, ttl, rdata } = table.at(i)
    return { owner: formatName(owner), ttl, type: typeName(type), data: formatRdata(type, rdata) }
  })
  if (call.flag('json')) call.print(JSON.stringify(lines, null, 2))
  else call.print(lines.map(({ owner, ttl, type, data }) => `${owner}\t${ttl}\tIN\t${type}\t${data}`).join('\n'))
}

/** RFC 4034 §6.1 and §6.3: by owner from the last label on, then by type, then by data; the SOA before all others. */
function canonicalOrder(table: RecordTable, origin: Name): number[] {
  const apex = nameKey(origin)
  const rows = Array.from({ length: table.length }, (_, i) => {
    const key = nameKey(table.owner(i))
    const type = table.type(i)
    const data = canonicalRdata(type, table.rdata(i))
    return { i, order: orderOf(key), type: key === apex && type === TYPE.SOA ? 0 : type, data }
  })
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  rows.sort((a, b) => byText(a.order, b.order) || a.type - b.type || Buffer.compare(a.data, b.data))
  return rows.map(({ i }) => i)
}

/** A text that sorts as the name does: labels from last to first, each ended by what sorts before all bytes. */
function orderOf(key: string): string {
  const labels: string[] = []
  for (let at = 0; key.charCodeAt(at) > 0; at += key.charCodeAt(at) + 1)
    // One is added to each byte, so that zero is left for the end.
    labels.push(
      key.slice(at + 1, at + 1 + key.charCodeAt(at)).replace(/./gs, c => String.fromCharCode(c.charCodeAt(0) + 1)),
    )
  return labels.reverse().join('\0')
}
