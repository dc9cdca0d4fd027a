// Addresses that are asked by more checks than can be run at a time there while nothing answers: what is odd, and does no harm until then.
import { formatAddress } from '../../dns/address.js'
import { questionOf } from '../health/sharing.js'
import type { CheckSpec, ProbedCheckSpec } from './document/check.js'
import type { Region } from './document/region.js'
import type { Report } from './finding.js'
import type { Path } from './path.js'

/** So many probes of one address run at a time unless the settings of the node, which nobody knows here, say otherwise. */
const PROBES_PER_ADDRESS = 16

interface Crowd {
  /** Where it is written, for the first time. */
  readonly path: Path
  /** By what they ask: each is probed there once, however many regions name it, and by how many names. */
  readonly checks: Map<string, ProbedCheckSpec>
}

/** Warns of every address whose checks, each as long as its timeout, do not fit into their intervals. */
export function warnOfCrowds(
  regions: ReadonlyMap<string, Region>,
  checks: ReadonlyMap<string, CheckSpec>,
  warn: Report,
): void {
  for (const [address, crowd] of crowdsOf(regions, checks)) {
    const specs = [...crowd.checks.values()]
    const needed = probesAtATime(specs)
    if (needed <= PROBES_PER_ADDRESS) continue
    warn({
      path: crowd.path,
      message: `while ${address} answers nothing, its ${specs.length} checks need ${needed} probes at a time to keep their intervals, and ${PROBES_PER_ADDRESS} are run unless health.probes-per-address in the settings of the node says more: shorten timeouts, or name fewer checks`,
    })
  }
}

/** A whole number; sums of tenths are not quite what they are. */
const probesAtATime = (specs: readonly ProbedCheckSpec[]): number =>
  Math.ceil(specs.reduce((sum, { timeoutMs, intervalMs }) => sum + timeoutMs / intervalMs, 0) - 1e-6)

function crowdsOf(
  regions: ReadonlyMap<string, Region>,
  checks: ReadonlyMap<string, CheckSpec>,
): ReadonlyMap<string, Crowd> {
  const crowds = new Map<string, Crowd>()
  const join = (address: string, path: Path, spec: ProbedCheckSpec): void => {
    const crowd = crowds.get(address) ?? { path, checks: new Map() }
    crowd.checks.set(questionOf(spec), spec)
    crowds.set(address, crowd)
  }
  for (const { id, addresses, target, checks: named } of regions.values()) {
    for (const spec of probed(named, checks)) {
      if (spec.address !== undefined) join(spec.address, ['checks', spec.id, 'address'], spec)
      else if (target !== undefined) join(target.text, ['regions', id, 'target'], spec)
      else
        addresses.forEach(({ bytes }, i) => {
          join(formatAddress(bytes), ['regions', id, 'addresses', i], spec)
        })
    }
  }
  return crowds
}

/** The checks that are run, those that calculated ones are made of included. */
function probed(
  ids: readonly string[],
  checks: ReadonlyMap<string, CheckSpec>,
  seen = new Set<string>(),
): readonly ProbedCheckSpec[] {
  return ids.flatMap(id => {
    const spec = checks.get(id)
    if (spec === undefined || spec.enabled === false || seen.has(id)) return []
    seen.add(id)
    if (spec.type === 'calculated') return probed(spec.of, checks, seen)
    return spec.type === 'push' || spec.type === 'passive' ? [] : [spec]
  })
}
