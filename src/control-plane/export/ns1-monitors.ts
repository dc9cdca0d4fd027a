// Monitors of NS1, one for each address and check, and the feeds by which answers know what they have seen.
import type { Endpoint } from '../health/endpoints.js'
import type { Written } from '../migrate/draft.js'
import { withoutDot } from '../migrate/names.js'
import type { CheckSpec, HttpCheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { activeChecks, beyond, TIMING } from './checks.js'
import type { Told } from './told.js'

type Looking = Extract<CheckSpec, { readonly type: 'http' | 'https' | 'tcp' | 'tls' | 'icmp' }>
const KINDS: readonly string[] = ['http', 'https', 'tcp', 'tls', 'icmp']
const isKnown = (check: CheckSpec): check is Looking => KINDS.includes(check.type)

/** Places from which NS1 looks. */
const PLACES: readonly string[] = ['lga', 'sin', 'sjc']

/** The monitors of a document, each once, as they are asked for. */
export class Monitors {
  private readonly document: TrafficDocument
  private readonly told: Told
  private readonly jobs = new Map<string, Written>()

  constructor(document: TrafficDocument, told: Told) {
    this.document = document
    this.told = told
  }

  /** Monitors, and a feed for each. */
  all(): readonly Written[] {
    return [...this.jobs].flatMap(([id, job]) => [job, { id: feedOf(id), name: id, config: { jobid: id } }])
  }

  /** What an answer says of its health: a feed; undefined where nothing looks at it. */
  upOf(name: string, region: Region, endpoint: Endpoint): Written | undefined {
    const checks = activeChecks(this.document, region)
    const check = checks.find(isKnown)
    const left = checks.filter(other => other !== check)
    if (left.length > 0)
      this.told.lose(
        name,
        `region ${region.id} is not looked at by ${left.map(({ id }) => id).join(', ')}: an answer has one feed, of HTTP, TCP, TLS or ICMP`,
      )
    if (check === undefined) return undefined
    const host = check.address ?? withoutDot(endpoint.canonical)
    const id = `${check.id}-${host}`
    if (!this.jobs.has(id)) this.jobs.set(id, this.jobOf(id, check, host))
    return { feed: feedOf(id) }
  }

  private jobOf(id: string, check: Looking, host: string): Written {
    const where = `check ${check.id}`
    tellCheck(check, where, this.told)
    return {
      id,
      name: check.id,
      job_type: check.type === 'icmp' ? 'ping' : check.type === 'tls' ? 'tcp' : check.type.replace('https', 'http'),
      active: true,
      frequency: Math.max(1, Math.round(check.intervalMs / 1000)),
      rapid_recheck: check.fall > 1,
      policy: 'quorum',
      regions: PLACES,
      region_scope: 'fixed',
      config: configOf(check, host),
      rules: check.type === 'http' || check.type === 'https' ? rulesOf(check, where, this.told) : [],
    }
  }
}

const feedOf = (id: string): string => `feed-${id}`

function configOf(check: Looking, host: string): Written {
  switch (check.type) {
    case 'icmp':
      return { host }
    case 'tcp':
      return { host, port: check.port, ...(check.send === undefined ? {} : { send: check.send }) }
    case 'tls':
      return { host, port: check.port, ssl: true }
    case 'http':
    case 'https': {
      const { type, method, port, path } = check
      const authority = host.includes(':') ? `[${host}]` : host
      return {
        url: `${type}://${authority}:${port}${path}`,
        method,
        ...(check.host === undefined ? {} : { virtual_host: check.host }),
      }
    }
  }
}

/** Which status passes: one, or one range. */
function rulesOf({ expect }: HttpCheckSpec, where: string, told: Told): readonly Written[] {
  const [[low, high] = [200, 299], ...more] = expect
  if (more.length > 0) told.lose(where, `a status from ${low} to ${high} passes, and no other`)
  const rule = (comparison: string, status: number): Written => ({
    key: 'status_code',
    comparison,
    value: String(status),
  })
  return low === high ? [rule('==', low)] : [rule('>=', low), rule('<=', high)]
}

function tellCheck(check: Looking, where: string, told: Told): void {
  told.lose(where, `NS1 looks from ${PLACES.length} places, of which most have to agree, with time limits of its own`)
  const left = beyond(check, [...TIMING, 'address', 'method', 'host', 'path', 'expect', 'send', 'verify'])
  if (left.length > 0) told.lose(where, `NS1 has no words for ${left.join(', ')}`)
  if (check.fall > 2 || check.rise > 1)
    told.lose(
      where,
      `${check.fall > 1 ? 'a failure that is seen again at once' : 'one failure'} takes it out and one pass brings it back, and here ${check.fall} failures and ${check.rise} passes`,
    )
  if ('verify' in check && check.verify && check.type !== 'http')
    told.lose(where, 'whether certificates are verified is for NS1 to say')
}
