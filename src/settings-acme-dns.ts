// The settings of the listener for ACME clients that speak the protocol of acme-dns.
import type { Report } from './control-plane/traffic/finding.js'
import { formatPrefix, isLoopback, LOOPBACK } from './dns/address.js'
import { type Name, ROOT } from './dns/name.js'
import { type Endpoint, readEndpoint, readName, readNetworks } from './settings-endpoint.js'
import type { WrittenAcmeDns } from './settings-schema-acme-dns.js'
import { readSpan } from './settings-span.js'

export interface AcmeDnsSettings {
  readonly listen: Endpoint
  /** Names of challenges are made below it. */
  readonly zone: Name
  /** Networks. */
  readonly register: readonly string[]
  readonly keepMs: number
  readonly perMinute: number
  /** Networks, as they are written. */
  readonly proxies: readonly string[]
}

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined }

export function readAcmeDns(written: Partly<WrittenAcmeDns> | undefined, report: Report): AcmeDnsSettings | undefined {
  if (written === undefined) return undefined
  const {
    listen = '',
    zone = '',
    register = LOOPBACK.map(formatPrefix),
    keep = '1h',
    'per-minute': perMinute = 60,
    proxies = [],
    'allow-insecure': allowInsecure = false,
  } = written
  readNetworks(proxies, ['acme-dns', 'proxies'], report)
  const endpoint = readEndpoint(listen, ['acme-dns', 'listen'], report) ?? { host: '127.0.0.1', port: 0 }
  if (!isLoopback(endpoint.host) && !allowInsecure)
    report({
      path: ['acme-dns', 'listen'],
      message: `${listen} can be reached from other machines: put a proxy with TLS in front, or set allow-insecure: true`,
    })
  return {
    listen: endpoint,
    zone: readName(zone, ['acme-dns', 'zone'], report) ?? ROOT,
    register: readNetworks(register, ['acme-dns', 'register'], report).map(formatPrefix),
    keepMs: readSpan(keep, ['acme-dns', 'keep'], report),
    perMinute,
    proxies: proxies.filter(proxy => proxy !== undefined),
  }
}
