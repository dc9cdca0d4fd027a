// How a running server is: what it says of itself, and what it says to strangers.
import type { ParentView, StatusView } from '../control-plane/admin/api.js'
import { parseName } from '../dns/name.js'
import { RCODE, rcodeName, TYPE } from '../dns/numbers.js'
import { askServer } from '../node/parent-watch.js'
import type { ApiClient } from './client.js'
import type { Finding } from './doctor-finding.js'

export function statusFindings({ ready, waitingFor, document, databases, regions }: StatusView): readonly Finding[] {
  const findings: Finding[] = []
  if (!ready)
    findings.push({
      state: 'bad',
      about: 'server',
      what: `is not ready: it waits for ${waitingFor.join(', ')}`,
      advice: 'look into its log',
    })
  if (document.refused !== undefined)
    findings.push({
      state: 'bad',
      about: 'traffic document',
      what: `${document.name} is refused since ${document.refused.at}: ${document.refused.problems.length} problem(s), and the last good one is served`,
      advice: `meridian check ${document.name} lists them`,
    })
  if (databases.length === 0)
    findings.push({
      state: 'warning',
      about: 'geo data',
      what: 'there is no geo database: nobody is located',
      advice: 'name one in the settings (geo), or take the one that comes along',
    })
  for (const { file, ageDays, warning } of databases)
    findings.push(
      warning === undefined
        ? { state: 'good', about: 'geo data', what: `${file} is ${Math.round(ageDays)} days old` }
        : {
            state: 'warning',
            about: 'geo data',
            what: `${file}: ${warning}`,
            advice: 'meridian geo diff FROM shows what a newer one would move, meridian geo update FROM takes it',
          },
    )
  if (regions.total > 0 && regions.up === 0)
    findings.push({
      state: 'bad',
      about: 'regions',
      what: 'none is up',
      advice: 'meridian health tells what each check says',
    })
  return findings
}

/** Seconds that two clocks may be apart before signatures, tokens and reports suffer. */
const APART = 5

export function clockFinding(theirs: string | null, now: number): readonly Finding[] {
  if (theirs === null) return []
  const apart = Math.abs(Date.parse(theirs) - now) / 1000
  return apart <= APART
    ? [{ state: 'good', about: 'clock', what: 'that of the server and that of this machine agree' }]
    : [
        {
          state: 'bad',
          about: 'clock',
          what: `that of the server and that of this machine are ${Math.round(apart)} s apart`,
          advice: 'let both be set by NTP (timedatectl set-ntp true): signatures and drills go by the clock',
        },
      ]
}

/** Queries after which it can be said whether resolvers tell client subnets. */
const ENOUGH = 1000

/** From the exposition of metrics. */
export function subnetFinding(metrics: string): Finding {
  const sum = (series: string): number =>
    [...metrics.matchAll(new RegExp(`^${series}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))].reduce(
      (all, [, count]) => all + Number(count),
      0,
    )
  const [queries, subnets] = [sum('meridian_dns_queries_total'), sum('meridian_queries_with_client_subnet_total')]
  const share = `${subnets} of ${queries} queries had a client subnet`
  if (subnets > 0) return { state: 'good', about: 'client subnets', what: share }
  return queries < ENOUGH
    ? { state: 'unknown', about: 'client subnets', what: `${share}, which says nothing yet` }
    : {
        state: 'warning',
        about: 'client subnets',
        what: share,
        advice:
          'clients are located by their resolvers. Public resolvers send subnets to servers that answer with them: look whether a proxy before this one takes EDNS options away',
      }
}

/** Whoever resolves for strangers is used against others. */
export async function openResolverFinding(listeners: StatusView['listeners']): Promise<readonly Finding[]> {
  const udp = listeners.find(({ transport }) => transport === 'udp')
  if (udp === undefined) return []
  const host = udp.address === '0.0.0.0' ? '127.0.0.1' : udp.address === '::' ? '::1' : udp.address
  const about = 'strangers'
  const message = await askServer(
    { host, port: udp.port },
    { name: parseName('a.root-servers.net.'), type: TYPE.A, recursionDesired: true },
  )
  return message.rcode === RCODE.REFUSED
    ? [{ state: 'good', about, what: 'are refused what is in no zone: it is no open resolver' }]
    : [
        {
          state: 'bad',
          about,
          what: `who ask ${host} port ${udp.port} for a name of others get ${rcodeName(message.rcode)}`,
          advice: 'something else answers there, or it serves the root: see who listens (ss -lnup)',
        },
      ]
}

/** What the parent of a signed zone has of it. */
export async function parentFinding(api: ApiClient, zone: string): Promise<Finding> {
  const view = (await api.get(`/v1/zones/${encodeURIComponent(zone)}/dnssec/parent`)) as ParentView // a server of this release
  const about = `DS of ${zone}`
  switch (view.standing) {
    case 'secure':
      return { state: 'good', about, what: 'the parent vouches for a key of the zone' }
    case 'insecure':
      return {
        state: 'warning',
        about,
        what: 'the zone is signed, and the parent has no DS',
        advice: `give the registrar what "meridian dnssec ds ${zone}" prints`,
      }
    case 'broken':
      return {
        state: 'bad',
        about,
        what: 'the DS of the parent leads to no key: resolvers that validate answer nothing of the zone',
        advice: `have the registrar replace it by what "meridian dnssec ds ${zone}" prints`,
      }
    case 'unknown':
      return { state: 'unknown', about, what: 'not all servers of the parent have answered' }
  }
}
