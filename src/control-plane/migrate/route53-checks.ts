// Route 53's health checks as ours.
import type { Draft, Written } from './draft.js'
import type { HealthCheck } from './route53-records.js'

/** Seconds within which Route 53 wants a connection to be open, and after that the status; for TCP it is ten. */
const CONNECT = 4
const ANSWER = 2

/** By the id of Route 53's check the id of ours; those that cannot be said are told of, and not there. */
export function migrateChecks(checks: readonly HealthCheck[], draft: Draft): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const check of checks) {
    const written = writtenCheck(check, draft)
    if (written !== undefined) ids.set(check.Id, draft.check(nameOf(check), written))
  }
  return ids
}

const nameOf = ({ Id, HealthCheckConfig: { FullyQualifiedDomainName: host, Type } }: HealthCheck): string =>
  host === undefined ? `${Type.toLowerCase().split('_')[0]}-${Id.slice(0, 8)}` : host

function writtenCheck(check: HealthCheck, draft: Draft): Written | undefined {
  const { Id, HealthCheckConfig: config } = check
  const where = `health check ${Id}`
  const [kind = ''] = config.Type.split('_')
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
    ...(config.IPAddress === undefined ? {} : { address: config.IPAddress }),
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
