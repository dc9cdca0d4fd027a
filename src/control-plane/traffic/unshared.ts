// Two documents without the zones and records that are the same objects in both: of many, an edit leaves nearly all. Pure.
import { equalNames, type Name, nameKey } from '../../dns/name.js'
import { differenceOf } from '../descent/descent.js'
import type { Zone } from './document/zone.js'
import type { TrafficDocument } from './document.js'
import { valueAt } from './value-at.js'

interface Loaded {
  readonly document: TrafficDocument
  readonly written: unknown
}

/** Comparing these finds what comparing those would. */
export function unshared(a: Loaded, b: Loaded): readonly [TrafficDocument, TrafficDocument] {
  const pairs = new Map(
    [...a.document.zones].flatMap(([key, zone]) => {
      const other = b.document.zones.get(key)
      return other === undefined ? [] : [[key, unsharedZones(zone, other)] as const]
    }),
  )
  const reduced = ({ document }: Loaded, side: 0 | 1): TrafficDocument => ({
    ...document,
    ...Object.fromEntries(SECTIONS.map(section => [section, withoutSame(section, document[section], a, b)])),
    zones: new Map(
      [...document.zones].flatMap(([key, zone]) => {
        const pair = pairs.get(key)
        if (pair === undefined) return [[key, zone] as const]
        return pair[0] === pair[1] ? [] : [[key, pair[side]] as const]
      }),
    ),
  })
  return [reduced(a, 0), reduced(b, 1)]
}

const SECTIONS = ['checks', 'regions', 'policies', 'latency'] as const

/** Sections of which each entry says all that becomes of it, and reads nothing else. */
const ENTRIES: readonly (typeof SECTIONS)[number][] = ['checks', 'regions']

/** What is written as before is as before. */
function withoutSame(
  section: (typeof SECTIONS)[number],
  entries: ReadonlyMap<string, unknown>,
  a: Loaded,
  b: Loaded,
): ReadonlyMap<string, unknown> {
  if (a.document[section] === b.document[section]) return new Map()
  if (!ENTRIES.includes(section)) return entries
  const isSame = (id: string): boolean => {
    const then = valueAt(a.written, [section, id])
    return then !== undefined && then === valueAt(b.written, [section, id]) && typeof then === 'object'
  }
  return new Map([...entries].filter(([id]) => !isSame(id)))
}

function unsharedZones(a: Zone, b: Zone): readonly [Zone, Zone] {
  if (a === b) return [a, b]
  const steered = differing(a.steered, b.steered)
  const aliases = differing(a.aliases, b.aliases)
  // Records are compared in sets: where one differs, the others of its name count as well.
  const [gone, come] = differing(a.records, b.records)
  const atThem = at(new Map([...gone, ...come].map(record => [nameKey(record.owner), record.owner])))
  return [
    { ...a, records: a.records.filter(atThem), steered: steered[0], aliases: aliases[0] },
    { ...b, records: b.records.filter(atThem), steered: steered[1], aliases: aliases[1] },
  ]
}

/** Those of either that the other does not have. */
function differing<T>(a: readonly T[], b: readonly T[]): readonly [readonly T[], readonly T[]] {
  if (a === b) return [[], []]
  const known = differenceOf(a, b)
  if (known !== undefined) return [inOrder(a, known.gone), inOrder(b, known.come)]
  const [inA, inB] = [new Set(a), new Set(b)]
  return [a.filter(item => !inB.has(item)), b.filter(item => !inA.has(item))]
}

const inOrder = <T>(all: readonly T[], some: readonly T[]): readonly T[] =>
  some.length < 2 ? some : all.filter(item => some.includes(item))

/** So few names are compared one by one. */
const FEW = 4

/** Whether a record is at one of the names. */
function at(names: ReadonlyMap<string, Name>): (record: { readonly owner: Name }) => boolean {
  if (names.size > FEW) return ({ owner }) => names.has(nameKey(owner))
  const few = [...names.values()]
  return ({ owner }) => few.some(name => equalNames(name, owner))
}
