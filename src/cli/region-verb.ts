// meridian region: see the regions, take one out, bring it back, have its answers kept for less.
import type { AppliedView } from '../control-plane/admin/api.js'
import { parseDuration } from '../control-plane/traffic/duration.js'
import { YES } from './ask.js'
import type { ApiClient } from './client.js'
import { confirmed, DRY_RUN, foretold } from './confirm.js'
import { dryRunQuery } from './edit.js'
import { ENDS, ends, show } from './override-ends.js'
import { changeHeaders, OVERRIDE_RULE, rulesHeader } from './override-rules.js'
import { formatRegions } from './region.js'
import { remote } from './remote.js'
import { formatApplied } from './revision.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

export const region: Verb = {
  usage:
    'region list | enable REGION | disable REGION [--for DURATION] | release REGION | ttl REGION DURATION [--reason TEXT] [--dry-run] [--override-rule ID] [--yes]',
  summary: 'see the regions, take one out, bring it back, have its answers kept for less',
  help: `
  meridian region list                     every region: up, down or disabled, since when, and why
  meridian region disable eu-central --dry-run                who would move where; nothing is changed
  meridian region disable eu-central --reason "drill 42"
  meridian explain api.example.com --near eu-central          what its clients get now, and why
  meridian region enable eu-central
  meridian region release eu-central       let it back in, where its failback is manual or delayed
  meridian region disable eu-central --for 2h --reason "new switch"                       comes back by itself
  meridian region ttl eu-central 15s       no answer with it is kept for longer, of any name; none: as before

A region that is disabled gets no clients, whatever its health; it goes on being probed. The change is written into the
traffic document (comments stay), so it survives a restart. When the command returns, the next query already gets the
new answer; clients follow within the TTL that they were given.

At a terminal, each of them first shows what it would do, and asks. What would break a safety rule of the document is refused;
see meridian safety. With --for or --until it is no change of the document but an override, which ends by itself; it takes a
reason, and meridian override list, extend and cancel are about it.

A TTL of a region moves no client, so nothing is asked; no name goes below the least TTL of its own. It can be set before work on a
region, or while it is new; what resolvers have already, they keep for as long as they were told.`,
  options: {
    ...REMOTE,
    reason: { type: 'string', value: 'TEXT', help: 'why, for the log' },
    ...ENDS,
    ...OVERRIDE_RULE,
    ...DRY_RUN,
    ...YES,
  },
  async run(call) {
    const [action, id, ttl, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action === 'list' && id === undefined) return list(await remote(call), call)
    if (action === 'list') throw new UsageError('list takes no region')
    if (action !== 'enable' && action !== 'disable' && action !== 'release' && action !== 'ttl')
      throw new UsageError(`"${action ?? ''}" is not list, enable, disable, release or ttl`)
    if (id === undefined) throw new UsageError(`${action} needs a region`)
    if (action === 'ttl') return bound(await remote(call), call, id, readTtl(ttl))
    if (ttl !== undefined) throw new UsageError(`"${ttl}" is one word too many`)
    return change(await remote(call), call, action, id)
  },
}

async function list(api: ApiClient, call: Call): Promise<Exit> {
  const answer = await api.get('/v1/regions')
  call.print(call.flag('json') ? JSON.stringify(answer, null, 2) : formatRegions(answer))
  return EXIT.done
}

async function change(api: ApiClient, call: Call, action: 'enable' | 'disable' | 'release', id: string): Promise<Exit> {
  const isForATime = call.text('for') !== undefined || call.text('until') !== undefined
  if (isForATime && action === 'disable') return disableForATime(api, call, id)
  if (isForATime) throw new UsageError(`${action} has no end: --for and --until are of disable`)
  const reason = call.text('reason')
  if (call.flag('dry-run')) {
    if (action === 'release') throw new UsageError('release has no dry run: health says who may come back')
    return foretold(api, call, { [action]: [id] })
  }
  // What is let back in gets its clients as if it were up, unless its checks say no.
  const wish = action === 'release' ? { up: [id] } : { [action]: [id] }
  if (!(await confirmed(api, call, wish))) return EXIT.failed
  const answer = await api.post(
    `/v1/regions/${encodeURIComponent(id)}/${action}`,
    reason === undefined ? {} : { reason },
    rulesHeader(call),
  )
  if (call.flag('json')) call.print(JSON.stringify(answer, null, 2))
  else if (action === 'release') call.print(`${id} is let back in`)
  else call.print(`${id} is ${action}d; to undo: meridian region ${action === 'enable' ? 'disable' : 'enable'} ${id}`)
  return EXIT.done
}

/** It ends by itself, so it is an override, and the document stays as it is. */
async function disableForATime(api: ApiClient, call: Call, id: string): Promise<Exit> {
  const wish = { down: [id] }
  if (call.flag('dry-run')) return foretold(api, call, wish)
  const reason = call.text('reason')
  if (reason === undefined) throw new UsageError('--reason is missing: disabled for a time is an override, and has one')
  if (!(await confirmed(api, call, wish))) return EXIT.failed
  const body = { targets: [id], state: 'down', ...ends(call), reason }
  return show(call, await api.post('/v1/overrides', body, rulesHeader(call)), 'in force')
}

/** Null: it is to have none. */
function readTtl(text: string | undefined): string | null {
  if (text === undefined) throw new UsageError('ttl needs a duration, such as 15s, or none')
  if (text === 'none') return null
  if (parseDuration(text) === undefined) throw new UsageError(`"${text}" is not a duration such as 15s, or none`)
  return text
}

/** No client moves, so that nobody is asked. */
async function bound(api: ApiClient, call: Call, id: string, ttl: string | null): Promise<Exit> {
  if (call.text('for') !== undefined || call.text('until') !== undefined)
    throw new UsageError('ttl has no end: --for and --until are of disable')
  const path = `/v1/traffic/regions/${encodeURIComponent(id)}${dryRunQuery(call.flag('dry-run'))}`
  const applied = (await api.patch(path, { ttl }, changeHeaders(call))) as AppliedView // from a server of this release
  call.print(call.flag('json') ? JSON.stringify(applied, null, 2) : formatApplied(applied, 'done'))
  return EXIT.done
}
