// meridian put: make a thing of the traffic document, replace it, or change a part of it.
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { AppliedView } from '../control-plane/admin/api.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { readYaml } from '../control-plane/traffic/yaml.js'
import { dryRunQuery, EDIT, edit, editHeaders } from './edit.js'
import { remote } from './remote.js'
import { kindsUsage, thingIn } from './thing.js'
import { EXIT, UsageError, type Verb } from './verb.js'

export const put: Verb = {
  usage: kindsUsage('put', 'NAME', ' [FILE]'),
  summary: 'make a thing of the traffic document, or change it',
  help: `
  meridian get regions us-east > us-east.yaml
  meridian put regions us-east us-east.yaml --dry-run
  meridian put regions us-east us-east.yaml --reason "more capacity"
  echo "weight: 50" | meridian put regions us-east --merge
  echo "[{ type: A, data: 192.0.2.7 }]" | meridian put records example.com www

Reads YAML or JSON from FILE, or from standard input. The thing is made, or becomes what was read; with --merge only what was
read is changed, and null takes a value away. Comments around it stay; the same once more changes nothing. When the command
returns, the next query gets the new answer. At a terminal, what FILE would change is shown first, and asked. Exits with 1 if the document would not be sound, or break a safety rule.`,
  options: { ...EDIT, merge: { type: 'boolean', help: 'change only what is named' } },
  async run(call) {
    const { path, name, rest } = thingIn(call.words)
    const [file = '-', ...more] = rest
    if (name === undefined || more.length > 0) throw new UsageError('expected a kind of thing, a name, and a file')
    const { value, problems } = readYaml(await read(file), file === '-' ? 'standard input' : file)
    for (const problem of problems) call.complain(formatProblem(problem))
    if (problems.length > 0) return EXIT.failed
    if (typeof value !== 'object' || value === null) throw new Error('a map or a list is expected')
    const api = await remote(call)
    const send = async (dryRun: boolean): Promise<AppliedView> => {
      const [to, headers] = [`${path}${dryRunQuery(dryRun)}`, editHeaders(call)]
      const applied = call.flag('merge') ? api.patch(to, value, headers) : api.putJson(to, value, headers)
      return (await applied) as AppliedView // from a server of this release
    }
    return edit(call, 'done', send)
  },
}

const read = (file: string): Promise<string> => (file === '-' ? text(process.stdin) : readFile(file, 'utf8'))
