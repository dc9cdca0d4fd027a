// meridian export: the traffic document of a running server, with its comments, as a file again; or as what another system takes.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exported } from '../control-plane/export/told.js'
import { readTraffic } from '../control-plane/traffic/parse.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { EXPORTS } from './export-kinds.js'
import { readDocument } from './read-document.js'
import { remote } from './remote.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

export const exportVerb: Verb = {
  usage: 'export [--to KIND [FILE] [--zone NAME] [--out DIR]]',
  summary: 'print the traffic document of a running server, or turn a document into what another system takes',
  help: `
The way back of apply: the document as it is written, to be kept, edited or brought to another server.

  meridian export > traffic.yaml

Files that the document names stay where they are. With --to it is the way back of import: what the document says, as
another system takes it, and on standard error everything that it cannot say there, or that will be done differently:
nothing is dropped in silence. The document is FILE, or that of the running server.

  bind      named.conf and zone files: views for kinds of clients, of which each has its first choice
  ns1       zones, records with answers and filters, and monitors, as its API takes them
  octodns   zones in YAML, a file a zone: steered names are dynamic records
  powerdns  zones as pdnsutil loads them, a file a zone: steered names are LUA records
  route53   record sets, health checks and networks, as AWS lists them: steered names are sets that are routed

  meridian export --to octodns --out zones
  meridian export --to powerdns traffic.yaml --zone example.com`,
  options: {
    ...REMOTE,
    to: { type: 'string', value: 'KIND', help: `for another system: ${Object.keys(EXPORTS).join(', ')}` },
    zone: { type: 'string', value: 'NAME', help: 'this zone alone' },
    out: {
      type: 'string',
      value: 'DIR',
      help: 'write the files into this folder; what is there already is not overwritten',
    },
  },
  run(call) {
    const kind = call.text('to')
    if (kind !== undefined) return exportTo(kind, call)
    if (call.words.length > 0) throw new UsageError(`"${call.words[0]}" is not expected here; a file goes with --to`)
    for (const option of ['zone', 'out'])
      if (call.text(option) !== undefined) throw new UsageError(`--${option} goes with --to`)
    return exportDocument(call)
  },
}

async function exportDocument(call: Call): Promise<Exit> {
  const { number, text } = await served(call)
  call.print(call.flag('json') ? JSON.stringify({ revision: number, text }, null, 2) : text.replace(/\n$/, ''))
  return EXIT.done
}

/** The document that a running server has. */
async function served(call: Call): Promise<{ readonly number: number; readonly text: string }> {
  const api = await remote(call)
  const { revisions } = await api.get('/v1/revisions?limit=1')
  const number = revisions[0]?.number
  if (number === undefined)
    throw new Error('there is no document yet (meridian apply FILE brings one), or etcd, which has it, is away')
  return { number, text: await api.text(`/v1/revisions/${number}/text`) }
}

async function exportTo(kind: string, call: Call): Promise<Exit> {
  const make = Object.hasOwn(EXPORTS, kind) ? EXPORTS[kind] : undefined
  if (make === undefined) throw new UsageError(`--to takes one of ${Object.keys(EXPORTS).join(', ')}`)
  const [path, ...more] = call.words
  if (more.length > 0) throw new UsageError('export --to takes one document')
  const outcome =
    path === undefined
      ? readTraffic((await served(call)).text, 'the document', { serial: 1 })
      : await readDocument(path)
  if ('problems' in outcome) {
    for (const problem of outcome.problems) call.complain(formatProblem(problem))
    if (path === undefined)
      call.complain('files that it names are on the server: give the document as a FILE, beside them')
    return EXIT.failed
  }
  return hand(make(outcome.document, call.text('zone')), call)
}

async function hand({ files, findings }: Exported, call: Call): Promise<Exit> {
  const out = call.text('out')
  if (out !== undefined) {
    await mkdir(out, { recursive: true })
    for (const { name, text } of files) await writeFile(join(out, name), text, { flag: 'wx' })
  }
  if (call.flag('json')) {
    call.print(JSON.stringify({ files, findings }, null, 2))
    return EXIT.done
  }
  if (out !== undefined) for (const { name } of files) call.print(join(out, name))
  else for (const { name, text } of files) call.print(`${files.length > 1 ? `# ${name}\n` : ''}${text.trimEnd()}`)
  for (const { where, what } of findings) call.complain(`${where}: ${what}`)
  return EXIT.done
}
