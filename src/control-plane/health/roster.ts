// The roster: which targets a document asks for, with those of the roster before kept where they did not change.
import { isDeepStrictEqual } from 'node:util'
import { formatAddress, parseAddress } from '../../dns/address.js'
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { FailbackSpec, Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { Calculated, type Judged, mirrorsOf } from './calculated.js'
import { endpoints } from './endpoints.js'
import { AT_ONCE } from './failback.js'
import type { Health } from './health.js'
import type { Known } from './known.js'
import type { Mirror } from './mirror.js'
import { targetKey } from './saved.js'
import { Sharing } from './sharing.js'
import { makeView, type View } from './view.js'

export interface Roster {
  /** By `targetKey`; a pair that several regions ask for is there once. */
  readonly targets: ReadonlyMap<string, Mirror>
  /** By region, in the document's order. */
  readonly regions: ReadonlyMap<string, RosterRegion>
  /** Where a target shows. */
  readonly views: ReadonlyMap<Mirror, readonly View[]>
}

export interface RosterRegion {
  readonly views: readonly View[]
  readonly minimumUp: number | undefined
  readonly failback: FailbackSpec
}

export const EMPTY: Roster = { targets: new Map(), regions: new Map(), views: new Map() }

/** What a new target is made of. */
export interface Recruit {
  /** Its `targetKey`. */
  readonly key: string
  readonly spec: ProbedCheckSpec
  readonly address: string
  readonly known: Known | undefined
  /** The phase of the target that it takes the place of. */
  readonly phase: number | undefined
  /** The target whose probe serves it too. */
  readonly twin: Mirror | undefined
}

/** `make` makes a target; `remembered` is what an earlier process knew, by `targetKey`. */
export function enlist(
  document: Pick<TrafficDocument, 'regions' | 'checks'>,
  before: Roster,
  remembered: ReadonlyMap<string, Known>,
  make: (recruit: Recruit) => Mirror,
): Roster {
  const targets = new Map<string, Mirror>()
  const sharing = new Sharing(before.targets.values())
  const take = (spec: ProbedCheckSpec, address: string, key: string): Mirror => {
    const old = before.targets.get(key)
    if (old !== undefined && isDeepStrictEqual(old.spec, spec)) return old
    // A check that was edited keeps its verdict until its own results say otherwise: no edit takes a region out by itself.
    const known = old?.known === undefined ? remembered.get(key) : calm(old.known)
    const twin = sharing.twinOf({ spec, key, known })
    const mirror = make({ key, spec, address, known, phase: old?.phase, twin })
    sharing.add(mirror)
    return mirror
  }
  const find = (ids: readonly string[], text: string, canonical: string | undefined): readonly Judged[] =>
    [...new Set(ids)].flatMap((id): readonly Judged[] => {
      const spec = document.checks.get(id)
      if (spec === undefined || spec.enabled === false) return []
      if (spec.type === 'calculated') return [new Calculated(spec, find(spec.of, text, canonical))]
      const address = spec.address ?? text
      const own = spec.address === undefined ? canonical : canonicalOf(spec.address)
      if (own === undefined) return []
      const key = targetKey(id, own)
      const target = targets.get(key) ?? take(spec, address, key)
      targets.set(key, target)
      return [target]
    })
  const look = (region: Region, health: Health): readonly View[] => {
    const dependencies = find(region.dependsOn ?? [], '', undefined)
    return endpoints(region).map(({ text, canonical, gives }) => {
      const judged = find(region.checks, text, canonical)
      const previous = health.get(region.id)?.find(({ address }) => address === text)
      const { id, needs } = region
      return makeView({ region: id, address: text, gives, judged, dependencies, needs }, previous)
    })
  }
  const health = healthOf(before.regions)
  const regions = new Map(
    [...document.regions.values()].map(region => {
      const { id, minimumUp, failback = AT_ONCE } = region
      return [id, { views: look(region, health), minimumUp, failback }]
    }),
  )
  return { targets, regions, views: byTarget([...regions.values()].flatMap(({ views }) => views)) }
}

function canonicalOf(address: string): string | undefined {
  const bytes = parseAddress(address)
  return bytes === undefined ? undefined : formatAddress(bytes)
}

const calm = (known: Known): Known => ({ ...known, streak: { up: known.streak.up, run: 0 } })

export const healthOf = (regions: Roster['regions']): Health =>
  new Map([...regions].map(([id, { views }]) => [id, views.map(view => view.health)]))

function byTarget(views: readonly View[]): Map<Mirror, View[]> {
  const map = new Map<Mirror, View[]>()
  for (const view of views)
    for (const target of new Set([...view.judged, ...view.dependencies].flatMap(mirrorsOf))) {
      const there = map.get(target)
      if (there === undefined) map.set(target, [view])
      else there.push(view)
    }
  return map
}
