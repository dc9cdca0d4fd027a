// Two documents without the zones and records that are the same objects in both: of many, an edit leaves nearly all. Pure.
import { equalNames, type Name, nameKey } from '../../dns/name.js'
import { differenceOf } from '../descent/descent.js'
import type { Steps } from '../threads/steps.js'
import type { Zone } from './document/zone.js'
import type { TrafficDocument } from './document.js'
import { valueAt } from './value-at.js'

interface Loaded {
  readonly document: TrafficDocument
  readonly written: unknown
}

/** Comparing these finds what comparing those would. */
export function* unshared(a: Loaded, b: Loaded): Steps<readonly [TrafficDocument, TrafficDocument]> {
  const pairs = new Map<string, readonly [Zone, Zone]>()
  for (const [key, zone] of a.document.zones) {
    const other = b.document.zones.get(key)
    if (other !== undefined) pairs.set(key, yield* unsharedZones(zone, other))
  }
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

function* unsharedZones(a: Zone, b: Zone): Steps<readonly [Zone, Zone]> {
  if (a === b) return [a, b]
  const steered = yield* differing(a.steered, b.steered)
  const aliases = yield* differing(a.aliases, b.aliases)
  // Records are compared in sets: where one differs, the others of its name count as well.
  const [gone, come] = yield* differing(a.records, b.records)
  const names = new Map<string, Name>()
  for (const records of [gone, come])
    for (const { owner } of records) {
      names.set(nameKey(owner), owner)
      yield
    }
  const atThem = at(names)
  return [
    { ...a, records: yield* filtered(a.records, atThem), steered: steered[0], aliases: aliases[0] },
    { ...b, records: yield* filtered(b.records, atThem), steered: steered[1], aliases: aliases[1] },
  ]
}

function* filtered<T>(items: readonly T[], fits: (item: T) => boolean): Steps<readonly T[]> {
  const found: T[] = []
  for (const item of items) {
    if (fits(item)) found.push(item)
    yield
  }
  return found
}

function* setOf<T>(items: readonly T[]): Steps<ReadonlySet<T>> {
  const set = new Set<T>()
  for (const item of items) {
    set.add(item)
    yield
  }
  return set
}

/** Those of either that the other does not have. */
function* differing<T>(a: readonly T[], b: readonly T[]): Steps<readonly [readonly T[], readonly T[]]> {
  if (a === b) return [[], []]
  const known = differenceOf(a, b)
  if (known !== undefined) return [inOrder(a, known.gone), inOrder(b, known.come)]
  const [inA, inB] = [yield* setOf(a), yield* setOf(b)]
  return [yield* filtered(a, item => !inB.has(item)), yield* filtered(b, item => !inA.has(item))]
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
