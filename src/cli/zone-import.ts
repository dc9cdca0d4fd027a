// meridian zone import: a zone file becomes a zone of a traffic document, printed or put into one.
import { editText } from '../control-plane/traffic/edit.js'
import { openFileStore } from '../control-plane/traffic/file-store.js'
import { readLoneZone } from '../control-plane/traffic/lone-zone.js'
import { readTraffic } from '../control-plane/traffic/parse.js'
import { formatProblem, type Problem } from '../control-plane/traffic/problem.js'
import { EditRefused, TrafficRefused } from '../control-plane/traffic/store.js'
import { type WrittenZone, writtenZone, zoneText } from '../control-plane/traffic/written-zone.js'
import { formatName, type Name, parseName } from '../dns/name.js'
import { type Call, EXIT, type Exit, UsageError } from './verb.js'

export async function importZone(call: Call): Promise<Exit> {
  const [, source = '', ...rest] = call.words
  const equals = source.indexOf('=')
  if (equals < 1 || equals === source.length - 1 || rest.length > 0)
    throw new UsageError('import takes ORIGIN=FILE, such as example.com=example.com.zone')
  const [originText, file] = [source.slice(0, equals), source.slice(equals + 1)]
  const outcome = readLoneZone(file, originText)
  if ('problems' in outcome) return refuse(call, outcome.problems)
  for (const warning of outcome.warnings) call.complain(`warning: ${formatProblem(warning)}`)
  const origin = parseName(originText)
  const zone = writtenZone(outcome.records, origin)
  const into = call.text('into')
  const count = outcome.records.length
  return into === undefined ? printZone(origin, zone, call) : putZone(origin, zone, { into, file, count }, call)
}

function printZone(origin: Name, zone: WrittenZone, call: Call): Exit {
  const text = editText('zones:\n', [{ path: ['zones', zoneText(origin)], value: zone }])
  // The same gate as for any document: what is printed can be served.
  const outcome = readTraffic(text, 'the imported zone', { serial: 1 })
  if ('problems' in outcome) return refuse(call, outcome.problems)
  call.print(call.flag('json') ? JSON.stringify({ zones: { [zoneText(origin)]: zone } }, null, 2) : text.trimEnd())
  return EXIT.done
}

interface Import {
  readonly into: string
  readonly file: string
  readonly count: number
}

async function putZone(origin: Name, zone: WrittenZone, { into, file, count }: Import, call: Call): Promise<Exit> {
  const name = zoneText(origin)
  try {
    const store = await openFileStore(into)
    try {
      if (store.current().document.zones.has(formatName(origin).toLowerCase())) {
        call.complain(`${into} has the zone ${name} already; take it out first, or leave --into away and merge by hand`)
        return EXIT.failed
      }
      const { revision } = await store.edit([{ path: ['zones', name], value: zone }])
      if (call.flag('json')) call.print(JSON.stringify({ zone: name, file, into, records: count, revision }, null, 2))
      else call.print(`${name} is in ${into} now: ${count} records from ${file}, with the serial ${zone.soa['serial']}`)
      return EXIT.done
    } finally {
      store.close()
    }
  } catch (error) {
    if (error instanceof TrafficRefused || error instanceof EditRefused) return refuse(call, error.problems)
    throw error
  }
}

function refuse(call: Call, problems: readonly Problem[]): Exit {
  for (const problem of problems) call.complain(formatProblem(problem))
  return EXIT.failed
}
