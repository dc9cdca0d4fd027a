// Where a name leads among the zones of a document: the search that the data plane does for a query (RFC 1034 §4.3.2, RFC
// 4592, RFC 6672), done for names that are known when a snapshot is made.
import { MAX_NAME, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { MAX_LINKS } from '../../snapshot/names.js'
import type { AliasRecord, SteeredRecord } from '../traffic/document/zone.js'
import type { RecordSet } from './record-set.js'
import type { ZoneContents } from './zone.js'

/** By the key of the origin. */
export type Zones<Z extends { readonly contents: ZoneContents }> = ReadonlyMap<string, Z>

export type Reached<Z> =
  /** The name exists, or a wildcard stands for it: `key` is that of either. */
  | { readonly kind: 'name'; readonly zone: Z; readonly key: string }
  /** The cut at or above it, the DNAME above it, or its closest encloser. */
  | { readonly kind: 'cut' | 'dname' | 'nothing'; readonly zone: Z; readonly key: string }

export const WILDCARD_LABEL = '\x01*'

/** Undefined where the name lies in none of the zones. */
export function reach<Z extends { readonly contents: ZoneContents }>(
  key: string,
  zones: Zones<Z>,
): Reached<Z> | undefined {
  const origin = zoneOf(key, zones)
  if (origin === undefined) return undefined
  const zone = zones.get(origin)! // zoneOf found it there
  const { names, cuts, dnames } = zone.contents
  let encloser = key
  while (!names.has(encloser)) encloser = parentKey(encloser) // ends at the apex
  if (cuts.has(encloser)) return { kind: 'cut', zone, key: encloser }
  if (encloser === key) return { kind: 'name', zone, key }
  if (dnames.has(encloser)) return { kind: 'dname', zone, key: encloser }
  const wildcard = WILDCARD_LABEL + encloser
  return names.has(wildcard) ? { kind: 'name', zone, key: wildcard } : { kind: 'nothing', zone, key: encloser }
}

/** The deepest origin that a name lies in. */
export function zoneOf(key: string, origins: { has(key: string): boolean }): string | undefined {
  for (let suffix = key; suffix !== ''; suffix = parentKey(suffix)) if (origins.has(suffix)) return suffix
  return undefined
}

/** The addresses that a name has: static ones, or those of whatever region is chosen. */
export type Addresses =
  | { readonly kind: 'static'; readonly sets: readonly RecordSet[] }
  | { readonly kind: 'steered'; readonly record: SteeredRecord }

/**
 * What an ALIAS stands for, along aliases of every kind. Static addresses are kept for the least of the TTLs on the way.
 * Nothing where it leads to nothing, in a circle, or to a name that others answer for.
 */
export function addressesOf(alias: AliasRecord, zones: Zones<{ readonly contents: ZoneContents }>): Addresses {
  let name = alias.target
  let { ttl } = alias
  for (let links = 0; links < MAX_LINKS && name.length <= MAX_NAME; links++) {
    const reached = reach(nameKey(name), zones)
    if (reached === undefined || reached.kind === 'cut' || reached.kind === 'nothing') break
    const { sets, steered, alias: next } = reached.zone.contents.at(reached.key)! // it is one of its names
    const dname = reached.kind === 'dname' ? setOf(sets, TYPE.DNAME) : undefined
    const cname = setOf(sets, TYPE.CNAME)
    if (dname !== undefined) {
      const kept = name.subarray(0, name.length - dname.owner.length)
      name = Uint8Array.from([...kept, ...dname.rdatas[0]!]) // a set is never empty
      ttl = Math.min(ttl, dname.ttl)
    } else if (cname !== undefined) {
      name = cname.rdatas[0]! // likewise
      ttl = Math.min(ttl, cname.ttl)
    } else if (next !== undefined) {
      name = next.target
      ttl = Math.min(ttl, next.ttl)
    } else if (steered !== undefined) return { kind: 'steered', record: steered }
    else return { kind: 'static', sets: addressSets(sets).map(set => ({ ...set, ttl: Math.min(ttl, set.ttl) })) }
  }
  return { kind: 'static', sets: [] }
}

const addressSets = (sets: readonly RecordSet[]): readonly RecordSet[] =>
  sets.filter(({ type }) => type === TYPE.A || type === TYPE.AAAA)

export const setOf = (sets: readonly RecordSet[], type: number): RecordSet | undefined =>
  sets.find(set => set.type === type)
