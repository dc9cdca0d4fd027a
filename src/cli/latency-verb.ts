// meridian latency: latency tables of a running server, shown, compared, exchanged, and fed from a load balancer.
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { LatencyAbout, LatencyTableList, LatencyTableView, TableChangeView } from '../control-plane/admin/api.js'
import { YES } from './ask.js'
import { carryOut } from './carry-out.js'
import type { ApiClient } from './client.js'
import { lookOnAndOn, report } from './collect.js'
import { readConnections, samplesOf } from './connections.js'
import { formatAbout, formatTable, formatTableChange, formatTables } from './latency.js'
import { changeHeaders, OVERRIDE_RULE } from './override-rules.js'
import { remote } from './remote.js'
import { type Call, EXIT, type Exit, REMOTE, UsageError, type Verb } from './verb.js'

/** From one look at the connections to the next, ms. */
const COLLECT_MS = 10_000

export const latency: Verb = {
  usage: 'latency [show [TABLE]] | fit TABLE | diff TABLE FILE | import TABLE FILE | collect',
  summary: 'how far clients are from regions, as measured',
  help: `
  meridian latency                               all latency tables
  meridian latency show measured --client 203.0.113.7   what a table has for a client
  meridian latency fit measured                  what is expected where nothing was measured
  meridian latency diff measured new.csv         what this file would change: rows, and clients that move
  meridian latency import measured new.csv       put it in place; --force where it changes more than it may
  meridian latency collect --region eu-central   on a load balancer: report the round-trip times of its clients

collect reads "ss -tin" every ten seconds until Ctrl-C, and reports the times of connections that are open on --port (443). With
--once it looks once, with --file it reads what ss wrote before. Its token needs no more than the scope report. Tables without
a file, which are learned only, cannot be imported to. At a terminal, import first shows what it would change, and asks.`,
  options: {
    ...REMOTE,
    ...OVERRIDE_RULE,
    ...YES,
    client: { type: 'string', value: 'CLIENT', help: 'an address, or clients as the rows name them: DE, AS64500' },
    force: { type: 'boolean', help: 'take the file however much it changes' },
    reason: { type: 'string', value: 'TEXT', help: 'why; it is logged' },
    region: { type: 'string', value: 'REGION', help: 'with collect: the region that the connections end in' },
    table: { type: 'string', value: 'TABLE', help: 'with collect: which learned table (the only one)' },
    port: { type: 'string', value: 'PORT', help: 'with collect: the local port of the connections (443)' },
    file: {
      type: 'string',
      value: 'FILE',
      help: 'with collect: read this in place of running ss; - is standard input',
    },
    once: { type: 'boolean', help: 'with collect: look once' },
  },
  async run(call) {
    const [action = 'show', ...words] = call.words
    const most = { show: 1, fit: 1, diff: 2, import: 2, collect: 0 }[action]
    if (most === undefined) throw new UsageError(`"${action}" is not show, fit, diff, import or collect`)
    if (words.length > most) throw new UsageError(`"${words[most]}" is one word too many`)
    if (action === 'collect') return collect(call)
    const [table, file] = words
    if (table === undefined && action !== 'show') throw new UsageError(`${action} needs the name of a latency table`)
    if (file === undefined && most === 2) throw new UsageError(`${action} needs a file`)
    const api = await remote(call)
    if (table === undefined) return list(api, call)
    if (file !== undefined) return exchange(api, call, table, file, action === 'diff')
    return action === 'fit' ? facts(api, call, table) : show(api, call, table)
  },
}

const pathOf = (table: string): string => `/v1/latency/${encodeURIComponent(table)}`

async function list(api: ApiClient, call: Call): Promise<Exit> {
  const tables = (await api.get('/v1/latency')) as LatencyTableList // from a server of this release
  call.print(call.flag('json') ? JSON.stringify(tables, null, 2) : formatTables(tables))
  return EXIT.done
}

async function show(api: ApiClient, call: Call, table: string): Promise<Exit> {
  const client = call.text('client')
  if (client === undefined) return facts(api, call, table)
  const about = (await api.get(`${pathOf(table)}/rows?client=${encodeURIComponent(client)}`)) as LatencyAbout // likewise
  call.print(call.flag('json') ? JSON.stringify(about, null, 2) : formatAbout(about))
  return EXIT.done
}

async function facts(api: ApiClient, call: Call, table: string): Promise<Exit> {
  const view = (await api.get(pathOf(table))) as LatencyTableView // likewise
  call.print(call.flag('json') ? JSON.stringify(view, null, 2) : formatTable(view))
  return EXIT.done
}

async function exchange(api: ApiClient, call: Call, table: string, file: string, dryRun: boolean): Promise<Exit> {
  const text = await readFile(file, 'utf8')
  const send = async (dryRun: boolean): Promise<TableChangeView> => {
    const query = `?dryRun=${dryRun}&force=${call.flag('force')}`
    return (await api.put(`${pathOf(table)}${query}`, text, changeHeaders(call), 'text/csv')) as TableChangeView // likewise
  }
  return carryOut(call, dryRun, { looking: 'comparing', doing: 'putting it in force', send, format: formatTableChange })
}

/** Once, or on and on. */
async function collect(call: Call): Promise<Exit> {
  const region = call.text('region')
  if (region === undefined) throw new UsageError('collect needs --region: where the connections end')
  const port = call.text('port') ?? '443'
  if (!/^[0-9]{1,5}$/.test(port)) throw new UsageError(`--port ${port} is no port`)
  const api = await remote(call)
  const file = call.text('file')
  const table = call.text('table')
  const look = async (): Promise<string> => {
    const samples = samplesOf(await readConnections(Number(port), file), Number(port), region)
    const accepted = await report(api, table, samples)
    return call.flag('json') ? JSON.stringify({ clients: samples.length, accepted }) : `${accepted} clients reported`
  }
  if (file === undefined && !call.flag('once')) return lookOnAndOn(look, call, () => pause(COLLECT_MS))
  call.print(await look())
  return EXIT.done
}
