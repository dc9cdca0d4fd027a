// Words on regions that end by themselves, as the command line takes and tells them: those of meridian override, and a region that is
// disabled for a time.
import type { OverrideView } from '../control-plane/admin/api.js'
import { wordsOf } from './override.js'
import { moment } from './revision.js'
import { type Call, EXIT, type Exit, type Option, UsageError } from './verb.js'

export const ENDS: Readonly<Record<string, Option>> = {
  for: { type: 'string', value: 'DURATION', help: 'for how long from now: 30m, 2h' },
  until: { type: 'string', value: 'TIME', help: 'until when: 2026-03-01T09:30:00Z' },
}

/** What was given of the end, the share and the reason, as the API takes it. @throws UsageError */
export function ends(call: Call): { readonly percent?: number } {
  const percent = call.text('percent')
  if (percent !== undefined && !/^[0-9]+$/.test(percent))
    throw new UsageError(`--percent ${percent} is no whole number`)
  const named = { for: call.text('for'), until: call.text('until'), reason: call.text('reason') }
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  return percent === undefined ? given : { ...given, percent: Number(percent) }
}

/** @param what has become of it: `in force`, `changed` or `cancelled` */
export function show(call: Call, answer: unknown, what: string): Exit {
  const view = answer as OverrideView // from a server of this release
  if (call.flag('json')) call.print(JSON.stringify(view, null, 2))
  else {
    const until = view.expiresAt === undefined ? '' : ` until ${moment(view.expiresAt)}`
    const undo = what === 'cancelled' ? '' : `; to end it: meridian override cancel ${view.id}`
    const span = what === 'cancelled' ? '' : until
    call.print(
      `override ${view.id} ${what}: ${[...view.regions, ...(view.addresses ?? [])].join(', ')} ${wordsOf(view)}${span}${undo}`,
    )
  }
  return EXIT.done
}
