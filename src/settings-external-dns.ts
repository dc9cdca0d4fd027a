// The settings of the listeners for external-dns.
import type { Report } from './control-plane/traffic/finding.js'
import { isLoopback } from './dns/address.js'
import type { Name } from './dns/name.js'
import { type Endpoint, readEndpoint, readName } from './settings-endpoint.js'
import type { WrittenExternalDns } from './settings-schema-external-dns.js'

export interface ExternalDnsSettings {
  readonly listen: Endpoint
  readonly owner: string
  /** Origins; every zone where there are none. */
  readonly zones: readonly Name[]
}

type Partly<T> = {
  readonly [K in keyof T]?:
    | (T[K] extends readonly (infer Item)[] | undefined ? readonly (Item | undefined)[] : T[K])
    | undefined
}

export function readExternalDns(
  written: readonly (Partly<WrittenExternalDns> | undefined)[],
  report: Report,
): readonly ExternalDnsSettings[] {
  const owners = new Set<string>()
  return written.map((listener = {}, i) => {
    const { listen: text = '', owner = '', zones = [], 'allow-insecure': allowInsecure = false } = listener
    const path = ['external-dns', i]
    const listen = readEndpoint(text, [...path, 'listen'], report) ?? { host: '127.0.0.1', port: 0 }
    if (!isLoopback(listen.host) && !allowInsecure)
      report({
        path: [...path, 'listen'],
        message: `${text} can be reached from other machines, and nobody is asked for a password: set allow-insecure: true where the network lets only external-dns in`,
      })
    if (owners.has(owner)) report({ path: [...path, 'owner'], message: `there is a listener of ${owner} already` })
    owners.add(owner)
    const origins = zones.flatMap((zone = '', at) => readName(zone, [...path, 'zones', at], report) ?? [])
    return { listen, owner, zones: origins }
  })
}
