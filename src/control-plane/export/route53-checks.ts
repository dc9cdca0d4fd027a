// Health checks of Route 53: one for each address and check, and calculated ones over these.

import type { Endpoint } from '../health/endpoints.js'
import { withoutDot } from '../migrate/names.js'
import type { HealthCheck } from '../migrate/route53-records.js'
import type { CheckSpec, HttpCheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { activeChecks, beyond, TIMING } from './checks.js'
import type { Told } from './told.js'

type Config = HealthCheck['HealthCheckConfig']

/** Route 53 looks every 10 or 30 s. */
const INTERVALS: readonly number[] = [10, 30]
const MOST_FAILURES = 10

/** The health checks of a document, each once, as they are asked for. */
export class HealthChecks {
  private readonly document: TrafficDocument
  private readonly told: Told
  private readonly made = new Map<string, Config>()

  constructor(document: TrafficDocument, told: Told) {
    this.document = document
    this.told = told
  }

  all(): readonly (HealthCheck & { readonly CallerReference: string; readonly HealthCheckVersion: number })[] {
    return [...this.made].map(([id, config]) => ({
      Id: id,
      CallerReference: id,
      HealthCheckVersion: 1,
      HealthCheckConfig: config,
    }))
  }

  /** Whether there is a health check by which a region can be down. */
  looksAt(region: Region): boolean {
    return activeChecks(this.document, region).some(isKnown)
  }

  /** Of what a record set has of a region; undefined where nothing looks at it. @param name of the record, for what is told */
  idFor(name: string, region: Region, given: readonly Endpoint[]): string | undefined {
    const checks = activeChecks(this.document, region)
    const known = checks.filter(check => isKnown(check))
    for (const { id, type } of checks.filter(check => !isKnown(check)))
      this.told.lose(name, `region ${region.id} is not looked at by ${id}: Route 53 has no check of the type ${type}`)
    if (known.length === 0) return undefined
    const { needs = 'all' } = region
    const least = needs === 'all' ? known.length : needs === 'any' ? 1 : Math.min(needs, known.length)
    const each = given.map(one => {
      const own = known.map(check => this.checkOf(check, one))
      return this.calculated(`region.${region.id}.${one.canonical}`, own, least)
    })
    if (each.length > 1)
      this.told.lose(
        name,
        `all addresses of ${region.id} are given while any of them is up, and those that were up here`,
      )
    return this.calculated(`region.${region.id}.any-${given[0]!.gives}`, each, 1)
  }

  private calculated(wish: string, children: readonly string[], least: number): string {
    const parts = [...new Set(children)]
    return parts.length === 1
      ? parts[0]!
      : this.put(wish, { Type: 'CALCULATED', ChildHealthChecks: parts, HealthThreshold: least })
  }

  private checkOf(check: Looking, { canonical, gives }: Endpoint): string {
    tellCheck(check, this.told)
    const at: Pick<Config, 'IPAddress' | 'FullyQualifiedDomainName'> =
      check.address !== undefined
        ? { IPAddress: check.address }
        : gives === 'target'
          ? { FullyQualifiedDomainName: withoutDot(canonical) }
          : { IPAddress: canonical }
    const isWeb = check.type !== 'tcp'
    if (isWeb && check.host !== undefined && gives === 'target' && check.address === undefined)
      this.told.lose(`check ${check.id}`, 'a target is asked for by its own name, whatever "host" says')
    const contains = isWeb ? check.body?.contains : undefined
    const interval = intervalOf(check)
    return this.put(`${check.id}-${check.address ?? withoutDot(canonical)}`, {
      Type: `${check.type.toUpperCase()}${contains === undefined ? '' : '_STR_MATCH'}`,
      ...(isWeb && check.host !== undefined ? { FullyQualifiedDomainName: check.host } : {}),
      ...at,
      Port: check.port,
      ...(isWeb ? { ResourcePath: check.path } : {}),
      ...(contains === undefined ? {} : { SearchString: contains }),
      RequestInterval: interval,
      FailureThreshold: Math.min(check.fall, MOST_FAILURES),
      ...(check.inverted === true ? { Inverted: true } : {}),
      ...(check.type === 'https' ? { EnableSNI: check.host !== undefined || gives === 'target' } : {}),
    })
  }

  private put(id: string, config: Config): string {
    this.made.set(id, config)
    return id
  }
}

type Looking = Extract<CheckSpec, { readonly type: 'http' | 'https' | 'tcp' }>

const isKnown = (check: CheckSpec): check is Looking => ['http', 'https', 'tcp'].includes(check.type)

const intervalOf = ({ intervalMs }: Looking): number =>
  INTERVALS.find(seconds => intervalMs <= seconds * 1000) ?? INTERVALS.at(-1)!

function tellCheck(check: Looking, told: Told): void {
  const where = `check ${check.id}`
  told.lose(
    where,
    'AWS looks from several regions, of which a share has to agree, and waits 4 s for a connection and 2 s for a status, or 10 s with TCP',
  )
  const left = beyond(check, [...TIMING, 'address', 'host', 'path', 'expect', 'body', 'verify', 'inverted'])
  if (left.length > 0) told.lose(where, `Route 53 has no words for ${left.join(', ')}`)
  const interval = intervalOf(check)
  if (interval * 1000 !== check.intervalMs)
    told.lose(where, `it looks every ${interval} s, and did every ${check.intervalMs / 1000} s here`)
  const fall = Math.min(check.fall, MOST_FAILURES)
  if (fall !== check.fall || check.rise !== fall)
    told.lose(
      where,
      `${fall} results in a row count both ways, and here ${check.fall} failures and ${check.rise} passes`,
    )
  if (check.type !== 'tcp') tellWeb(check, where, told)
}

function tellWeb({ type, expect, verify, body }: HttpCheckSpec, where: string, told: Told): void {
  if (JSON.stringify(expect) !== '[[200,399]]') told.lose(where, 'any status from 200 to 399 passes')
  if (type === 'https' && verify) told.lose(where, 'certificates are not verified')
  if (body?.matches !== undefined || body?.json !== undefined)
    told.lose(where, 'of the body only a text that it contains is looked for')
  if (body?.contains !== undefined) told.lose(where, 'the text has to be in the first 5120 bytes of the body')
}
