// The roster: which targets a document asks for, with those of the roster before kept where they did not change.
import { isDeepStrictEqual } from 'node:util'
import type { CheckSpec, Region, TrafficDocument } from '../traffic/document.js'
import { endpoints } from './endpoints.js'
import type { Health } from './health.js'
import { targetKey } from './saved.js'
import type { Known, Target } from './target.js'
import { makeView, type View } from './view.js'

export interface Roster {
  /** By `targetKey`; a pair that several regions ask for is there once. */
  readonly targets: ReadonlyMap<string, Target>
  /** By region, in the document's order. */
  readonly regions: ReadonlyMap<string, readonly View[]>
  /** Where a target shows. */
  readonly views: ReadonlyMap<Target, readonly View[]>
}

export const EMPTY: Roster = { targets: new Map(), regions: new Map(), views: new Map() }

/** What a new target is made of. */
export interface Recruit {
  readonly spec: CheckSpec
  readonly address: string
  readonly known: Known | undefined
  /** The phase of the target that it takes the place of. */
  readonly phase: number | undefined
}

/** `make` makes a target and does not start it; `remembered` is what an earlier process knew, by `targetKey`. */
export function enlist(
  document: Pick<TrafficDocument, 'regions' | 'checks'>,
  before: Roster,
  remembered: ReadonlyMap<string, Known>,
  make: (recruit: Recruit) => Target,
): Roster {
  const targets = new Map<string, Target>()
  const take = (spec: CheckSpec, address: string, key: string): Target => {
    const old = before.targets.get(key)
    if (old !== undefined && isDeepStrictEqual(old.options.spec, spec)) return old
    // A check that was edited keeps its verdict until its own results say otherwise: no edit takes a region out by itself.
    const known = old?.known === undefined ? remembered.get(key) : calm(old.known)
    return make({ spec, address, known, phase: old?.options.phase })
  }
  const look = (region: Region, health: Health): readonly View[] =>
    endpoints(region).map(({ text, canonical }) => {
      const mine = [...new Set(region.checks)].flatMap(id => {
        const spec = document.checks.get(id)
        if (spec === undefined) return []
        const key = targetKey(id, canonical)
        const target = targets.get(key) ?? take(spec, text, key)
        targets.set(key, target)
        return [target]
      })
      const previous = health.get(region.id)?.find(({ address }) => address === text)
      return makeView(region.id, text, mine, previous)
    })
  const health = healthOf(before.regions)
  const regions = new Map([...document.regions.values()].map(region => [region.id, look(region, health)]))
  return { targets, regions, views: byTarget([...regions.values()].flat()) }
}

const calm = (known: Known): Known => ({ ...known, streak: { up: known.streak.up, run: 0 } })

export const healthOf = (regions: Roster['regions']): Health =>
  new Map([...regions].map(([id, views]) => [id, views.map(view => view.health)]))

function byTarget(views: readonly View[]): Map<Target, View[]> {
  const map = new Map<Target, View[]>()
  for (const view of views) for (const target of view.targets) map.set(target, [...(map.get(target) ?? []), view])
  return map
}
