// The settings of the beacon: a listener for browsers that measure regions.
import type { Report } from './control-plane/traffic/finding.js'
import { type Endpoint, readEndpoint, readNetworks } from './settings-endpoint.js'
import type { WrittenBeacon } from './settings-schema-beacon.js'

export interface BeaconSettings {
  readonly listen: Endpoint
  /** Origins of pages that may post: `https://www.example.com`, or `*`. */
  readonly origins: readonly string[]
  /** By region, what is fetched. */
  readonly targets: Readonly<Record<string, string>>
  readonly table?: string
  readonly perMinute: number
  /** Networks, as they are written. */
  readonly proxies: readonly string[]
}

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined }

export function readBeacon(written: Partly<WrittenBeacon> | undefined, report: Report): BeaconSettings | undefined {
  if (written === undefined) return undefined
  const { listen = '', origins = [], targets = {}, table, 'per-minute': perMinute = 6, proxies = [] } = written
  readNetworks(proxies, ['beacon', 'proxies'], report)
  if (Object.keys(targets).length === 0)
    report({ path: ['beacon', 'targets'], message: 'there is nothing to measure: name a URL for each region' })
  return {
    listen: readEndpoint(listen, ['beacon', 'listen'], report) ?? { host: '127.0.0.1', port: 0 },
    origins: origins.filter(origin => origin !== undefined),
    targets,
    perMinute,
    proxies: proxies.filter(proxy => proxy !== undefined),
    ...(table === undefined ? {} : { table }),
  }
}
