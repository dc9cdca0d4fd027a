// meridian safety: which rules there are, and whether they hold.
import type { SafetyView } from '../control-plane/admin/api.js'
import { ruleLine } from './consequence.js'
import { remote } from './remote.js'
import { printable, table } from './table.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const safety: Verb = {
  usage: 'safety',
  summary: 'what must hold when traffic moves, and whether it does',
  help: `
The safety rules of the traffic document, and whether each of them holds as things are. A change that would break one is
refused, unless whoever makes it overrides the rule by name and says why:

  meridian safety
  meridian region disable us-west --override-rule two-up --reason "the rack burns"

Rules are written in the traffic document, under safety. Exits with 1 if one of them is broken now.`,
  options: REMOTE,
  async run(call) {
    if (call.words.length > 0) throw new UsageError(`"${call.words[0]}" is one word too many`)
    const view = (await (await remote(call)).get('/v1/safety')) as SafetyView // from a server of this release
    call.print(call.flag('json') ? JSON.stringify(view, null, 2) : formatSafety(view))
    return view.broken.length === 0 ? EXIT.done : EXIT.failed
  },
}

export function formatSafety({ rules, broken }: SafetyView): string {
  if (rules.length === 0) return 'the traffic document has no safety rules'
  const rows = rules.map(({ id, holds, rule }) => [id, holds ? 'holds' : 'broken', JSON.stringify(rule)])
  const lines = table([['RULE', 'IS', 'SAYS'], ...rows], ['left', 'left', 'left'])
  return [...lines, ...broken.map(one => printable(ruleLine(one)))].join('\n')
}
