// How the regions stand under a document and the words of operators: what safety rules look at. Pure.

import type { LatencyTables } from '../../geo/latency-table.js'
import { GIVES } from '../../health/endpoints.js'
import type { Health } from '../../health/health.js'
import type { ForcedRegions } from '../../publish/forced.js'
import type { RegionState } from '../../publish/ladder.js'
import { regionStates } from '../../publish/region-states.js'
import type { World } from '../../publish/world.js'
import type { Region } from '../../traffic/document/region.js'
import type { SafetyRule } from '../../traffic/document/safety.js'
import type { Zone } from '../../traffic/document/zone.js'
import type { TrafficDocument } from '../../traffic/document.js'

/** What a change can be about: what is written, what operators have said, what is known of the regions' health, and where clients are. */
export interface Situation {
  readonly document: TrafficDocument
  readonly forced: ForcedRegions
  readonly health: Health
  /** What answers would be made from; what they are made from now unless told. */
  readonly world?: Pick<World, 'maps' | 'document'>
}

/** What is the same before and after a change. */
export interface Circumstances {
  /** By SteeringSpec.mapKey: those that answers are made from now. */
  readonly maps: World['maps']
  /** Latency tables that these maps were made with. */
  readonly tables: LatencyTables
  /** Names of the facts that hold. */
  readonly facts: ReadonlySet<string>
  /** Whether resolvers may hold a DS of the zone from its parent, as far as is known. */
  readonly isChained: (zone: Zone) => boolean
  /** By region, epoch ms at which somebody last moved its clients. */
  readonly moves: ReadonlyMap<string, number>
  /** Epoch ms. */
  readonly now: number
}

/** How a region stands. */
export interface Stand {
  readonly region: Pick<Region, 'id' | 'tags' | 'capacity'>
  /** Of the clients that are meant for it, the share that it serves, 0 to 1; 0 where it is down, disabled or gone. */
  readonly share: number
}

export interface Scene extends Situation {
  readonly circumstances: Circumstances
  readonly stands: ReadonlyMap<string, Stand>
}

/** The maps that answers are made from, and the latency tables that these were made with. */
export const mapsOf = ({ world, circumstances }: Scene): Pick<Circumstances, 'maps' | 'tables'> =>
  world === undefined ? circumstances : { maps: world.maps, tables: world.document.latency }

/**
 * The document with the latency tables that there are maps of. Times put regions in another order and take none away, so that
 * with any of them the same clients are answered from the same rung.
 */
export function asInForce(scene: Scene): TrafficDocument {
  const { document } = scene
  const { tables } = mapsOf(scene)
  return {
    ...document,
    latency: new Map([...document.latency].map(([name, table]) => [name, tables.get(name) ?? table])),
  }
}

export function sceneOf(situation: Situation, circumstances: Circumstances): Scene {
  const { document, forced, health } = situation
  const states = GIVES.map(gives => regionStates(document, health, gives, forced, circumstances.now))
  const stands = [...document.regions].map(([id, region]) => {
    const share = Math.max(0, ...states.map(own => served(own.get(id)!))) // of the same document
    return [id, { region, share }] as const
  })
  return { ...situation, circumstances, stands: new Map(stands) }
}

/** Regions that a change takes out of the document serve nobody, and their capacity is missed. */
export const withGone = (after: Scene, before: Scene): Scene => ({
  ...after,
  stands: new Map([...[...before.stands].map(([id, stand]) => [id, { ...stand, share: 0 }] as const), ...after.stands]),
})

const served = ({ enabled, up, hasAddresses, drain }: RegionState): number =>
  enabled && up && hasAddresses ? 1 - drain / 100 : 0

/** What a rule that is about a state finds. */
export interface Measure {
  /** How far the state is from what the rule asks, in a unit of its own; 0: it holds. */
  readonly missing: number
  /** What is not as it should be, and what would satisfy the rule: a sentence each, without its full stop. */
  readonly words: string
  readonly remedy: string
}

/** A rule about how things are, whatever led there. */
export type Gauge<K extends SafetyRule['kind']> = (rule: RuleOf<K>, scene: Scene) => Measure

export type RuleOf<K extends SafetyRule['kind']> = Extract<SafetyRule, { kind: K }>
