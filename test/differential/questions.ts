// Questions made from zones: every name and what is above, below and beside it, types that are there and types that are not,
// in letters of both cases, by UDP with and without EDNS, and by TCP.
import { isWithin, labelCount, type Name, nameKey, parent, parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { namesIn } from '../../src/dns/rdata.js'
import type { ServedZone, World } from './zones.js'

export interface Question {
  readonly name: Name
  readonly type: number
  readonly way: Way
}

/** How a question is sent. */
export interface Way {
  readonly tcp: boolean
  /** Absent: without EDNS. */
  readonly edns?: { readonly udpSize: number; readonly dnssecOk: boolean }
}

const WAYS: readonly Way[] = [
  { tcp: false },
  { tcp: false, edns: { udpSize: 1232, dnssecOk: false } },
  { tcp: false, edns: { udpSize: 512, dnssecOk: true } },
  { tcp: true },
  { tcp: false, edns: { udpSize: 4096, dnssecOk: true } },
  { tcp: false, edns: { udpSize: 0, dnssecOk: false } },
  { tcp: true, edns: { udpSize: 1232, dnssecOk: true } },
]

/** Asked at the names that have records, besides the types that they have. */
const AT_OWNERS = [
  TYPE.A,
  TYPE.AAAA,
  TYPE.TXT,
  TYPE.MX,
  TYPE.NS,
  TYPE.SOA,
  TYPE.CNAME,
  TYPE.DNAME,
  TYPE.DS,
  TYPE.ANY,
  65399,
]
/** Asked at the names around them. */
const AROUND = [TYPE.A, TYPE.TXT, TYPE.DS, TYPE.CNAME]

export interface Extent {
  /** Owners of a zone that are asked for, spread over all of them. */
  readonly owners: number
  /** Whether each question is sent in each way, and not in one after the other. */
  readonly everyWay: boolean
}

export const SHORT: Extent = { owners: 40, everyWay: false }
export const LONG: Extent = { owners: Number.POSITIVE_INFINITY, everyWay: true }

/** The same ones for the same zones. */
export function questionsOf(world: World, extent: Extent): readonly Question[] {
  const asked = new Map<string, Omit<Question, 'way'>>()
  const ask = (name: Name | undefined, types: Iterable<number>): void => {
    if (name === undefined) return
    // Letters as they come make another question of the same name.
    const text = Buffer.from(name).toString('latin1')
    for (const type of types) asked.set(`${text} ${type}`, { name, type })
  }
  for (const zone of world.zones) {
    const typesAt = typesOf(zone)
    const owners = spread([...typesAt.values()], extent.owners)
    for (const { name, types } of owners) {
      ask(name, new Set([...types, ...AT_OWNERS]))
      ask(mangled(name), [...types].slice(0, 1))
      for (const around of namesAround(name, zone.name)) ask(around, AROUND)
    }
    for (const target of targetsOf(zone, extent.owners)) ask(target, [TYPE.A, TYPE.TXT])
    ask(parent(zone.name), [TYPE.NS, TYPE.A])
  }
  const all = [...asked.values()]
  return extent.everyWay
    ? all.flatMap(question => WAYS.map(way => ({ ...question, way })))
    : all.map((question, i) => ({ ...question, way: WAYS[i % WAYS.length]! }))
}

function typesOf({ records }: ServedZone): Map<string, { name: Name; types: Set<number> }> {
  const typesAt = new Map<string, { name: Name; types: Set<number> }>()
  for (const { owner, type } of records) {
    const known = typesAt.get(nameKey(owner))
    if (known === undefined) typesAt.set(nameKey(owner), { name: owner, types: new Set([type]) })
    else known.types.add(type)
  }
  return typesAt
}

/** Names above up to the zone's own, below, beside, what a wildcard stands for, and the wildcard that might be there. */
function namesAround(name: Name, origin: Name): readonly Name[] {
  const above: Name[] = []
  for (let at = parent(name); at !== undefined && isWithin(at, origin); at = parent(at)) above.push(at)
  const below = ['x', 'a.b', '*', 'x.*'].map(labels => within(labels, name))
  const up = parent(name)
  const beside = up === undefined || name.length === origin.length ? [] : ['zz', 'p.q', '*'].map(l => within(l, up))
  return [...above.slice(0, 3), ...below, ...beside].filter(name => name !== undefined)
}

/** Undefined where it would be too long, or has too many labels for what sends it. */
function within(labels: string, name: Name): Name | undefined {
  const made = Uint8Array.from([...parseName(labels).slice(0, -1), ...name])
  return made.length > 255 || labelCount(made) > 127 ? undefined : made
}

function targetsOf({ records, name: origin }: ServedZone, most: number): readonly Name[] {
  const targets = [...records].flatMap(({ type, rdata }) =>
    type === TYPE.SOA ? [] : namesIn(type, rdata).map(({ offset, length }) => rdata.subarray(offset, offset + length)),
  )
  return spread(targets, most).flatMap(target => [target, ...(isWithin(target, origin) ? [mangled(target)] : [])])
}

/** The other case for every second letter. */
const mangled = (name: Name): Name =>
  name.map((byte, i) => (i % 2 === 0 && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)) ? byte ^ 32 : byte))

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)
}
