// All zones of a document beside each other: which lies below which, and what a name of any of them leads to.
import { type Name, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { LINK } from '../../snapshot/names.js'
import { atOnce, type Steps } from '../threads/steps.js'
import type { TrafficDocument } from '../traffic/document.js'
import { reach, zoneOf } from './reach.js'
import type { RecordSet } from './record-set.js'
import { type Contents, type ZoneContents, zoneContents } from './zone.js'

/** A zone whose names become nodes. */
export interface Compiled {
  readonly index: number
  readonly contents: ZoneContents
  /** Number of the name → node. */
  readonly nodes: Int32Array
}

export type AllZones = ReadonlyMap<string, Compiled>

/** By the key of the origin, in the document's order. */
export const allContents = (document: TrafficDocument): AllZones => atOnce(gatheredContents(document))

/** The same in steps. */
export function* gatheredContents(document: TrafficDocument): Steps<AllZones> {
  const origins = new Set([...document.zones.values()].map(({ origin }) => nameKey(origin)))
  const below = new Map<string, string[]>()
  for (const key of origins) {
    const above = zoneOf(parentKey(key), origins)
    if (above !== undefined) below.set(above, [...(below.get(above) ?? []), key])
  }
  const compiled = new Map<string, Compiled>()
  for (const zone of document.zones.values()) {
    const key = nameKey(zone.origin)
    const contents = yield* zoneContents(zone, origins, below.get(key))
    compiled.set(key, { index: compiled.size, contents, nodes: new Int32Array(contents.nameCount) })
  }
  return compiled
}

/** The same zones, of which some have another SOA: by the key of the origin. */
export const withSoas = (all: AllZones, soas: ReadonlyMap<string, RecordSet>): AllZones =>
  new Map(
    [...all].map(([key, one]) => {
      const soa = soas.get(key)
      return [key, soa === undefined ? one : { ...one, contents: withSoa(one.contents, key, soa) }]
    }),
  )

function withSoa(contents: ZoneContents, apex: string, soa: RecordSet): ZoneContents {
  const at = (key: string): Contents | undefined => {
    const found = contents.at(key)
    if (found === undefined || key !== apex) return found
    return { ...found, sets: found.sets.map(set => (set.type === TYPE.SOA ? soa : set)) }
  }
  return { ...contents, soa: { ...soa, ttl: contents.soa.ttl }, at }
}

/** Which of our zones has the parent's side of which: by the key of the child's origin. */
export const parentsOf = (compiled: AllZones): ReadonlyMap<string, ZoneContents> =>
  new Map([...compiled.values()].flatMap(({ contents }) => contents.delegated.map(key => [key, contents] as const)))

/** The static sets at a name in any of our zones, the addresses below cuts among them, or of the wildcard that stands for it. */
export function setsAt(name: Name, compiled: AllZones): readonly RecordSet[] {
  const key = nameKey(name)
  const own = compiled.get(zoneOf(key, compiled) ?? '')?.contents.at(key)
  if (own !== undefined) return same(own)
  const reached = reach(key, compiled)
  if (reached?.kind !== 'name') return []
  return same(reached.zone.contents.at(reached.key)!).map(set => ({ ...set, owner: name })) // it is one of its names
}

/** The sets of a name that are the same for everybody. */
const same = ({ sets, hinted }: Contents): readonly RecordSet[] =>
  hinted.length === 0 ? sets : sets.filter(({ type }) => hinted.every(record => record.type !== type))

/** Where a CNAME leads. */
export function linkTo(target: Name, compiled: AllZones): number {
  const reached = reach(nameKey(target), compiled)
  if (reached === undefined) return LINK.outside
  const node = nodeAt(reached.zone, reached.key)! // what is reached is one of its names
  return (node << 2) | (reached.kind === 'nothing' ? LINK.nxdomain : LINK.node)
}

export function nodeAt({ contents, nodes }: Compiled, key: string): number | undefined {
  const number = contents.names.get(key)
  return number === undefined ? undefined : nodes[number]
}
