// meridian apply: a whole traffic document, from a file into force.
import { readFile } from 'node:fs/promises'
import type { AppliedView } from '../control-plane/admin/api.js'
import { dryRunQuery, EDIT, edit, editHeaders } from './edit.js'
import { remote } from './remote.js'
import { UsageError, type Verb } from './verb.js'

export const apply: Verb = {
  usage: 'apply FILE [--dry-run] [--if-match REVISION] [--reason TEXT] [--override-rule ID] [--yes]',
  summary: 'bring a whole traffic document into force',
  help: `
Replaces the document of a running server by this one, comments and all, if it is sound; the same one again changes
nothing. With --if-match only if nobody has changed it since: REVISION is what ETag, history and status show.

  meridian apply traffic.yaml --dry-run
  meridian apply traffic.yaml --if-match 3f2a9c01b7de --reason "new region in Oslo"

At a terminal it first shows what would change, and asks. Paths of zone files start from where the server keeps its document. When the command returns, the next query gets the new
answer. Exits with 1 if the document is refused, or somebody was faster.`,
  options: EDIT,
  async run(call) {
    const [file, ...rest] = call.words
    if (file === undefined || rest.length > 0) throw new UsageError('expected one file')
    const text = await readFile(file, 'utf8')
    const api = await remote(call)
    const send = async (dryRun: boolean): Promise<AppliedView> =>
      (await api.put(`/v1/traffic${dryRunQuery(dryRun)}`, text, editHeaders(call))) as AppliedView // of this release
    return edit(call, 'applied', send)
  },
}
