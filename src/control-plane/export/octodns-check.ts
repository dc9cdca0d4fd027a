// The health check of a dynamic record of octoDNS: there is one, for all of its values.

import type { Written } from '../migrate/draft.js'
import type { CheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { activeChecks, beyond, TIMING } from './checks.js'
import type { Plan } from './plan.js'
import type { Told } from './told.js'

export interface HealthCheck {
  /** Undefined where no region is looked at. */
  readonly written: Written | undefined
  /** Whether it can take a region out; else it is set up. */
  readonly looksAt: (region: Region) => boolean
}

const KINDS: readonly string[] = ['http', 'https', 'tcp', 'icmp']

export function healthCheckOf(document: TrafficDocument, { name, regions }: Plan, told: Told): HealthCheck {
  const known = new Map(regions.map(region => [region, activeChecks(document, region)] as const))
  const [check] = [...known.values()].flat().filter(({ type }) => KINDS.includes(type))
  for (const [{ id }, checks] of known) {
    const others = checks.filter(one => one !== check).map(one => one.id)
    if (others.length > 0)
      told.lose(
        name,
        `region ${id} is not looked at by ${others.join(', ')}: octoDNS has one check of HTTP, HTTPS, TCP or ICMP for a name`,
      )
  }
  if (check === undefined) return { written: undefined, looksAt: () => false }
  tellCheck(check, told)
  return { written: writtenCheck(check, name), looksAt: region => known.get(region)?.includes(check) === true }
}

function writtenCheck(check: CheckSpec, name: string): Written {
  const protocol = check.type.toUpperCase()
  if (check.type === 'http' || check.type === 'https')
    return { protocol, port: check.port, path: check.path, host: check.host ?? name }
  return { protocol, ...(check.type === 'tcp' ? { port: check.port } : {}) }
}

function tellCheck(check: CheckSpec, told: Told): void {
  const where = `check ${check.id}`
  told.lose(where, 'when it is run, and how many failures count, is for the provider to say')
  const left = beyond(check, [...TIMING, 'host', 'path', 'expect'])
  if (left.length > 0) told.lose(where, `octoDNS has no words for ${left.join(', ')}`)
  if (check.type === 'http' || check.type === 'https') {
    if (check.host === undefined) told.lose(where, 'the name is sent as Host, where it was the address')
    told.lose(where, 'which status passes is for the provider to say')
  }
}
