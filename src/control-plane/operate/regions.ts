// Every region of a steered name, and why it was or was not chosen, in words.
import { kilometres } from '../geo/distance.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { Health } from '../health/health.js'
import type { Shares } from '../publish/balanced.js'
import { drainOf } from '../publish/drained.js'
import type { Forced, ForcedRegions } from '../publish/forced.js'
import type { Choice } from '../publish/settle.js'
import type { Standing } from '../publish/standing.js'
import type { Location, Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Drawn } from './drawn.js'
import type { RegionVerdict, ToldOverride, ToldRegion } from './explanation.js'

/** One choice and all that it was made from. */
export interface Scene {
  readonly document: TrafficDocument
  readonly health: Health
  /** What is asked for. */
  readonly gives: Gives
  /** Ids of the candidates that are ranked, equals side by side, best first. */
  readonly tiers: readonly (readonly string[])[]
  readonly candidates: readonly string[]
  readonly fallback: readonly string[]
  /** Whether the policy orders by distance before all else. */
  readonly byDistance: boolean
  readonly standings: ReadonlyMap<string, Standing>
  readonly forced: ForcedRegions
  /** What regions carry, as policies go by it. */
  readonly loads: ReadonlyMap<string, number>
  readonly choice: Choice
  /** Where balancing sends clients that rank like this one; absent where it leaves them alone. */
  readonly balanced: Shares | undefined
  /** The members of the choice that the answer holds. */
  readonly drawn: Drawn
  /** Where the client is. */
  readonly from: Location | undefined
}

/** A region in its place: with its tier, from 0 on; `dropped` by the policy, or a `fallback`. */
interface Placed {
  readonly region: Region
  readonly state: Standing
  readonly tier: number | 'dropped' | 'fallback'
  readonly km: number | undefined
}

export function tellRegions(scene: Scene): readonly ToldRegion[] {
  const ranked = new Set(scene.tiers.flat())
  const placed = [
    ...scene.tiers.flatMap((tier, i) => tier.map(id => place(scene, id, i))),
    ...scene.candidates.filter(id => !ranked.has(id)).map(id => place(scene, id, 'dropped')),
    ...scene.fallback.map(id => place(scene, id, 'fallback')),
  ]
  return placed.map(one => {
    const { region, state, tier, km } = one
    const [verdict, why] = judge(scene, one, placed)
    return {
      region: region.id,
      rank: typeof tier === 'number' ? tier + 1 : null,
      kilometres: km === undefined ? null : Math.round(km),
      weight: state.weight,
      enabled: state.enabled,
      up: state.up,
      cause: state.up || !state.hasAddresses ? null : causeOf(scene, region) || null,
      load: scene.loads.get(region.id) ?? null,
      override: toldOverride(scene.forced.get(region.id)),
      state: verdict,
      why,
    }
  })
}

function place({ document, standings, from }: Scene, id: string, tier: Placed['tier']): Placed {
  const region = document.regions.get(id)! // the gate lets no unknown region pass
  const km = from === undefined || region.location === undefined ? undefined : kilometres(from, region.location)
  return { region, state: standings.get(id)!, tier, km }
}

type Judgement = readonly [RegionVerdict, string]

function judge(scene: Scene, one: Placed, all: readonly Placed[]): Judgement {
  const { choice, drawn, gives } = scene
  const { state, tier, region } = one
  const first = all.find(({ region }) => drawn.regions.includes(region.id))
  if (!state.hasAddresses) return ['no-address', `has no ${nameOf(gives)}`]
  if (drawn.regions.includes(region.id)) {
    const held = state.forced === 'up' ? `; forced up by ${saidBy(scene, region)}` : ''
    return ['chosen', `${whyChosen(scene, one, all)}${held}${goneWithout(scene, region)}`]
  }
  if (tier === 'dropped') return ['dropped', 'the policy does not send this client there']
  const relation = first === undefined ? undefined : relationOf(one, first)
  const but =
    relation === 'nearer' || relation === 'before' ? `${relation === 'nearer' ? 'nearer' : 'first'}, but ` : ''
  if (!state.enabled) return ['disabled', `${but}disabled by an operator`]
  if (state.forced === 'down') return ['forced-down', `${but}forced down by ${saidBy(scene, region)}`]
  if (!state.up) return ['down', `${but}down: ${causeOf(scene, region)}`]
  if (tier !== 'fallback' && !state.serves) return ['held-back', `${but}held back: ${whyHeld(state)}`]
  if (scene.balanced !== undefined && choice.rung === 'healthy' && tier !== 'fallback' && !drawn.trickled)
    return ['passed-over', whyBalanced(scene.balanced, region.id)]
  if (choice.members.some(({ id }) => id === region.id)) return ['passed-over', whyPassed(scene, state, first)]
  if (first === undefined) return ['not-needed', 'not part of the answer']
  if (tier === 'fallback')
    return first.tier === 'fallback'
      ? ['not-needed', `a fallback that comes after ${first.region.id}`]
      : ['not-needed', 'a fallback: used only when no candidate is up']
  if (drawn.trickled) return ['passed-over', 'this network is one of those that trickle elsewhere']
  if (tier === first.tier) return ['passed-over', 'weight 0: gets no clients while an equal region has more']
  return ['not-needed', relation === 'farther' ? `farther than ${first.region.id}` : `comes after ${first.region.id}`]
}

