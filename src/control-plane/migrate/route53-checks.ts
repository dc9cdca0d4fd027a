// Route 53's health checks as ours.
import type { Draft, Written } from './draft.js'
import type { HealthCheck, RecordSet } from './route53-records.js'

/** Seconds within which Route 53 wants a connection to be open, and after that the status; for TCP it is ten. */
const CONNECT = 4
const ANSWER = 2

/** By the id of Route 53's check the ids of ours; those that cannot be said are told of, and not there. */
export function migrateChecks(
  checks: readonly HealthCheck[],
  records: readonly RecordSet[],
  draft: Draft,
): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, readonly string[]>()
  const same = new Map<string, string>()
  const made = (name: string, written: Written): string => {
    const text = JSON.stringify(written)
    const id = same.get(text) ?? draft.check(name, written)
    same.set(text, id)
    return id
  }
  for (const check of checks) {
    const written = writtenCheck(check, looksAtItsOwn(check, checks, records), draft)
    if (written !== undefined) ids.set(check.Id, [made(nameOf(check), written)])
  }
  // What they are made of comes first, however deep.
  for (let left = checks.filter(isCalculated), before = 0; left.length !== before; ) {
    before = left.length
    left = left.filter(check => {
      const parts = partsOf(check).flatMap(id => ids.get(id) ?? [])
      if (partsOf(check).some(id => !ids.has(id))) return true
      const own = calculated(check, parts)
      if (own !== undefined) ids.set(check.Id, Array.isArray(own) ? own : [made(`calculated-${check.Id}`, own)])
      return false
    })
  }
  for (const check of checks.filter(isCalculated))
    if (!ids.has(check.Id))
      draft.lose(
        `health check ${check.Id}`,
        'left out: some of the checks that it is made of are not here, or it does not depend on them',
      )
  return ids
}

const isCalculated = ({ HealthCheckConfig: { Type } }: HealthCheck): boolean => Type === 'CALCULATED'
const partsOf = ({ HealthCheckConfig: { ChildHealthChecks = [] } }: HealthCheck): readonly string[] => ChildHealthChecks

/** A check of checks; the checks themselves where all have to pass; undefined where it cannot be said. @param of our checks */
function calculated(check: HealthCheck, of: readonly string[]): Written | string[] | undefined {
  const { HealthThreshold: needs = of.length, Inverted: inverted, Disabled: disabled } = check.HealthCheckConfig
  const parts = [...new Set(of)]
  const isCounted = parts.length === partsOf(check).length
  if (needs < 1 || needs > partsOf(check).length || !(isCounted || needs === 1 || needs === of.length)) return undefined
  // All of them: a region just has them all.
  if (needs === of.length && inverted !== true && disabled !== true) return parts
  return {
    type: 'calculated',
    of: parts,
    needs: needs === of.length ? 'all' : needs === 1 ? 'any' : needs,
    ...(inverted === true ? { inverted } : {}),
    ...(disabled === true ? { enabled: false } : {}),
  }
}

/** Whether it looks at the one address of each record set that has it: then it needs no address of its own here. */
function looksAtItsOwn(
  { Id, HealthCheckConfig: { IPAddress } }: HealthCheck,
  checks: readonly HealthCheck[],
  records: readonly RecordSet[],
): boolean {
  const whole = checks.filter(
    check => partsOf(check).includes(Id) && check.HealthCheckConfig.HealthThreshold === partsOf(check).length,
  )
  const own = records.filter(({ HealthCheckId }) => [Id, ...whole.map(one => one.Id)].includes(HealthCheckId ?? ''))
  return (
    own.length > 0 &&
    own.every(({ ResourceRecords = [] }) => ResourceRecords.length === 1 && ResourceRecords[0]!.Value === IPAddress)
  )
}

const nameOf = ({ Id, HealthCheckConfig: { FullyQualifiedDomainName: host, Type } }: HealthCheck): string =>
  host === undefined ? `${Type.toLowerCase().split('_')[0]}-${Id.slice(0, 8)}` : host

function writtenCheck(check: HealthCheck, isOwn: boolean, draft: Draft): Written | undefined {
  const { Id, HealthCheckConfig: config } = check
  const where = `health check ${Id}`
  const [kind = ''] = config.Type.split('_')
  if (isCalculated(check)) return undefined
  if (!['HTTP', 'HTTPS', 'TCP'].includes(kind)) {
    draft.lose(
      where,
      `left out: it is of type ${config.Type}, which looks at no address; a push check can be told its state`,
    )
    return undefined
  }
  if ((config.Regions?.length ?? 0) > 0)
    draft.lose(
      where,
      `it was made from ${config.Regions!.length} regions of AWS, of which a share had to agree; now each node checks for itself`,
    )
  if (kind === 'HTTPS')
    draft.lose(where, 'certificates are verified now, which Route 53 does not do; "verify: false" makes it as before')
  const host = config.FullyQualifiedDomainName
  const web = kind !== 'TCP'
  const fall = config.FailureThreshold ?? 3
  return {
    type: kind.toLowerCase(),
    ...(config.IPAddress === undefined || isOwn ? {} : { address: config.IPAddress }),
    port: config.Port ?? (kind === 'HTTPS' ? 443 : 80),
    ...(web && config.ResourcePath !== undefined && config.ResourcePath !== ''
      ? { path: rooted(config.ResourcePath) }
      : {}),
    ...(web && host !== undefined ? { host } : {}),
    ...(web ? { expect: ['200-399'] } : {}),
    ...(config.SearchString === undefined ? {} : { body: { contains: config.SearchString, limit: 5120 } }),
    interval: `${config.RequestInterval ?? 30}s`,
    timeout: web ? `${CONNECT + ANSWER}s` : '9s',
    ...(web ? { 'connect-timeout': `${CONNECT}s` } : {}),
    fall,
    rise: fall,
    ...(config.Inverted === true ? { inverted: true } : {}),
    ...(config.Disabled === true ? { enabled: false } : {}),
  }
}

const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`)
