// What verbs that edit the traffic document have in common: only on top of a revision, why, and first to see what it would do.
import type { AppliedView } from '../control-plane/admin/api.js'
import { isMeant, YES } from './ask.js'
import { changeHeaders, OVERRIDE_RULE } from './override-rules.js'
import { patiently } from './progress.js'
import { formatApplied } from './revision.js'
import { type Call, EXIT, type Exit, type Option, REMOTE } from './verb.js'

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

/** Only shows what would change, or does it; to a person at a terminal it is shown first, with the question whether it is meant. */
export async function carryOut(
  call: Call,
  done: string,
  send: (dryRun: boolean) => Promise<AppliedView>,
): Promise<Exit> {
  const asked = () => patiently(call, 'finding out whom it would move', send(true))
  if (call.flag('dry-run')) return printApplied(call, await asked(), done)
  const meant = await isMeant(call, async () => [formatApplied(await asked(), done)])
  if (!meant) return EXIT.failed
  return printApplied(call, await patiently(call, 'putting it in force', send(false)), done)
}

/** `done` is what has happened, in a word. */
export function printApplied(call: Call, applied: AppliedView, done: string): Exit {
  call.print(call.flag('json') ? JSON.stringify(applied, null, 2) : formatApplied(applied, done))
  return EXIT.done
}
