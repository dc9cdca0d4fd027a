// The zones of BIND, view by view: the records of each, and what else is said of it.
import { parseName } from '../../dns/name.js'
import type { RecordTable } from '../../dns/record-table.js'
import { readZoneFile } from '../../dns/zonefile.js'
import { formatZoneProblem } from '../../dns/zonefile-problem.js'
import type { BindFiles } from './bind-files.js'
import type { Draft } from './draft.js'
import { blockOf, type Statement, wordOf } from './named-conf.js'
import { withoutDot } from './names.js'

export interface BindView {
  /** Empty where there are no views. */
  readonly name: string
  readonly statements: readonly Statement[]
}

/** Without views, all is one for everybody. */
export function viewsOf(conf: readonly Statement[]): readonly BindView[] {
  const views = conf.flatMap((statement): readonly BindView[] =>
    statement[0] === 'view' ? [{ name: String(statement[1]), statements: statement.findLast(isBlock) ?? [] }] : [],
  )
  return views.length > 0 ? views : [{ name: '', statements: conf }]
}

const isBlock = (part: string | readonly Statement[]): part is readonly Statement[] => typeof part !== 'string'

/** By zone and view the records. @throws Error with file and line where a zone cannot be read */
export function readZones(
  draft: Draft,
  views: readonly BindView[],
  files: BindFiles,
): ReadonlyMap<string, ReadonlyMap<string, RecordTable>> {
  const zones = new Map<string, Map<string, RecordTable>>()
  for (const view of views)
    for (const statement of view.statements) {
      if (statement[0] !== 'zone') continue
      const zone = withoutDot(String(statement[1])).toLowerCase()
      const body = statement.findLast(isBlock) ?? []
      const other = wordOf(body, 'in-view')
      const records = other === undefined ? readZone(draft, zone, view, body, files) : zones.get(zone)?.get(other)
      if (records === undefined) continue
      zones.set(zone, (zones.get(zone) ?? new Map()).set(view.name, records))
    }
  return zones
}

function readZone(
  draft: Draft,
  zone: string,
  view: BindView,
  body: readonly Statement[],
  files: BindFiles,
): RecordTable | undefined {
  const where = view.name === '' ? `zone ${zone}` : `zone ${zone} in view ${view.name}`
  const type = wordOf(body, 'type') ?? ''
  if (type !== 'primary' && type !== 'master') {
    if (!(type === 'hint' && zone === ''))
      draft.lose(where, `left out: it is of type ${type}, and has no records of its own`)
    return undefined
  }
  tellOptions(draft, where, body)
  const path = wordOf(body, 'file')
  if (path === undefined) {
    draft.lose(where, 'left out: it has no file')
    return undefined
  }
  if (wordOf(body, 'masterfile-format') === 'raw') {
    draft.lose(where, 'left out: its file is not text; named-compilezone makes a text of it')
    return undefined
  }
  const { name, text } = files.find(path)
  const { records, problems } = readZoneFile(text, {
    file: name,
    origin: parseName(`${zone}.`),
    include: inner => {
      const found = files.find(inner)
      return { file: found.name, text: found.text }
    },
  })
  for (const problem of problems)
    if (problem.severity === 'error') throw new Error(formatZoneProblem(problem))
    else draft.lose(where, formatZoneProblem(problem))
  return records
}

const OPTIONS: Readonly<Record<string, string>> = {
  'allow-transfer': 'who may transfer it is not taken over: see "transfer: { allow: … }"',
  'also-notify': 'who is told of changes is not taken over: see "transfer: { notify: … }"',
  'allow-update': 'who may change it is not taken over: see "update"',
  'update-policy': 'who may change it is not taken over: see "update"',
  'allow-query': 'everybody may ask now, whom allow-query did not let',
  'dnssec-policy': 'it was signed: "dnssec: true" signs it with keys of its own, whose DS the parent has to get first',
  'auto-dnssec': 'it was signed: "dnssec: true" signs it with keys of its own, whose DS the parent has to get first',
}

function tellOptions(draft: Draft, where: string, body: readonly Statement[]): void {
  for (const [word, what] of Object.entries(OPTIONS))
    if (body.some(([first]) => first === word) && wordOf(body, word) !== 'none' && !isNobody(blockOf(body, word)))
      draft.lose(where, what)
}

const isNobody = (list: readonly Statement[] | undefined): boolean => list?.length === 1 && list[0]?.[0] === 'none'
