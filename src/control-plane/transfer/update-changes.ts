// What a dynamic update makes of the records at the names that it speaks of: its prerequisites, then its changes, one
// after the other (RFC 2136 §3.2, §3.4.2). Pure.
import { equalNames, formatName, type Name, nameKey } from '../../dns/name.js'
import { RCODE, TYPE, typeName } from '../../dns/numbers.js'
import type { Grant } from '../traffic/document/zone.js'
import { type Held, type Holdings, sameData } from './held.js'
import { mayChange } from './permit.js'
import type { Change, Prerequisite } from './update-request.js'

/** §3.2: NOERROR, or the rcode of the first that does not hold. */
export function checkPrerequisites(prerequisites: readonly Prerequisite[], holdings: Holdings): number {
  for (const prerequisite of prerequisites) {
    const { owner } = prerequisite
    const held = at(holdings, owner)
    const has = (type: number): boolean => held.some(record => record.type === type)
    switch (prerequisite.kind) {
      case 'name-in-use':
        if (held.length === 0) return RCODE.NXDOMAIN
        break
      case 'name-free':
        if (held.length > 0) return RCODE.YXDOMAIN
        break
      case 'set-exists':
        if (!has(prerequisite.type)) return RCODE.NXRRSET
        break
      case 'set-free':
        if (has(prerequisite.type)) return RCODE.YXRRSET
        break
      case 'set-has':
        if (!isWholeSet(prerequisite, prerequisites, held)) return RCODE.NXRRSET
    }
  }
  return RCODE.NOERROR
}

/** §3.2.3: all records of the set that the prerequisites name, and no others. */
function isWholeSet(
  { owner, type }: Extract<Prerequisite, { kind: 'set-has' }>,
  prerequisites: readonly Prerequisite[],
  held: readonly Held[],
): boolean {
  const wanted = prerequisites.flatMap(other =>
    other.kind === 'set-has' && other.type === type && equalNames(other.owner, owner) ? [other.rdata] : [],
  )
  const there = held.filter(record => record.type === type).map(({ rdata }) => rdata)
  const allIn = (some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean =>
    some.every(a => others.some(b => sameData(type, a, b)))
  return allIn(wanted, there) && allIn(there, wanted)
}

export type Changed =
  | { readonly kind: 'changed'; readonly holdings: Holdings }
  /** A sentence for the log; the client gets REFUSED. */
  | { readonly kind: 'refused'; readonly why: string }

/** All changes, or none. `apex`: where SOA and NS records are out of reach (§3.4.2.3). */
export function applyChanges(
  changes: readonly Change[],
  before: Holdings,
  apex: Name,
  grants: readonly Grant[],
): Changed {
  const holdings = new Map(before)
  for (const change of changes) {
    const held = at(holdings, change.owner)
    const isApex = equalNames(change.owner, apex)
    const gone = leaving(change, held).filter(({ type }) => !(isApex && (type === TYPE.SOA || type === TYPE.NS)))
    const types = change.kind === 'delete-name' ? gone.map(({ type }) => type) : [change.type]
    const forbidden = types.find(type => !mayChange(grants, change.owner, type))
    if (forbidden !== undefined)
      return { kind: 'refused', why: `its key may not change ${setName(change.owner, forbidden)}` }
    if (isApex && change.kind === 'add' && (change.type === TYPE.SOA || change.type === TYPE.NS))
      return { kind: 'refused', why: 'SOA and NS records of the zone itself are not changed by updates' }
    const fixed = gone.find(({ from }) => from !== 'document')
    if (fixed !== undefined)
      return { kind: 'refused', why: `${setName(change.owner, fixed.type)} ${WHERE[fixed.from]}` }
    const left = held.filter(record => !gone.includes(record))
    holdings.set(nameKey(change.owner), change.kind === 'add' ? added(change, left) : left)
  }
  return { kind: 'changed', holdings }
}

/** What cannot be taken away by an update, and why. */
const WHERE = {
  document: 'is a record of the document',
  file: 'stands in a zone file',
  made: 'is steered, or made from other keys of the document',
} satisfies Record<Held['from'], string>

const setName = (owner: Name, type: number): string => `${formatName(owner)} ${typeName(type)}`

/** What a change takes away. */
function leaving(change: Change, held: readonly Held[]): readonly Held[] {
  switch (change.kind) {
    case 'delete-name':
      return held
    case 'delete-set':
      return held.filter(({ type }) => type === change.type)
    case 'delete-record':
      return held.filter(({ type, rdata }) => type === change.type && sameData(type, rdata, change.rdata))
    case 'add':
      // §3.4.2.2: a CNAME takes the place of the one that is there.
      return change.type === TYPE.CNAME && held.every(({ type }) => type === TYPE.CNAME)
        ? held.filter(({ rdata }) => !sameData(TYPE.CNAME, rdata, change.rdata))
        : []
  }
}

function added({ owner, type, ttl, rdata }: Extract<Change, { kind: 'add' }>, held: readonly Held[]): readonly Held[] {
  // §3.4.2.2: beside a CNAME there is nothing else; who tries is not told.
  const clash = held.some(record => (record.type === TYPE.CNAME) !== (type === TYPE.CNAME))
  if (clash) return held
  // RFC 2181 §5.2: one TTL for the set, and it is the new one.
  const others = held.map(record => (record.type === type ? { ...record, ttl } : record))
  const known = held.some(record => record.type === type && sameData(type, record.rdata, rdata))
  return known ? others : [...others, { owner, type, ttl, rdata, from: 'document' }]
}

const at = (holdings: Holdings, owner: Name): readonly Held[] => holdings.get(nameKey(owner)) ?? []
