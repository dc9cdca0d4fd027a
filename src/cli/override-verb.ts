// meridian override: say for a time that regions are down, up, or partly drained.
import { isIP } from 'node:net'
import type { OverrideList, OverrideView, RegionView } from '../control-plane/admin/api.js'
import { isPlain, meetsAny } from '../control-plane/traffic/region-glob.js'
import { YES } from './ask.js'
import type { ApiClient } from './client.js'
import { confirmed, DRY_RUN, foretold, type Wish } from './confirm.js'
import { formatOverrides } from './override.js'
import { ENDS, ends, show } from './override-ends.js'
import { changeHeaders, OVERRIDE_RULE, rulesHeader } from './override-rules.js'
import { remote } from './remote.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

const STATES = ['down', 'up', 'drain', 'observe'] as const

export const override: Verb = {
  usage:
    'override list | down REGION… | up REGION… | drain REGION… --percent N | observe REGION… | extend ID | cancel ID',
  summary: 'say for a time that regions are down, up, partly drained, or as they are',
  help: `
An override holds whatever the checks of a region find, ends by itself, and survives a restart. It is in force when the
command returns. A REGION may be a glob ("us-*"), a tag ("tag:edge"), or an address of a region: of one that is drained, so
many percent of the clients get the others of its region. It goes on being probed, and region list shows both.

  meridian override down us-west --dry-run                    who would move where; nothing is changed
  meridian override down us-west --for 30m --reason "switch replacement"
  meridian override drain "eu-*" --percent 50 --for 2h --reason "half of Europe, to see"
  meridian override up us-east --for 15m --reason "the probe is wrong, ticket 17"
  meridian override down 192.0.2.7 --for 1h --reason "one balancer of two"
  meridian override drain 192.0.2.8 --percent 25 --for 1h --reason "a quarter of what it gets"
  meridian override observe us-east --for 1h --reason "new probes are tried"       as it is, whatever its checks find
  meridian override list
  meridian override extend 7 --for 1h
  meridian override cancel 7

Of several that mean a region the newest holds; when it ends, the one before holds again. A region that is forced down is
not revived when all others are down. At a terminal, what it would do is shown first, and asked. What is written into the document by region disable has no end, and wins.`,
  options: {
    ...REMOTE,
    ...ENDS,
    percent: { type: 'string', value: 'NUMBER', help: 'with drain: how many percent of its clients go elsewhere' },
    reason: { type: 'string', value: 'TEXT', help: 'why; needed, and shown to whoever looks' },
    ...OVERRIDE_RULE,
    ...DRY_RUN,
    ...YES,
  },
  async run(call) {
    const [action = '', ...targets] = call.words
    const state = STATES.find(state => state === action)
    if (state !== undefined) return create(call, state, targets)
    const [id, ...rest] = targets
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action === 'list' && id === undefined) return list(await remote(call), call)
    if (action !== 'extend' && action !== 'cancel')
      throw new UsageError(`"${action}" is not list, down, up, drain, observe, extend or cancel`)
    if (id === undefined) throw new UsageError(`${action} needs the id of an override; list shows them`)
    const path = `/v1/overrides/${encodeURIComponent(id)}`
    const api = await remote(call)
    if (action === 'cancel') {
      if (!(await confirmed(api, call, { end: [id] }))) return EXIT.failed
      return show(call, await api.remove(path, changeHeaders(call)), 'cancelled')
    }
    // Another end moves nobody now, and another share does.
    const { percent } = ends(call)
    if (percent !== undefined && !(await confirmed(api, call, await otherShare(api, id, path, percent))))
      return EXIT.failed
    return show(call, await api.patch(path, ends(call), rulesHeader(call)), 'changed')
  },
}

async function list(api: ApiClient, call: Call): Promise<Exit> {
  const answer = (await api.get('/v1/overrides')) as OverrideList // from a server of this release
  call.print(call.flag('json') ? JSON.stringify(answer, null, 2) : formatOverrides(answer))
  return EXIT.done
}

async function create(call: Call, state: (typeof STATES)[number], targets: readonly string[]): Promise<Exit> {
  if (targets.length === 0) throw new UsageError(`${state} needs a region`)
  if (call.flag('dry-run')) {
    const api = await remote(call)
    return foretold(api, call, await wishOf(api, call, state, targets))
  }
  const reason = call.text('reason')
  if (reason === undefined) throw new UsageError('--reason is missing: somebody will want to know')
  if (call.text('for') === undefined && call.text('until') === undefined)
    throw new UsageError('an override has an end: --for or --until is missing')
  const body = { targets, state, ...ends(call), reason }
  const api = await remote(call)
  if (!(await confirmed(api, call, await wishOf(api, call, state, targets)))) return EXIT.failed
  return show(call, await api.post('/v1/overrides', body, rulesHeader(call)), 'in force')
}

async function otherShare(api: ApiClient, id: string, path: string, percent: number): Promise<Wish> {
  const { holdsFor } = (await api.get(path)) as OverrideView // from a server of this release
  return { end: [id], drain: Object.fromEntries(holdsFor.map(region => [region, percent])) }
}

/** What it comes to for the regions that are meant now; a name that means none is for the server to refuse. */
async function wishOf(
  api: ApiClient,
  call: Call,
  state: (typeof STATES)[number],
  targets: readonly string[],
): Promise<Wish> {
  // What is only observed stays as it is.
  if (state === 'observe') return {}
  const named = targets.filter(target => isIP(target) !== 0)
  const plain = targets.filter(target => isPlain(target) && isIP(target) === 0)
  const wide = targets.filter(target => !isPlain(target))
  const { regions } = wide.length + named.length === 0 ? { regions: [] } : await api.get('/v1/regions')
  const meant = regions.filter(region => meetsAny(wide, region) || isWhole(region, named))
  const ids = [...plain, ...meant.map(({ id }) => id)]
  if (state !== 'drain') return { [state]: ids }
  const { percent } = ends(call)
  if (percent === undefined) throw new UsageError('--percent is missing: how many of its clients go elsewhere')
  return { drain: Object.fromEntries(ids.map(id => [id, percent])) }
}

/** Whether these are all of its addresses; while there are others, its clients stay. */
const isWhole = ({ addresses }: Pick<RegionView, 'addresses'>, named: readonly string[]): boolean =>
  addresses.length > 0 && addresses.every(address => named.includes(address))
