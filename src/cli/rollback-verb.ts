// meridian rollback: back to a document that was in force before.
import type { AppliedView } from '../control-plane/admin/api.js'
import { YES } from './ask.js'
import { dryRunQuery, edit } from './edit.js'
import { OVERRIDE_RULE, rulesHeader } from './override-rules.js'
import { remote } from './remote.js'
import { REMOTE, UsageError, type Verb } from './verb.js'

export const rollback: Verb = {
  usage: 'rollback REVISION [--reason TEXT] [--override-rule ID] [--dry-run] [--yes]',
  summary: 'go back to a document that was in force before',
  help: `
The text of that revision, comments and all, comes into force as a new revision, so that going back can itself be undone.
Overrides stay as they are, and so do zone files. At a terminal it first shows what would change, and asks. When the command returns, the next query gets the new answer.

  meridian history
  meridian rollback 41 --dry-run
  meridian rollback 41 --reason "the new weights were wrong"`,
  options: {
    ...REMOTE,
    reason: { type: 'string', value: 'TEXT', help: 'why; it is kept with the revision' },
    ...OVERRIDE_RULE,
    'dry-run': { type: 'boolean', help: 'only show what would change' },
    ...YES,
  },
  async run(call) {
    const [number, ...rest] = call.words
    if (number === undefined || rest.length > 0) throw new UsageError('expected one revision')
    const api = await remote(call)
    const reason = call.text('reason')
    const path = `/v1/revisions/${encodeURIComponent(number)}/rollback`
    const body = reason === undefined ? {} : { reason }
    const send = async (dryRun: boolean): Promise<AppliedView> =>
      (await api.post(`${path}${dryRunQuery(dryRun)}`, body, rulesHeader(call))) as AppliedView // of this release
    return edit(call, `back at revision ${number}`, send)
  },
}
