// meridian geo: the geo databases of a running server, and others in their place.
import type { DatabaseList, GeoChangeView } from '../control-plane/admin/api.js'
import { YES } from './ask.js'
import { carryOut } from './carry-out.js'
import type { ApiClient } from './client.js'
import { ruleLine } from './consequence.js'
import { changeHeaders, OVERRIDE_RULE } from './override-rules.js'
import { sourceOf } from './proposal.js'
import { remote } from './remote.js'
import { printable, table } from './table.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

export const geo: Verb = {
  usage: 'geo [status] | diff FROM | update FROM',
  summary: 'geo databases: how old they are, and newer ones in their place',
  help: `
  meridian geo                                   the databases in use, and how old they are
  meridian geo diff city.mmdb                    whom this file would send elsewhere
  meridian geo update https://…/city.mmdb.gz     fetch, verify, compare, and use it

FROM is a file on the machine of the server, or an http or https address; what ends in .gz is unpacked. A file that sends more
clients elsewhere than the settings permit (geo.most-moved), or is older than the one in use, is refused without --force. What
would break a safety rule is refused with it too; see meridian safety. At a terminal, update first shows whom the file would
send elsewhere, and asks. The file that was in use stays beside the new one as FILE.previous: update from that to go back.`,
  options: {
    ...REMOTE,
    ...OVERRIDE_RULE,
    ...YES,
    database: { type: 'string', value: 'FILE', help: 'in whose place, where several are in use' },
    force: { type: 'boolean', help: 'take it whatever it moves' },
    reason: { type: 'string', value: 'TEXT', help: 'why; it is logged' },
  },
  async run(call) {
    const [action = 'status', from, ...rest] = call.words
    if (!['status', 'diff', 'update'].includes(action))
      throw new UsageError(`"${action}" is not status, diff or update`)
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one word too many`)
    if (action !== 'status' && from === undefined) throw new UsageError(`${action} needs a file or an address`)
    const api = await remote(call)
    return from === undefined ? status(api, call) : update(api, call, from, action === 'diff')
  },
}

async function status(api: ApiClient, call: Call): Promise<Exit> {
  const list = (await api.get('/v1/geo')) as DatabaseList // from a server of this release
  const rows = list.databases.map(({ file, type, families, builtAt, ageDays, warning = '' }) => [
    type,
    families.map(family => `IPv${family}`).join(' '),
    builtAt.slice(0, 10),
    `${ageDays} days`,
    warning === '' ? file : `${file}: ${warning}`,
  ])
  const text = table([['TYPE', 'HAS', 'BUILT', 'AGE', 'FILE'], ...rows], ['left', 'left', 'left', 'right', 'left'])
  call.print(call.flag('json') ? JSON.stringify(list, null, 2) : text.join('\n'))
  return EXIT.done
}

function update(api: ApiClient, call: Call, from: string, dryRun: boolean): Promise<Exit> {
  const database = call.text('database')
  const send = async (dryRun: boolean): Promise<GeoChangeView> => {
    const body = {
      from: sourceOf(from),
      dryRun,
      force: call.flag('force'),
      ...(database === undefined ? {} : { database }),
    }
    return (await api.post('/v1/geo', body, changeHeaders(call))) as GeoChangeView // likewise
  }
  return carryOut(call, dryRun, {
    looking: 'fetching, verifying, comparing',
    doing: 'fetching, verifying, comparing, taking it',
    send,
    format: formatGeoChange,
  })
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** Moves of one name that are told. */
const MOST_MOVES = 5

export function formatGeoChange({ file, builtAt, names, objections, rules = [], applied }: GeoChangeView): string {
  return [
    `${file}: built ${day(builtAt.before)}, and ${day(builtAt.after)} after it`,
    ...names.flatMap(({ name, share, moves }) => [
      `${name} ${percent(share)} of its clients get another region`,
      ...moves.slice(0, MOST_MOVES).map(({ from, to, share }) => `  ${from} -> ${to} ${percent(share)}`),
    ]),
    ...objections.map(text => `to be forced: ${text}`),
    ...rules.map(rule => printable(ruleLine(rule))),
    applied ? 'it is in use' : 'nothing was changed',
  ].join('\n')
}
