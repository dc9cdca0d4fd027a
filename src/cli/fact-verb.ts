// meridian fact: say that something is so which safety rules ask for.
import type { FactList, FactView } from '../control-plane/admin/api.js'
import { remote } from './remote.js'
import { moment } from './revision.js'
import { table } from './table.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

export const fact: Verb = {
  usage: 'fact list | set NAME [--for DURATION] [--reason TEXT] | clear NAME [--reason TEXT]',
  summary: 'say that something is so which safety rules ask for',
  help: `
Safety rules of the traffic document can ask for plain facts, such as db-promoted, before clients move. Whoever knows says so
here, a person or a program. A fact survives a restart, and moves no traffic by itself.

  meridian fact list
  meridian fact set db-promoted --for 2h --reason "promoted in us-west, ticket 17"
  meridian fact clear db-promoted

A fact that no rule asks for is refused: it is a slip of the pen.`,
  options: {
    ...REMOTE,
    for: { type: 'string', value: 'DURATION', help: 'for how long it holds; until it is cleared unless told' },
    reason: { type: 'string', value: 'TEXT', help: 'why, or how you know' },
  },
  async run(call) {
    const [action, name, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action === 'list' && name === undefined) return list(call)
    if (action === 'set' && name !== undefined) return put(call, name, true)
    if (action === 'clear' && name !== undefined) return put(call, name, false)
    throw new UsageError('expected list, or set or clear with a name')
  },
}

async function list(call: Call): Promise<Exit> {
  const answer = (await (await remote(call)).get('/v1/facts')) as FactList // from a server of this release
  call.print(call.flag('json') ? JSON.stringify(answer, null, 2) : formatFacts(answer))
  return EXIT.done
}

export function formatFacts({ facts }: FactList): string {
  if (facts.length === 0) return 'no safety rule asks for a fact'
  const rows = facts.map(({ name, holds, rules, actor, expiresAt, reason = '' }) => [
    name,
    holds ? (expiresAt === undefined ? 'holds' : `until ${moment(expiresAt)}`) : 'does not hold',
    rules.join(' ') || '-',
    actor ?? '-',
    reason,
  ])
  return table([['FACT', 'IS', 'RULES', 'WHO', 'WHY'], ...rows], ['left', 'left', 'left', 'left', 'left']).join('\n')
}

async function put(call: Call, name: string, holds: boolean): Promise<Exit> {
  const [reason, span] = [call.text('reason'), call.text('for')]
  if (!holds && span !== undefined) throw new UsageError('--for says for how long a fact holds')
  const body = { holds, ...(reason === undefined ? {} : { reason }), ...(span === undefined ? {} : { for: span }) }
  const api = await remote(call)
  const view = (await api.putJson(`/v1/facts/${encodeURIComponent(name)}`, body)) as FactView // of this release
  if (call.flag('json')) call.print(JSON.stringify(view, null, 2))
  else if (!view.holds) call.print(`${name} does not hold`)
  else
    call.print(
      `${name} holds${view.expiresAt === undefined ? '' : ` until ${moment(view.expiresAt)}`}; to end it: meridian fact clear ${name}`,
    )
  return EXIT.done
}
