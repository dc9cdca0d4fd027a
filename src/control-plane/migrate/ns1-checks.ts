// Monitors of NS1 as checks of ours.
import { isMap } from '../traffic/edit-value.js'
import type { Draft, Written } from './draft.js'
import type { Ns1 } from './ns1-records.js'

/** By the id of a monitor the id of our check; those that cannot be said are told of, and not there. */
export function migrateJobs({ jobs }: Pick<Ns1, 'jobs'>, draft: Draft): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const [id, job] of jobs) {
    const name = String(job['name'] ?? id)
    const written = checkOf(job, `monitor ${name}`, draft)
    if (written !== undefined) ids.set(id, draft.check(name, written))
  }
  return ids
}

function checkOf(job: Written, where: string, draft: Draft): Written | undefined {
  const type = String(job['job_type'])
  const config = isMap(job['config']) ? job['config'] : {}
  const own = OWN[type]?.(config)
  if (own === undefined) {
    draft.lose(where, `left out: there is no check of the type ${type} here; a push check can be told its state`)
    return undefined
  }
  const regions = Array.isArray(job['regions']) ? job['regions'].length : 0
  if (regions > 1)
    draft.lose(
      where,
      `it was made from ${regions} places, by the policy ${String(job['policy'])}; now each node checks for itself`,
    )
  if (Array.isArray(job['rules']) && job['rules'].length > 0)
    draft.lose(where, 'its rules are not read: what counts is that it is answered, and the status of HTTP')
  if (own['type'] === 'https') draft.lose(where, 'certificates are verified now; "verify: false" waives that')
  const frequency = Number(job['frequency'] ?? 60)
  return {
    ...own,
    interval: `${frequency}s`,
    ...(job['rapid_recheck'] === true ? { confirm: '1s', fall: 2 } : { fall: 1 }),
    rise: 1,
    ...(job['active'] === false ? { enabled: false } : {}),
  }
}

/** What each type has of its own. An address that it names is that of the answers whose feed it is. */
const OWN: Readonly<Record<string, (config: Written) => Written | undefined>> = {
  ping: () => ({ type: 'icmp' }),
  tcp: ({ port, send, ssl }) =>
    ssl === true || ssl === 1
      ? { type: 'tls', port: Number(port) }
      : { type: 'tcp', port: Number(port), ...(typeof send === 'string' && send !== '' ? { send } : {}) },
  http: ({ url, method, virtual_host: host }) => {
    if (typeof url !== 'string' || !URL.canParse(url)) return undefined
    const { protocol, hostname, port, pathname, search } = new URL(url)
    const secure = protocol === 'https:'
    const name = typeof host === 'string' && host !== '' ? host : hostname
    return {
      type: secure ? 'https' : 'http',
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      path: `${pathname}${search}`,
      ...(method === 'HEAD' ? { method } : {}),
      // An address is that of the answer whose feed it is, and what is sent unless told.
      ...(/^\[|^[\d.]+$/.test(name) ? {} : { host: name }),
    }
  },
}
