// What a node needs for signed zones, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'
import { type Endpoint, readEndpoint } from './settings-endpoint.js'

export interface DnssecSettings {
  /** Whom to ask for the servers of parents; the first resolver of this system where it is absent. */
  readonly resolver?: Endpoint
}

interface WrittenDnssec {
  readonly resolver?: string | undefined
}

export function readDnssec({ resolver }: WrittenDnssec, report: Report): DnssecSettings {
  if (resolver === undefined) return {}
  const endpoint = readEndpoint(resolver, ['dnssec', 'resolver'], report)
  return endpoint === undefined ? {} : { resolver: endpoint }
}
