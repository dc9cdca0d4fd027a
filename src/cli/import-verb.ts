// meridian import: what another system was told becomes a traffic document, with a report of what could not be said in it.
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { merged } from '../control-plane/admin/merge-patch.js'
import { migrateBind } from '../control-plane/migrate/bind.js'
import { bindFiles } from '../control-plane/migrate/bind-files.js'
import type { Finding, Migrated } from '../control-plane/migrate/draft.js'
import { migrateGdnsd } from '../control-plane/migrate/gdnsd.js'
import { gdnsdFiles } from '../control-plane/migrate/gdnsd-files.js'
import { migrateNs1 } from '../control-plane/migrate/ns1.js'
import { readNs1 } from '../control-plane/migrate/ns1-records.js'
import { migrateOctodns } from '../control-plane/migrate/octodns.js'
import { readOctoZone } from '../control-plane/migrate/octodns-records.js'
import { migratePowerdns } from '../control-plane/migrate/powerdns.js'
import { readPowerdnsZone } from '../control-plane/migrate/powerdns-zone.js'
import { migrateRoute53 } from '../control-plane/migrate/route53.js'
import { readHostedZone } from '../control-plane/migrate/route53-records.js'
import type { Source } from '../control-plane/migrate/source.js'
import { editText } from '../control-plane/traffic/edit.js'
import { isMap } from '../control-plane/traffic/edit-value.js'
import { readTraffic } from '../control-plane/traffic/parse.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { readYaml } from '../control-plane/traffic/yaml.js'
import { readBeside, readSources } from './sources.js'
import { EXIT, UsageError, type Verb } from './verb.js'

/** By the word after the verb. Each takes its files, and the zone that was asked for. */
const KINDS: Readonly<Record<string, (files: readonly Source[], zone: string | undefined) => Migrated>> = {
  bind: files => migrateBind(bindFiles(files, readBeside)),
  gdnsd: files => migrateGdnsd(gdnsdFiles(files, readBeside)),
  ns1: files => migrateNs1(readNs1(files)),
  octodns: (files, zone) =>
    migrateOctodns(
      files.map(({ name, text }) => readOctoZone(basename(name), text, files.length === 1 ? zone : undefined)),
    ),
  powerdns: (files, zone) =>
    migratePowerdns(files.map(({ name, text }) => readPowerdnsZone(zone ?? zoneOf(name), name, text))),
  route53: (files, zone) => migrateRoute53(readHostedZone(files), zone),
}

export const importVerb: Verb = {
  usage: 'import KIND FILE … [--zone NAME] [--with FILE] [--out FILE]',
  summary: 'turn what another system was told into a traffic document',
  help: `
Reads what another system was told, prints a traffic document that says the same, and lists on standard error everything
that it cannot say, or that means something else now: nothing is dropped in silence. Nothing is put in force.

  bind      named.conf: the zones that it names, with their views
  gdnsd     its folder, and beside it admin_state, if there is one: configuration, zones, and all that these name
  ns1       the JSON of NS1's API: zones, and each record that has filters; beside them, if there are any, monitors and
            the feeds that carry their state
  octodns   zones as octoDNS keeps them in YAML, a file a zone, such as example.com.yaml
  powerdns  zones as "pdnsutil list-zone" prints them, LUA records among them, a file a zone, such as example.com.zone
  route53   the JSON that the command line of AWS prints: record sets, and beside them, if there are any, health
            checks and blocks of networks, each in a file of its own

  aws route53 list-resource-record-sets --hosted-zone-id ID > records.json
  aws route53 list-health-checks > checks.json
  meridian import route53 records.json checks.json --out traffic.yaml
  meridian import gdnsd /etc/gdnsd /var/lib/gdnsd/admin_state --out traffic.yaml

What the other system has no words for, such as your own name servers and where regions are, is in a file for --with, so
that the import can be made again: what is written there goes before what is imported, and null takes it away.

  meridian import octodns example.com.yaml --with ours.yaml --out traffic.yaml

Exits with 0 where the document is sound, with 1 where a file cannot be read or the document would be refused.`,
  options: {
    zone: { type: 'string', value: 'NAME', help: 'the zone, where the files do not say it' },
    with: { type: 'string', value: 'FILE', help: 'a part of a document, which goes before what is imported' },
    out: { type: 'string', value: 'FILE', help: 'write the document here; what is there already is not overwritten' },
  },
  async run(call) {
    const [kind = '', ...paths] = call.words
    const migrate = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    if (migrate === undefined) throw new UsageError(`import takes one of ${Object.keys(KINDS).join(', ')}, and files`)
    if (paths.length === 0) throw new UsageError(`import ${kind} takes the files to be read`)
    const files = readSources(paths)
    const { document: imported, findings } = migrate(files, call.text('zone'))
    const document = await withOwn(imported, call.text('with'))
    const text = written(kind, document)
    const outcome = readTraffic(text, call.text('out') ?? 'the document', { serial: 1 })
    const problems = 'problems' in outcome ? outcome.problems : []
    const out = call.text('out')
    if (out !== undefined) await writeFile(out, text, { flag: 'wx' })
    if (call.flag('json')) call.print(JSON.stringify({ document, findings, problems }, null, 2))
    else {
      if (out === undefined) call.print(text.trimEnd())
      else call.print(`${out}: ${summary(document)}`)
      for (const finding of findings) call.complain(formatFinding(finding))
    }
    for (const problem of problems) call.complain(`to be mended by hand: ${formatProblem(problem)}`)
    return problems.length === 0 ? EXIT.done : EXIT.failed
  },
}

/** Names of `imported` that the file has as well are as they are there, as in a merge patch. */
async function withOwn(imported: Migrated['document'], path: string | undefined): Promise<Migrated['document']> {
  if (path === undefined) return imported
  const { value, problems } = readYaml(await readFile(path, 'utf8'), path)
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'))
  if (!isMap(value)) throw new Error(`${path}: a map is expected, as in a traffic document`)
  return merged(imported, value) as Migrated['document'] // of maps it is one
}

/** A file of a zone is called as the zone is. */
const zoneOf = (path: string): string =>
  basename(path)
    .replace(/\.(?:zone|db|txt)$/, '')
    .toLowerCase()

const written = (kind: string, document: Migrated['document']): string =>
  editText(
    `# yaml-language-server: $schema=./traffic.schema.json\n#\n# Made by "meridian import ${kind}".\n\nzones: {}\n`,
    Object.entries(document).map(([key, value]) => ({ path: [key], value })),
  )

const formatFinding = ({ where, what }: Finding): string => `${where}: ${what}`

function summary(document: Migrated['document']): string {
  const count = (key: string, one: string, many: string): string => {
    const number = Object.keys((document[key] ?? {}) as object).length // maps, made by the drafts
    return `${number} ${number === 1 ? one : many}`
  }
  return [
    count('zones', 'zone', 'zones'),
    count('regions', 'region', 'regions'),
    count('policies', 'policy', 'policies'),
    count('checks', 'check', 'checks'),
  ].join(', ')
}
