// One steered record: its policy, its candidates and the bounds of its TTL.

import { familyOf, parseAddress } from '../../dns/address.js'
import { type Name, nameKey } from '../../dns/name.js'
import { mayLeaveNobody } from '../policies/may-leave-nobody.js'
import type { PolicySpec } from './document/policy.js'
import type { Address, Region } from './document/region.js'
import type { SteeredRecord, WhenAllDown } from './document/zone.js'
import type { Report } from './finding.js'
import { readSeconds } from './parse-duration.js'
import type { Path } from './path.js'
import type { PlacedSteered } from './placed.js'
import { readReferences, requireKnown } from './references.js'

type Duration = string | number

export interface WrittenSteered {
  readonly steer?: string | undefined
  readonly ttl?: Duration | { readonly max?: Duration | undefined; readonly min?: Duration | undefined } | undefined
  readonly 'when-all-down'?: Exclude<WhenAllDown, 'fixed'> | WrittenFixed | undefined
  readonly regions?: readonly (string | undefined)[] | undefined
  readonly fallback?: readonly (string | undefined)[] | undefined
}

interface WrittenFixed {
  readonly fixed?: readonly (string | undefined)[] | undefined
}

/** What of a region a record is checked against: where no more than the rest of it changes, records need not be read again. */
export type KnownRegion = Pick<Region, 'id' | 'tags' | 'country' | 'target' | 'addresses'>

/** What a record may refer to, by id. */
export interface Known {
  readonly regions: ReadonlyMap<string, KnownRegion>
  /** Those of them that have a target in place of addresses. */
  readonly targets: ReadonlySet<string>
  readonly policies: ReadonlyMap<string, PolicySpec>
}

/** The ids that records may refer to, and the origins of all zones. */
export interface KnownToZone extends Known {
  readonly origins: readonly Name[]
}

const TTL = { min: 5, max: 60 } as const

export function parseSteered(
  written: WrittenSteered,
  owner: Name,
  known: Known,
  path: Path,
  report: Report,
): PlacedSteered {
  const { steer } = written
  const ids = new Set(known.regions.keys())
  if (steer !== undefined) requireKnown(steer, 'policy', new Set(known.policies.keys()), [...path, 'steer'], report)
  const fallback = readReferences(written.fallback ?? [], 'region', ids, [...path, 'fallback'], report)
  const regions = readCandidates(written.regions, fallback, ids, path, report)
  const ttl = readLimits(written.ttl, [...path, 'ttl'], report)
  const byTarget = readKind([...regions, ...fallback], known, path, report)
  const allDown = written['when-all-down'] ?? (byTarget ? 'first-choice' : 'serve-all')
  if (byTarget && (allDown === 'serve-all' || typeof allDown === 'object'))
    report({
      path: [...path, 'when-all-down'],
      message:
        'a name has one CNAME only, so regions with targets cannot be served all at once; first-choice gives the best of them',
    })
  const last =
    typeof allDown === 'string'
      ? { whenAllDown: allDown }
      : {
          whenAllDown: 'fixed' as const,
          fixed: readFixed(allDown.fixed ?? [], [...path, 'when-all-down', 'fixed'], report),
        }
  const steered: SteeredRecord = { owner, policy: steer ?? '', regions, ttl, fallback, ...last }
  checkLadder(steered, known, [...path, 'steer'], report)
  return { path, owner, key: nameKey(owner), steered, byTarget }
}

/** Whether the name is given as a CNAME: its regions have targets, all of them (RFC 1034 §3.6.2). */
function readKind(regions: readonly string[], { targets }: Known, path: Path, report: Report): boolean {
  const given = regions.filter(id => targets.has(id))
  const other = regions.find(id => !targets.has(id))
  if (given[0] === undefined) return false
  if (other !== undefined)
    report({
      path,
      message: `region "${given[0]}" has a target and region "${other}" has addresses: a CNAME stands alone, so a steered name is of one kind; say which in "regions"`,
    })
  return other === undefined
}

/** A policy that can leave a client without any candidate needs a record that says what such a client gets. */
function checkLadder(record: SteeredRecord, { policies, regions }: Known, path: Path, report: Report): void {
  const policy = policies.get(record.policy)
  const covered = record.fallback.length > 0 || ['nodata', 'servfail', 'fixed'].includes(record.whenAllDown)
  if (policy === undefined || covered) return
  const why = mayLeaveNobody(
    policy.steps,
    record.regions.flatMap(id => regions.get(id) ?? []),
  )
  if (why !== undefined)
    report({
      path,
      message: `the policy "${record.policy}" can leave a client without any region: ${why}; say what such a client gets: a fallback, or when-all-down: nodata, servfail or { fixed: … }`,
    })
}

function readFixed(written: readonly (string | undefined)[], path: Path, report: Report): readonly Address[] {
  return written.flatMap((text, i) => {
    if (text === undefined) return []
    const bytes = parseAddress(text)
    if (bytes === undefined) report({ path: [...path, i], message: `"${text}" is not an IP address` })
    return bytes === undefined ? [] : [{ text, bytes, family: familyOf(bytes) }]
  })
}

function readCandidates(
  written: WrittenSteered['regions'],
  fallback: readonly string[],
  known: ReadonlySet<string>,
  path: Path,
  report: Report,
): readonly string[] {
  const reserves = new Set(fallback)
  if (written === undefined) {
    const rest = [...known].filter(id => !reserves.has(id))
    if (rest.length === 0) report({ path, message: 'no region is left to choose from; name some in "regions"' })
    return rest
  }
  written.forEach((id, i) => {
    if (id !== undefined && reserves.has(id))
      report({
        path: [...path, 'regions', i],
        message: `region "${id}" is a fallback too; it can be only one of the two`,
      })
  })
  return readReferences(written, 'region', known, [...path, 'regions'], report)
}

function readLimits(written: WrittenSteered['ttl'], path: Path, report: Report): SteeredRecord['ttl'] {
  if (typeof written !== 'object') {
    const fixed = written === undefined ? undefined : readSeconds(written, TTL.max, path, report)
    return fixed === undefined ? TTL : { min: fixed, max: fixed }
  }
  // A lone bound moves the default of the other one out of its way.
  const writtenMax = written.max === undefined ? undefined : readSeconds(written.max, TTL.max, [...path, 'max'], report)
  const writtenMin = written.min === undefined ? undefined : readSeconds(written.min, TTL.min, [...path, 'min'], report)
  const min = writtenMin ?? Math.min(TTL.min, writtenMax ?? TTL.max)
  const max = writtenMax ?? Math.max(TTL.max, min)
  if (min > max)
    report({ path: [...path, 'min'], message: `the least TTL, ${min} s, is more than the greatest, ${max} s` })
  return { min, max }
}
