// meridian audit: has somebody changed the audit log?
import { join } from 'node:path'
import { verifyAudit } from '../control-plane/operate/audit.js'
import { EXIT, UsageError, type Verb } from './verb.js'

export const audit: Verb = {
  usage: 'audit verify [FILE] [--state DIR] [--head HASH]',
  summary: 'whether the audit log is as it was written',
  help: `
Every change and every refusal is a line of audit.log in the state directory, JSON, with a hash over itself and the line
before. verify follows that chain: a line that was changed, put in or taken out shows. Lines that were cut off at the end
do not, unless you noted a hash elsewhere; --head is such a hash, and has to be the last one, or there has to be more after it.

  meridian audit verify
  meridian audit verify /backup/audit.log --head 5e1f…

Exits with 0 if the log is whole, with 1 if not. It needs no server.`,
  options: {
    state: { type: 'string', value: 'DIR', help: 'the state directory (MERIDIAN_STATE_DIR, or ./state)' },
    head: { type: 'string', value: 'HASH', help: 'a hash that was the last one once' },
  },
  async run(call) {
    const [action, file, ...rest] = call.words
    if (action !== 'verify' || rest.length > 0) throw new UsageError('expected verify, and if wanted a file')
    const state = call.text('state') ?? process.env['MERIDIAN_STATE_DIR'] ?? 'state'
    const path = file ?? join(state, 'audit.log')
    const known = call.text('head')
    const { lines, faults, head, has } = await verifyAudit(path, known)
    const all = has ? faults : [...faults, `the hash ${known} is not there: lines were cut off, or this is another log`]
    if (call.flag('json')) call.print(JSON.stringify({ whole: all.length === 0, lines, head, faults: all }, null, 2))
    else if (all.length === 0) call.print(`${path} is whole: ${lines} lines, the last with hash ${head}`)
    else for (const fault of all) call.complain(fault)
    return all.length === 0 ? EXIT.done : EXIT.failed
  },
}
