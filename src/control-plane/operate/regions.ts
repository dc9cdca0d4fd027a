// Every region of a steered name, and why it was or was not chosen, in words.
import { kilometres } from '../geo/distance.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { Health } from '../health/health.js'
import type { Forced, ForcedRegions } from '../publish/forced.js'
import type { RegionState } from '../publish/ladder.js'
import type { Choice } from '../publish/settle.js'
import type { Location, Region, TrafficDocument } from '../traffic/document.js'
import type { RegionVerdict, ToldOverride, ToldRegion } from './explanation.js'

/** One choice and all that it was made from. */
export interface Scene {
  readonly document: TrafficDocument
  readonly health: Health
  /** What is asked for. */
  readonly gives: Gives
  /** Ids of the candidates, equals side by side, best first. */
  readonly tiers: readonly (readonly string[])[]
  readonly fallback: readonly string[]
  readonly states: ReadonlyMap<string, RegionState>
  readonly forced: ForcedRegions
  readonly choice: Choice
  /** The members of the choice that the answer holds. */
  readonly chosen: readonly string[]
  /** Where the client is. */
  readonly from: Location | undefined
}

/** A region in its place: with its tier, from 0 on; undefined for a fallback. */
interface Placed {
  readonly region: Region
  readonly state: RegionState
  readonly tier: number | undefined
  readonly km: number | undefined
}

export function tellRegions(scene: Scene): readonly ToldRegion[] {
  const placed = [...scene.tiers.flatMap((tier, i) => tier.map(id => place(scene, id, i))), ...fallbacks(scene)]
  return placed.map(one => {
    const { region, state, tier, km } = one
    const [verdict, why] = judge(scene, one, placed)
    return {
      region: region.id,
      rank: tier === undefined ? null : tier + 1,
      kilometres: km === undefined ? null : Math.round(km),
      weight: state.weight,
      enabled: state.enabled,
      up: state.up,
      cause: state.up || !state.hasAddresses ? null : causeOf(scene, region) || null,
      override: toldOverride(scene.forced.get(region.id)),
      state: verdict,
      why,
    }
  })
}

const fallbacks = (scene: Scene): readonly Placed[] => scene.fallback.map(id => place(scene, id, undefined))

function place({ document, states, from }: Scene, id: string, tier: number | undefined): Placed {
  const region = document.regions.get(id)! // the gate lets no unknown region pass
  const km = from === undefined || region.location === undefined ? undefined : kilometres(from, region.location)
  return { region, state: states.get(id)!, tier, km }
}

type Judgement = readonly [RegionVerdict, string]

function judge(scene: Scene, one: Placed, all: readonly Placed[]): Judgement {
  const { choice, chosen, gives } = scene
  const { state, tier, region } = one
  const first = all.find(({ region }) => chosen.includes(region.id))
  if (!state.hasAddresses) return ['no-address', `has no ${nameOf(gives)}`]
  if (chosen.includes(region.id)) {
    const held = state.forced === 'up' ? `; forced up by ${saidBy(scene, region)}` : ''
    return ['chosen', `${whyChosen(scene, one, all)}${held}`]
  }
  const relation = first === undefined ? undefined : relationOf(one, first)
  const but =
    relation === 'nearer' || relation === 'before' ? `${relation === 'nearer' ? 'nearer' : 'first'}, but ` : ''
  if (!state.enabled) return ['disabled', `${but}disabled by an operator`]
  if (state.forced === 'down') return ['forced-down', `${but}forced down by ${saidBy(scene, region)}`]
  if (!state.up) return ['down', `${but}down: ${causeOf(scene, region)}`]
  if (choice.members.some(({ id }) => id === region.id))
    return ['passed-over', `equal to ${chosen.join()}, to which the draw by weight gave this network`]
  if (first === undefined) return ['not-needed', 'not part of the answer']
  if (tier === undefined)
    return first.tier === undefined
      ? ['not-needed', `a fallback that comes after ${first.region.id}`]
      : ['not-needed', 'a fallback: used only when no candidate is up']
  if (tier === first.tier) return ['passed-over', 'weight 0: gets no clients while an equal region has more']
  return ['not-needed', relation === 'farther' ? `farther than ${first.region.id}` : `comes after ${first.region.id}`]
}

function whyChosen({ choice, gives }: Scene, { tier, km }: Placed, all: readonly Placed[]): string {
  switch (choice.rung) {
    case 'fallback':
      return 'no candidate is up; the first fallback that is'
    case 'serve-all':
      return 'no region is up; the record says to serve all'
    case 'first-choice':
      return `no region is up; the record says to serve the first choice${drawn(choice)}`
    default: {
      const lacks = all
        .filter(other => other.tier !== undefined && tier !== undefined && other.tier < tier)
        .map(({ state }) => (!state.hasAddresses ? `has an ${nameOf(gives)}` : !state.enabled ? 'is enabled' : 'is up'))
      const that = lacks.length === 0 ? '' : ` that ${[...new Set(lacks)].sort().reverse().join(' and ')}`
      return `${km === undefined ? 'first region in order' : 'nearest region'}${that}${drawn(choice)}`
    }
  }
}

const nameOf = (gives: Gives): string => (gives === 'target' ? 'target' : `IPv${gives} address`)

const saidBy = ({ forced }: Scene, { id }: Region): string => {
  const word = forced.get(id)! // the state came from it
  return `${word.actor}: ${word.reason}`
}

function toldOverride(word: Forced | undefined): ToldOverride | null {
  if (word === undefined) return null
  const { until, ...rest } = word
  return { ...rest, until: until === Infinity ? null : until }
}

const drawn = ({ members }: Choice): string =>
  members.length > 1 ? `, drawn by weight among ${members.map(({ id }) => id).join(', ')}` : ''

/** Where a region stands beside the chosen one; distances are named only where they explain the order. */
function relationOf(one: Placed, first: Placed): 'nearer' | 'farther' | 'before' | 'after' | undefined {
  if (one.tier === undefined || first.tier === undefined || one.tier === first.tier) return undefined
  const known = one.km !== undefined && first.km !== undefined
  if (one.tier < first.tier) return known && one.km <= first.km ? 'nearer' : 'before'
  return known && one.km >= first.km ? 'farther' : 'after'
}

/** Each address that is down, with the check that says so; the address itself is named where there are several. */
function causeOf({ health, gives }: Scene, region: Region): string {
  const own = endpoints(region).filter(endpoint => endpoint.gives === gives)
  const causes = own.flatMap(({ text }) => {
    const found = health.get(region.id)?.find(({ address }) => address === text)
    if (found === undefined || found.up) return []
    const cause = found.cause ?? 'its checks do not pass'
    return own.length === 1 ? [cause] : [`${text}: ${cause}`]
  })
  return causes.join('; ')
}
