// meridian doctor: what newcomers get wrong, looked at from here, in words that somebody can act on.
import { getServers } from 'node:dns'
import { isIP } from 'node:net'
import type { StatusView } from '../control-plane/admin/api.js'
import { isMap } from '../control-plane/traffic/edit-value.js'
import type { Server } from '../node/parent-watch.js'
import { type ApiClient, createClient } from './client.js'
import { delegationFindings, type ZoneToFind } from './doctor-delegation.js'
import { detectionFindings } from './doctor-detection.js'
import { type Finding, formatFinding, lookAt, worstFirst } from './doctor-finding.js'
import { hostFindings } from './doctor-host.js'
import { clockFinding, openResolverFinding, parentFinding, statusFindings, subnetFinding } from './doctor-server.js'
import { reach } from './remote.js'
import { type Call, EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const doctor: Verb = {
  usage: 'doctor [ZONE …] [--resolver ADDRESS]',
  summary: 'what keeps the world from finding a zone, or clients from leaving a dead region',
  help: `
Asks a running server, and looks from here, as resolvers do: whether each zone (or those that are named) is delegated, with
glue, to name servers that answer by UDP and TCP; whether its DS fits; how old the geo data are; whether resolvers tell client
subnets; whether strangers are refused; for how long clients stay with a dead region. Where the server is on this machine, its
buffers, lost packets, port 53 and clock as well.

  meridian doctor
  meridian doctor example.com --resolver 9.9.9.9

What is bad comes first, with what to do. Run it from outside of your network too: a firewall is seen from outside only.
Exits with 1 where something is bad.`,
  options: {
    ...REMOTE,
    resolver: {
      type: 'string',
      value: 'ADDRESS',
      help: 'the resolver that finds parents; that of the system unless told',
    },
    port: { type: 'string', value: 'PORT', help: 'where name servers are asked, and the resolver; 53, but for trials' },
    all: { type: 'boolean', help: 'say also what is good' },
  },
  async run(call) {
    const reached = await reach(call)
    const port = Number(call.text('port') ?? 53)
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new UsageError('--port is a number from 1 to 65535')
    const findings = worstFirst(
      await examine(call.words, reached.server, createClient(reached), {
        resolver: { host: resolverOf(call), port },
        port,
      }),
    )
    const bad = findings.filter(({ state }) => state === 'bad').length
    if (call.flag('json')) call.print(JSON.stringify({ findings }, null, 2))
    else {
      const shown = call.flag('all') ? findings : findings.filter(({ state }) => state !== 'good')
      for (const finding of shown) call.print(formatFinding(finding))
      call.print(summary(findings))
    }
    return bad > 0 ? EXIT.failed : EXIT.done
  },
}

/** Of the system there is the address, or where its port is another one, both. */
function resolverOf(call: Call): string {
  const [first = '127.0.0.1'] = getServers()
  return call.text('resolver') ?? (isIP(first) === 0 ? first.replace(/^\[?(.*?)\]?:\d+$/, '$1') : first)
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['state']): number => findings.filter(({ state }) => state === wanted).length
  return `${count('bad')} bad, ${count('warning')} to look at, ${count('unknown')} not known, ${count('good')} good`
}

async function examine(
  wanted: readonly string[],
  address: string,
  api: ApiClient,
  around: { readonly resolver: Server; readonly port: number },
): Promise<readonly Finding[]> {
  const status = (await api.get('/v1/status')) as StatusView // a server of this release
  const { document } = (await api.get('/v1/traffic')) as { document: Record<string, unknown> } // likewise
  const zones = zonesOf(document, wanted)
  const server = new URL(address)
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(server.hostname)
  const delegations = zones.map(zone => lookAt(`delegation of ${zone.zone}`, () => delegationFindings(zone, around)))
  const parents = zones
    .filter(({ isSigned }) => isSigned)
    .map(({ zone }) => lookAt(`DS of ${zone}`, async () => [await parentFinding(api, zone)]))
  return [
    ...statusFindings(status),
    ...(await Promise.all([...delegations, ...parents])).flat(),
    ...(isHere ? await lookAt('this machine', () => hostFindings(status.listeners)) : []),
    ...(isHere ? await lookAt('strangers', () => openResolverFinding(status.listeners)) : []),
    ...(await lookAt('client subnets', async () => [subnetFinding(await api.text('/metrics'))])),
    ...(isHere
      ? []
      : await lookAt('clock', async () =>
          clockFinding((await fetch(new URL('/livez', server))).headers.get('date'), Date.now()),
        )),
    ...detectionFindings(document),
  ]
}

/** @throws UsageError for a zone that is not served */
function zonesOf(document: Record<string, unknown>, wanted: readonly string[]): readonly ZoneToFind[] {
  const zones = isMap(document['zones']) ? document['zones'] : {}
  const names = wanted.length > 0 ? wanted.map(name => name.replace(/\.$/, '').toLowerCase()) : Object.keys(zones)
  return names.map(name => {
    const zone = zones[name]
    if (!isMap(zone)) throw new UsageError(`${name} is no zone of the server`)
    const records = isMap(zone['records']) ? zone['records'] : {}
    const nameservers = (Array.isArray(zone['nameservers']) ? zone['nameservers'] : []).map(one =>
      String(one).replace(/\.$/, '').toLowerCase(),
    )
    const own = nameservers.flatMap(server => {
      const owner = server === name ? '@' : server.endsWith(`.${name}`) ? server.slice(0, -name.length - 1) : undefined
      const list = owner === undefined ? [] : [records[owner] ?? []].flat()
      const addresses = list.flatMap(one =>
        isMap(one) && (one['type'] === 'A' || one['type'] === 'AAAA') ? [String(one['data'])] : [],
      )
      return owner === undefined ? [] : [[server, addresses] as const]
    })
    return {
      zone: name,
      nameservers,
      isSigned: zone['dnssec'] !== undefined && zone['dnssec'] !== false,
      own: new Map(own),
    }
  })
}