const whyHeld = ({ leave, drain }: Standing): string =>
  leave < 1
    ? 'its group has too few regions up'
    : drain >= 100
      ? 'drained by an operator'
      : 'its load is at the high mark'

const whyBalanced = (shares: Shares, region: string): string =>
  `to balance load, ${percent(shares.get(region) ?? 0)} of the clients that rank alike go here, and this network is not among them`

function whyPassed({ drawn, choice }: Scene, { id, leave }: Standing, first: Placed | undefined): string {
  if (drawn.trickled) return 'this network is one of those that trickle elsewhere'
  const groupOf = (region: string | undefined) => choice.members.find(member => member.id === region)?.group
  const chosen = groupOf(first?.region.id)
  const own = groupOf(id)
  if (leave > 0 && own !== undefined && chosen !== undefined && own < chosen)
    return `gives ${percent(leave)} of its clients away, this network among them`
  if (own !== chosen) return `stands behind ${drawn.regions.join()}`
  return `equal to ${drawn.regions.join()}, to which the draw by weight gave this network${leave > 0 ? `; gives ${percent(leave)} of its clients away` : ''}`
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

function whyChosen(scene: Scene, { tier, km, state }: Placed, all: readonly Placed[]): string {
  const { choice, gives, drawn: answer, byDistance } = scene
  switch (choice.rung) {
    case 'fallback':
      return 'no candidate is up; the first fallback that is'
    case 'held-back':
      return `no other region is up; ${state.serves ? 'the best that is' : `it is, though held back: ${whyHeld(state)}`}`
    case 'serve-all':
      return 'no region is up; the record says to serve all'
    case 'last-good':
      return `no region is up; the one that was up last${drawnAmong(choice)}`
    case 'first-choice':
      return `no region is up; the record says to serve the first choice${drawnAmong(choice)}`
    default: {
      if (answer.trickled) return 'this network is one of those that trickle here'
      const balanced = scene.balanced?.get(state.id)
      if (balanced !== undefined) return `to balance load, ${percent(balanced)} of the clients that rank alike go here`
      if (tier === 'fallback') return 'the regions before it give this network away, and it is the first fallback'
      const lacks = all
        .filter(other => typeof other.tier === 'number' && typeof tier === 'number' && other.tier < tier)
        .filter(other => !answer.regions.includes(other.region.id))
        .map(({ state }) =>
          !state.hasAddresses
            ? `has an ${nameOf(gives)}`
            : !state.enabled
              ? 'is enabled'
              : !state.up
                ? 'is up'
                : !state.serves
                  ? 'is not held back'
                  : 'keeps this network',
        )
      const that = lacks.length === 0 ? '' : ` that ${[...new Set(lacks)].sort().reverse().join(' and ')}`
      const outside = choice.rung === 'outside-fence' ? ', outside the fence, inside which none is' : ''
      return `${km === undefined || !byDistance ? 'first region in order' : 'nearest region'}${that}${outside}${drawnAmong(choice)}`
    }
  }
}

const nameOf = (gives: Gives): string => (gives === 'target' ? 'target' : `IPv${gives} address`)

const saidBy = ({ forced }: Scene, { id }: Region): string => {
  const word = forced.get(id)! // the state came from it
  return `${word.actor}: ${word.reason}`
}

/** Addresses of a chosen region that this client does not get, since they are drained. */
function goneWithout({ drawn, forced, gives }: Scene, region: Region): string {
  const level = drawn.levels[drawn.regions.indexOf(region.id)]
  if (level === undefined) return ''
  const word = forced.get(region.id)
  const without = endpoints(region).filter(one => one.gives === gives && drainOf(one, word) >= level)
  const words = without.map(one => `${one.text}, drained by ${drainOf(one, word)} %`)
  return words.length === 0 ? '' : `; without ${words.join(' and ')}`
}

function toldOverride(word: Forced | undefined): ToldOverride | null {
  if (word === undefined) return null
  const { until, addresses: _, ...rest } = word
  return { ...rest, until: until === Infinity ? null : until }
}

function drawnAmong({ members, take }: Choice): string {
  const first = members.filter(({ group }) => group === 0)
  return first.length > take ? `, drawn by weight among ${first.map(({ id }) => id).join(', ')}` : ''
}

/** Where a region stands beside the chosen one; distances are named only where they explain the order. */
function relationOf(one: Placed, first: Placed): 'nearer' | 'farther' | 'before' | 'after' | undefined {
  if (typeof one.tier !== 'number' || typeof first.tier !== 'number' || one.tier === first.tier) return undefined
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
