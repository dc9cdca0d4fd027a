// The health check of a dynamic record of octoDNS as ours.
import { isMap } from '../traffic/edit-value.js'
import type { Draft } from './draft.js'
import type { OctoRecord } from './octodns-records.js'

/** The id of the check; the same for the same check. */
export function checkOf(draft: Draft, { written }: OctoRecord, name: string): string {
  const { octodns } = written
  const { healthcheck = {} } = isMap(octodns) ? octodns : {}
  const said = isMap(healthcheck) ? healthcheck : {}
  const protocol = String(said['protocol'] ?? 'HTTPS').toLowerCase()
  const type = ['tcp', 'http', 'icmp'].includes(protocol) ? protocol : 'https'
  if (protocol !== type) draft.lose(name, `its health check is of ${protocol.toUpperCase()}, and is one of HTTPS now`)
  const host = String(said['host'] ?? name)
  const path = String(said['path'] ?? '/_dns')
  const port = Number(said['port'] ?? 443)
  if (type === 'https')
    draft.lose(
      name,
      'its health check verifies certificates now, which providers mostly do not; "verify: false" makes it as before',
    )
  return draft.check(
    `${host}-${type}`,
    type === 'icmp'
      ? { type }
      : type === 'tcp'
        ? { type, port }
        : { type, port, host, path: path.startsWith('/') ? path : `/${path}`, expect: ['200'] },
  )
}
