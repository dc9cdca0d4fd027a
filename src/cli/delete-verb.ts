// meridian delete: take a thing of the traffic document away.
import type { AppliedView } from '../control-plane/admin/api.js'
import { dryRunQuery, EDIT, edit, editHeaders } from './edit.js'
import { remote } from './remote.js'
import { kindsUsage, thingIn } from './thing.js'
import { UsageError, type Verb } from './verb.js'

export const deleteVerb: Verb = {
  usage: kindsUsage('delete', 'NAME'),
  summary: 'take a thing of the traffic document away',
  help: `
  meridian delete records example.com www --dry-run
  meridian delete records example.com www
  meridian delete regions us-west --reason "sold"

Refused while something in the document needs it: what, is said. At a terminal it first shows what would change, and asks.
When the command returns, it is gone from the next answer; meridian rollback brings it back.`,
  options: EDIT,
  async run(call) {
    const { path, name, rest } = thingIn(call.words)
    if (name === undefined || rest.length > 0) throw new UsageError('expected a kind of thing, and a name')
    const api = await remote(call)
    const send = async (dryRun: boolean): Promise<AppliedView> =>
      (await api.remove(`${path}${dryRunQuery(dryRun)}`, editHeaders(call))) as AppliedView // of this release
    return edit(call, 'gone', send)
  },
}
