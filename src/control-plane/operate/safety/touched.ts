// What a change does to regions: which get more clients, which fewer, and which other ones. Pure.
import { endpoints } from '../../health/endpoints.js'
import type { Region } from '../../traffic/document/region.js'
import type { SteeredRecord } from '../../traffic/document/zone.js'
import type { TrafficDocument } from '../../traffic/document.js'
import { asInForce, mapsOf, type Scene } from './scene.js'
import { steeredNames } from './steered.js'

/** `differs`: its clients are other ones, or it is given out in another way. */
export type Effect = 'gains' | 'loses' | 'differs'

/** By region id; those that are not in it keep their clients. */
export type Touched = ReadonlyMap<string, Effect>

export function touchedBy(before: Scene, after: Scene): Touched {
  const ids = new Set([...before.stands.keys(), ...after.stands.keys()])
  const own = [...ids].flatMap((id): readonly (readonly [string, Effect])[] => {
    const [then, now] = [before.document.regions.get(id), after.document.regions.get(id)]
    const change = (after.stands.get(id)?.share ?? 0) - (before.stands.get(id)?.share ?? 0)
    if (change !== 0) return [[id, change > 0 ? 'gains' : 'loses']]
    // What is down or out has no clients to move, but may be brought back this way or kept away.
    if (then?.enabled !== now?.enabled) return [[id, now?.enabled === true ? 'gains' : 'loses']]
    return then === undefined || now === undefined || sameRegion(then, now) ? [] : [[id, 'differs']]
  })
  const steered = [...namesTouched(before, after), ...mapsTouched(before, after)]
  return new Map([...steered.map(id => [id, 'differs'] as const), ...own])
}

/** Nothing but more clients for some regions: the way back from whatever was done. */
export const onlyRecovers = (touched: Touched): boolean => [...touched.values()].every(effect => effect === 'gains')

const sameRegion = (a: Region, b: Region): boolean => given(a) === given(b)

const given = (region: Region): string =>
  JSON.stringify([region.weight, endpoints(region).map(({ canonical }) => canonical)])

/** The regions of names that are new, gone, or steered in another way. */
function namesTouched(before: Scene, after: Scene): readonly string[] {
  if (before.document === after.document) return []
  const [then, now] = [waysOf(before.document), waysOf(after.document)]
  return [...new Set([...then.keys(), ...now.keys()])].flatMap(name => {
    const [a, b] = [then.get(name), now.get(name)]
    return a?.way === b?.way ? [] : [...(a?.regions ?? []), ...(b?.regions ?? [])]
  })
}

/** The regions of names that have another map though nothing else is written: clients are taken to be elsewhere. */
function mapsTouched(before: Scene, after: Scene): readonly string[] {
  if (before.world === after.world) return []
  const [then, now] = [mapsOf(before).maps, mapsOf(after).maps]
  const hasOther = (key: string): boolean => then.has(key) && now.has(key) && then.get(key) !== now.get(key)
  return steeredNames(asInForce(after)).flatMap(({ record, specs }) =>
    specs.some(({ mapKey }) => hasOther(mapKey)) ? regionsOf(record) : [],
  )
}

/** Whether every steered name is steered in the same way, by the same regions. */
export function steersAlike(before: TrafficDocument, after: TrafficDocument): boolean {
  const [then, now] = [waysOf(before), waysOf(after)]
  return then.size === now.size && [...then].every(([name, { way }]) => now.get(name)?.way === way)
}

interface Way {
  readonly way: string
  readonly regions: readonly string[]
}

/** The TTL says when clients move, and not where to. */
function waysOf(document: TrafficDocument): ReadonlyMap<string, Way> {
  return new Map(
    steeredNames(document).map(({ name, record, specs }) => {
      const { owner: _, ttl: __, ...rest } = record
      const steps = document.policies.get(record.policy)?.steps
      const way = JSON.stringify([rest, steps, specs.map(({ mapKey }) => mapKey)])
      return [name, { way, regions: regionsOf(record) }]
    }),
  )
}

const regionsOf = ({ regions, fallback }: SteeredRecord): readonly string[] => [...regions, ...fallback]
