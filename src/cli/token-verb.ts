// meridian token: who may use the API, and what for.
import type { NewTokenView, TokenList, TokenView } from '../control-plane/admin/api.js'
import { isMeant, YES } from './ask.js'
import { reasonHeader } from './reason.js'
import { remote } from './remote.js'
import { moment } from './revision.js'
import { table } from './table.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

export const token: Verb = {
  usage:
    'token list | create NAME --scopes SCOPE,… [--zones ZONE,…] [--regions REGION,…] [--expires DURATION] | revoke ID',
  summary: 'who may use the API, and what for',
  help: `
  meridian token create alice --scopes read,operate --expires 90d
  meridian token create shop --scopes edit --zones shop.example.com
  meridian token create berlin --scopes operate,edit --regions "eu-*"
  meridian token list
  meridian token revoke 3

read     look at everything but tokens
operate  make and end overrides, and tell facts, as well
edit     change the traffic document as well
admin    everything, also tokens

operate and edit do not contain each other. With --zones or --regions its holder changes nothing else. A token is shown once, when it is made: the server keeps its hash only. Its
name is what logs, revisions and overrides call its holder. At a terminal, revoke first shows whose it is, and asks. The node's own token, in the state directory, is an admin's.`,
  options: {
    ...REMOTE,
    ...YES,
    scopes: { type: 'string', value: 'SCOPES', help: 'what it is good for: read, report, operate, edit, admin' },
    zones: { type: 'string', value: 'ZONES', help: 'all that it may change, with regions: zones by name' },
    regions: { type: 'string', value: 'REGIONS', help: 'all that it may change, with zones: ids, globs, tags' },
    expires: { type: 'string', value: 'DURATION', help: 'for how long it is good; without, until it is revoked' },
    reason: { type: 'string', value: 'TEXT', help: 'why it is revoked' },
  },
  async run(call) {
    const [action, word, ...rest] = call.words
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action === 'list' && word === undefined) return list(call)
    if (action === 'create' && word !== undefined) return create(call, word)
    if (action === 'revoke' && word !== undefined) return revoke(call, word)
    throw new UsageError('expected list, create with a name, or revoke with an id')
  },
}

async function list(call: Call): Promise<Exit> {
  const answer = (await (await remote(call)).get('/v1/tokens')) as TokenList // from a server of this release
  if (call.flag('json')) call.print(JSON.stringify(answer, null, 2))
  else call.print(formatTokens(answer))
  return EXIT.done
}

export function formatTokens({ tokens }: TokenList): string {
  if (tokens.length === 0) return 'there is only the node’s own token'
  const rows = tokens.map(({ id, name, scopes, within, expiresAt, ended, usedAt, createdBy }) => [
    id,
    name,
    [scopes.join(','), ...boundsOf(within)].join(' '),
    expiresAt === undefined ? 'until revoked' : `${ended ? 'over since' : 'until'} ${moment(expiresAt)}`,
    usedAt === undefined ? '-' : moment(usedAt),
    createdBy,
  ])
  const header = ['ID', 'NAME', 'SCOPES', 'GOOD', 'LAST USED', 'MADE BY']
  return table([header, ...rows], ['right', 'left', 'left', 'left', 'left', 'left']).join('\n')
}

/** `in shop.example.com eu-*` */
const boundsOf = ({ zones = [], regions = [] }: TokenView['within'] = {}): readonly string[] =>
  zones.length + regions.length === 0 ? [] : ['in', ...zones, ...regions]

async function create(call: Call, name: string): Promise<Exit> {
  const scopes = call.text('scopes')?.split(',')
  if (scopes === undefined) throw new UsageError('--scopes is missing: what is it good for?')
  const span = call.text('expires')
  const [zones, regions] = (['zones', 'regions'] as const).map(option => call.text(option)?.split(','))
  const within = { ...(zones === undefined ? {} : { zones }), ...(regions === undefined ? {} : { regions }) }
  const bounds = Object.keys(within).length === 0 ? {} : { within }
  const body = { name, scopes, ...bounds, ...(span === undefined ? {} : { for: span }) }
  const made = (await (await remote(call)).post('/v1/tokens', body)) as NewTokenView // from a server of this release
  if (call.flag('json')) call.print(JSON.stringify(made, null, 2))
  else {
    // The token alone on standard output, so that it can go into a file or a vault.
    call.complain(`token ${made.id} of ${name}, good for ${made.scopes.join(', ')}; it is shown this once:`)
    call.print(made.secret)
  }
  return EXIT.done
}

async function revoke(call: Call, id: string): Promise<Exit> {
  const path = `/v1/tokens/${encodeURIComponent(id)}`
  const api = await remote(call)
  const whose = async (): Promise<readonly string[]> => {
    const tokens = ((await api.get('/v1/tokens')) as TokenList).tokens.filter(one => one.id === id)
    return tokens.length === 0 ? [] : ['its holder can do nothing more with it:', formatTokens({ tokens })]
  }
  if (!(await isMeant(call, whose))) return EXIT.failed
  const gone = (await api.remove(path, reasonHeader(call.text('reason')))) as TokenView // of this release
  call.print(call.flag('json') ? JSON.stringify(gone, null, 2) : `token ${gone.id} of ${gone.name} is no good any more`)
  return EXIT.done
}
