// Sets of records that another system keeps in the traffic document, each with its owner: whoever keeps them sees and changes
// what is its own, and nothing else. Pure.
import { formatName, type Name, NameError, nameKey, parseName } from '../../dns/name.js'
import type { Zone } from '../traffic/document/zone.js'
import type { Edit } from '../traffic/edit.js'
import { isMap } from '../traffic/edit-value.js'
import type { Path } from '../traffic/path.js'
import { relativeOwner } from '../traffic/record-edits.js'
import { withSerial } from '../traffic/serial-edits.js'
import { entriesNamed, zoneEntries } from '../traffic/steered-path.js'
import type { Loaded } from '../traffic/store.js'
import { zoneAbove } from '../traffic/zone-above.js'
import {
  canonicalEndpoint,
  type Endpoint,
  endpointFault,
  isItem,
  itemsOf,
  type OwnedItem,
  targetOf,
} from './sync-endpoint.js'

/** Who keeps records here, and in which zones. */
export interface Keeper {
  readonly owner: string
  /** Origins; every zone where there are none. */
  readonly zones: readonly Name[]
}

export interface SyncChanges {
  readonly create: readonly Endpoint[]
  readonly updateOld: readonly Endpoint[]
  readonly updateNew: readonly Endpoint[]
  readonly delete: readonly Endpoint[]
}

type World = Pick<Loaded, 'document' | 'written'>

/** Some of what is to be changed belongs to somebody else, or cannot be. */
export class SyncRefused extends Error {
  override readonly name = 'SyncRefused'
  readonly reasons: readonly string[]
  constructor(reasons: readonly string[]) {
    super(reasons.join('; '))
    this.reasons = reasons
  }
}

export const zonesOf = ({ document }: World, { zones }: Keeper): readonly Zone[] =>
  [...document.zones.values()].filter(
    ({ origin }) => zones.length === 0 || zones.some(zone => formatName(zone) === formatName(origin)),
  )

/** What the keeper has, a set an endpoint. */
export function endpointsOf(world: World, keeper: Keeper): readonly Endpoint[] {
  return zonesOf(world, keeper).flatMap(zone => {
    const [, { records = {} } = {}] = zoneEntries(world.written, zone.origin)[0] ?? []
    if (!isMap(records)) return []
    return Object.entries(records).flatMap(([key, entry]) => {
      const own = listOf(entry).filter(item => isOwn(item, keeper))
      const types = [...new Set(own.map(({ type }) => type))]
      return types.map(type => endpointAt(parseName(key, zone.origin), type, own))
    })
  })
}

function endpointAt(name: Name, recordType: string, items: readonly OwnedItem[]): Endpoint {
  const set = items.filter(({ type }) => type === recordType)
  const recordTTL = set[0]?.ttl ?? 0
  return canonicalEndpoint({
    dnsName: formatName(name),
    recordType,
    recordTTL,
    targets: set.map(({ data }) => targetOf(recordType, data)),
  })
}

/** Those that the keeper may have, in the form in which they are told again; and why it may not have the others. */
export function adjusted(world: World, keeper: Keeper, endpoints: readonly Endpoint[]) {
  const refused: string[] = []
  const allowed = endpoints.flatMap(endpoint => {
    const fault = endpointFault(endpoint) ?? placeFault(world, keeper, endpoint)
    if (fault === undefined) return [canonicalEndpoint(endpoint)]
    refused.push(fault)
    return []
  })
  return { allowed, refused }
}

/**
 * The edits that make all changes. What is there already changes nothing, so that they may be asked for again.
 * @throws SyncRefused with every reason; then none of them may be made
 */
export function syncEdits(world: World, keeper: Keeper, changes: SyncChanges): readonly Edit[] {
  const goes = [...changes.delete, ...changes.updateOld]
  const comes = [...changes.create, ...changes.updateNew]
  const faults = [
    ...comes.flatMap(endpoint => endpointFault(endpoint) ?? placeFault(world, keeper, endpoint) ?? []),
    ...goes.flatMap(endpoint => placeFault(world, keeper, endpoint) ?? []),
  ]
  if (faults.length > 0) throw new SyncRefused([...new Set(faults)])
  const names = new Map([...goes, ...comes].map(({ dnsName }) => parseName(dnsName)).map(name => [nameKey(name), name]))
  const byZone = new Map<Zone, Edit[]>()
  for (const [key, name] of names) {
    const zone = zoneAbove(world.document, name)! // placeFault has found it
    const at = ({ dnsName }: Endpoint): boolean => nameKey(parseName(dnsName)) === key
    const edits = editsAt(world.written, zone, keeper, { name, goes: goes.filter(at), comes: comes.filter(at) })
    byZone.set(zone, [...(byZone.get(zone) ?? []), ...edits])
  }
  return [...byZone].flatMap(([zone, edits]) => withSerial(edits, zone, world.written))
}

interface At {
  readonly name: Name
  readonly goes: readonly Endpoint[]
  readonly comes: readonly Endpoint[]
}

function editsAt(written: unknown, { origin }: Zone, keeper: Keeper, { name, goes, comes }: At): readonly Edit[] {
  const [zoneKey, { records = {} }] = zoneEntries(written, origin)[0]!
  const types = new Set([...goes, ...comes].map(({ recordType }) => recordType))
  const fresh = comes.flatMap(endpoint => itemsOf(endpoint, keeper.owner))
  const path: Path = ['zones', zoneKey, 'records']
  const entries = entriesNamed(records, name, origin)
  if (entries.length === 0)
    return fresh.length === 0 ? [] : [{ path: [...path, relativeOwner(name, origin)], value: inShape(fresh) }]
  return entries.map(([key, entry], i) => {
    const kept = listOf(entry).filter(item => !(isOwn(item, keeper) && types.has(item.type)))
    const items = i === 0 ? [...kept, ...fresh] : kept
    return { path: [...path, key], value: items.length === 1 && Array.isArray(entry) ? items : inShape(items) }
  })
}

/** Why the keeper may not touch this set; undefined where it may. */
function placeFault(
  { document, written }: World,
  keeper: Keeper,
  { dnsName, recordType }: Endpoint,
): string | undefined {
  const what = `${dnsName} ${recordType}`
  const name = nameIn(dnsName)
  if (name === undefined) return `${what}: this is no name`
  const zone = zoneAbove(document, name)
  if (zone === undefined || !zonesOf({ document, written }, keeper).includes(zone))
    return `${what}: not in a zone of ${keeper.owner}`
  const [entry] = zoneEntries(written, zone.origin)
  const items = entriesNamed(entry?.[1]['records'], name, zone.origin).flatMap(([, value]) => listOf(value))
  if (['A', 'AAAA', 'CNAME'].includes(recordType) && items.some(item => isMap(item) && 'steer' in item))
    return `${what}: the name is steered`
  const other = items.find(item => isItem(item) && item.type === recordType && !isOwn(item, keeper))
  if (other === undefined) return undefined
  const whose =
    isMap(other) && typeof other['owner'] === 'string' ? `belongs to ${other['owner']}` : 'was written by hand'
  return `${what}: it ${whose}`
}

function nameIn(text: string): Name | undefined {
  try {
    return parseName(text)
  } catch (error) {
    if (error instanceof NameError) return undefined
    throw error
  }
}

const listOf = (entry: unknown): readonly unknown[] => (Array.isArray(entry) ? entry : [entry])

const isOwn = (item: unknown, { owner }: Keeper): item is OwnedItem => isItem(item) && item.owner === owner

const inShape = (items: readonly unknown[]): unknown =>
  items.length === 0 ? undefined : items.length === 1 ? items[0] : items
