// The signing of a zone, and what a zone that is signed cannot have: whatever would make its answers contradict its signatures.
import { ALGORITHM } from '../../dns/dnssec-algorithms.js'
import { HASH_LABEL } from '../../dns/dnssec-hash.js'
import { MAX_NAME } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import type { PolicySpec } from './document/policy.js'
import type { DnssecSpec, Transfer } from './document/zone.js'
import type { Report } from './finding.js'
import { readSeconds } from './parse-duration.js'
import type { KnownRegion } from './parse-steered.js'
import type { Path } from './path.js'
import type { PlacedSteered, PlacedZone } from './placed.js'
import type { WrittenTraffic } from './schema.js'
import type { DNSSEC_ALGORITHMS } from './schema-dnssec.js'
import type { Sound } from './shape.js'

type Written = Sound<WrittenTraffic['zones'][string]>['dnssec']
type Word = (typeof DNSSEC_ALGORITHMS)[number]

const NUMBERS: Readonly<Record<Word, number>> = {
  ecdsap256sha256: ALGORITHM.ECDSAP256SHA256,
  ed25519: ALGORITHM.ED25519,
  rsasha256: ALGORITHM.RSASHA256,
}

/** Unless told, seconds. */
export const PROPAGATION = 300

/** Undefined where the zone is not to be signed. */
export function parseDnssec(written: Written, path: Path, report: Report): DnssecSpec | undefined {
  if (written === undefined || written === false) return undefined
  const { algorithm = 'ecdsap256sha256', split = false, propagation, denial = 'nsec' } = written === true ? {} : written
  return {
    algorithm: NUMBERS[algorithm],
    split,
    propagation: readSeconds(propagation, PROPAGATION, [...path, 'propagation'], report),
    denial,
  }
}

interface Known {
  readonly policies: ReadonlyMap<string, PolicySpec>
  readonly regions: ReadonlyMap<string, KnownRegion>
}

/** Reports what cannot be in a zone that is signed. */
export function checkSigned(
  zone: PlacedZone,
  { denial }: DnssecSpec,
  transfer: Transfer,
  known: Known,
  report: Report,
): void {
  const { path, statics, steered, origin } = zone
  if (denial === 'nsec3' && HASH_LABEL + origin.length > MAX_NAME)
    report({
      path: [...path, 'dnssec', 'denial'],
      message: `the name of the zone takes ${origin.length} bytes; ${MAX_NAME - HASH_LABEL} is the most with a hash before it. Use nsec`,
    })
  if (transfer.allow.length > 0 && denial === 'compact')
    report({
      path: [...path, 'transfer', 'allow'],
      part: 'key',
      message:
        'a zone with compact denial cannot be transferred: a secondary could not sign what it is asked for. Use nsec or nsec3',
    })
  for (const { type, path, at } of statics)
    if (MADE_HERE.includes(type))
      report({
        path,
        at,
        message: `a ${typeName(type)} record of a zone that is signed here is made here; leave it away`,
      })
  for (const record of steered) checkSteered(record, known, report)
}

const MADE_HERE: readonly number[] = [
  TYPE.RRSIG,
  TYPE.NSEC,
  TYPE.DNSKEY,
  TYPE.NSEC3,
  TYPE.NSEC3PARAM,
  TYPE.CDS,
  TYPE.CDNSKEY,
]

/** That a name can come to; each is signed. */
const MOST_SETS = 2000

function checkSteered({ steered, path }: PlacedSteered, { policies, regions }: Known, report: Report): void {
  const { whenAllDown, fixed = [] } = steered
  const ids = [...steered.regions, ...steered.fallback]
  // RFC 4035 §3.1.3.1: what the NSEC record of a name says that it has, cannot be denied.
  if (whenAllDown === 'nodata')
    report({
      path: [...path, 'when-all-down'],
      message: 'a name of a signed zone cannot lose its types for a time; use servfail',
    })
  const families = new Set(ids.flatMap(id => regions.get(id)?.addresses.map(({ family }) => family) ?? []))
  for (const family of whenAllDown === 'fixed' ? families : [])
    if (!fixed.some(address => address.family === family))
      report({
        path: [...path, 'fixed'],
        message: `a name of a signed zone cannot lose its types for a time; an IPv${family} address is needed here as well`,
      })
  const take = takeOf(policies.get(steered.policy)?.steps ?? [])
  const sets = setsOf(ids.length, take)
  if (take > 1 && sets > MOST_SETS)
    report({
      path,
      message: `its answers can hold ${sets > 1e6 ? 'more than a million' : sets} different sets of regions, and each would have to be signed; ${MOST_SETS} is the most. Use fewer regions, or a policy that takes fewer of them`,
    })
}

/** How many regions an answer holds; Infinity where it is all of them. */
export const takeOf = (steps: PolicySpec['steps']): number =>
  steps.reduce((count, step) => (step.step === 'take' ? wanted(step.count) : count), 1)

const wanted = (count: number | 'all'): number => (count === 'all' ? Infinity : count)

/** In how many ways up to `take` of `count` can be taken. */
export function setsOf(count: number, take: number): number {
  let sum = 0
  let ways = 1
  for (let k = 1; k <= Math.min(count, take); k++) {
    ways = (ways * (count - k + 1)) / k
    sum += ways
  }
  return sum
}
