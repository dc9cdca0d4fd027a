// What verbs that edit the traffic document have in common: only on top of a revision, why, and first to see what it would do.
import type { AppliedView } from '../control-plane/admin/api.js'
import { YES } from './ask.js'
import { carryOut } from './carry-out.js'
import { changeHeaders, OVERRIDE_RULE } from './override-rules.js'
import { formatApplied } from './revision.js'
import { type Call, type Exit, type Option, REMOTE } from './verb.js'

export const EDIT: Readonly<Record<string, Option>> = {
  ...REMOTE,
  'dry-run': { type: 'boolean', help: 'only show what would change' },
  'if-match': { type: 'string', value: 'REVISION', help: 'only on top of this revision' },
  reason: { type: 'string', value: 'TEXT', help: 'why; it is kept with the revision' },
  ...OVERRIDE_RULE,
  ...YES,
}

export function editHeaders(call: Call): Readonly<Record<string, string>> {
  const match = call.text('if-match')
  return {
    ...(match === undefined ? {} : { 'If-Match': `"${match.replaceAll('"', '')}"` }),
    ...changeHeaders(call),
  }
}

export const dryRunQuery = (dryRun: boolean): string => (dryRun ? '?dryRun=true' : '')

/** Only shows what would change, or does it. `done` is what has happened then, in a word. */
export const edit = (call: Call, done: string, send: (dryRun: boolean) => Promise<AppliedView>): Promise<Exit> =>
  carryOut(call, call.flag('dry-run'), {
    looking: 'finding out whom it would move',
    doing: 'putting it in force',
    send,
    format: applied => formatApplied(applied, done),
  })
