// A policy: an ordered list of steps that turns (regions, client class) into a ranking.
import { SHARING_BITS } from '../../snapshot/map.js'
import type { ClientClass } from '../geo/client-class.js'
import type { LatencyTables } from '../geo/latency-table.js'
import type { PolicySpec, StepSpec } from '../traffic/document/policy.js'
import { balance } from './balance.js'
import { distance } from './distance.js'
import { fence } from './fence.js'
import { geo } from './geo.js'
import { groups } from './groups.js'
import { latency } from './latency.js'
import { order } from './order.js'
import { prefer } from './prefer.js'
import { roundRobin } from './round-robin.js'
import { shed } from './shed.js'
import { spread } from './spread.js'
import type { Maker, Ranking, Sharing, Step, Tier } from './step.js'
import { sticky } from './sticky.js'
import { take } from './take.js'
import { tier } from './tier.js'
import { areAllLone, keep } from './tiers.js'
import { trickle } from './trickle.js'
import { weight } from './weight.js'

/** Every step there is. A new one is a file and a line here. */
export const STEPS: { readonly [Name in StepSpec['step']]: Maker<Name> } = {
  distance,
  latency,
  geo,
  fence,
  prefer,
  avoid: prefer,
  tier,
  order,
  spread,
  groups,
  weight,
  sticky,
  'round-robin': roundRobin,
  shed,
  balance,
  trickle,
  take,
}

/** Policies that need not be written down. */
export const BUILT_IN: readonly PolicySpec[] = [
  { id: 'nearest', steps: [{ step: 'distance' }] },
  { id: 'latency', steps: [{ step: 'latency', withinMs: 0, missing: 'distance' }, { step: 'distance' }] },
  { id: 'failover', steps: [{ step: 'tier' }, { step: 'order' }] },
  { id: 'weighted', steps: [{ step: 'weight', weights: {} }] },
  { id: 'geo', steps: [{ step: 'geo', others: 'keep' }, { step: 'distance' }] },
  { id: 'round-robin', steps: [{ step: 'round-robin' }] },
  { id: 'sticky', steps: [{ step: 'sticky', bits: SHARING_BITS }] },
  { id: 'all', steps: [{ step: 'take', count: 'all' }] },
]

const PLAIN: Sharing = { weights: new Map(), by: 'network', bits: SHARING_BITS, take: 1, groups: [] }

/** What a policy makes of a client. */
export interface Ranked {
  /** Best first; empty only where the policy never lets clients leave its fence, or drops what no rule names. */
  readonly tiers: Ranking
  /** Of these tiers so many, the first ones, are inside the fence. */
  readonly inside: number
}

/** What one step did for a client. */
export interface Trace {
  readonly step: StepSpec['step']
  readonly why: string
  readonly before: Ranked
  readonly after: Ranked
}

/** A policy, made ready for its candidates. */
export interface Prepared {
  readonly sharing: Sharing
  rank(client: ClientClass): Ranked
  /** The same, step by step. */
  trace(client: ClientClass): readonly Trace[]
}

export function preparePolicy(
  { steps: specs }: PolicySpec,
  candidates: Tier,
  tables: LatencyTables = new Map(),
): Prepared {
  const steps = prepareSteps(specs, candidates, tables)
  const start: Ranked = { tiers: [candidates], inside: 1 }
  const one = interned()
  return {
    sharing: steps.reduce<Sharing>((sharing, step) => merge(sharing, sharingOf(step)), PLAIN),
    rank(client) {
      let ranked = start
      for (const [i, step] of steps.entries()) {
        const { tiers, inside } = ranked
        ranked = run(step, i === 0 || areAllLone(tiers) ? ranked : { tiers: tiers.map(one), inside }, client)
      }
      return ranked
    },
    trace(client) {
      let before = start
      return steps.map((step, i): Trace => {
        const after = run(step, before, client)
        const trace = { step: specs[i]!.step, why: step.tell({ tiers: before.tiers, client }), before, after } // a step each
        before = after
        return trace
      })
    },
  }
}

/** More than any policy leaves in its first steps; beyond it nothing is gained by knowing them. */
const MOST_TIERS = 4096

/**
 * Gives equal tiers as one object: clients come by the hundred thousand and leave the first steps with the same few
 * tiers, of which later steps remember what they have found out.
 */
function interned(): (tier: Tier) => Tier {
  const known = new Map<string, Tier>()
  return tier => {
    if (tier.length === 1) return tier
    const key = tier.map(({ id }) => id).join()
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size < MOST_TIERS) known.set(key, tier)
    return tier
  }
}

function prepareSteps(specs: readonly StepSpec[], candidates: Tier, tables: LatencyTables): readonly Step[] {
  const prepare = (inner: readonly StepSpec[], among: Tier) => prepareSteps(inner, among, tables)
  // The table gives each step the options of its own name; that cannot be said in types.
  return specs.map(spec => (STEPS[spec.step] as Maker<StepSpec['step']>)(spec, { candidates, tables, prepare }))
}

const sharingOf = (step: Step): Partial<Sharing> => (step.kind === 'fence' ? {} : (step.sharing ?? {}))

const merge = (sharing: Sharing, more: Partial<Sharing>): Sharing => ({
  ...sharing,
  ...more,
  weights: new Map([...sharing.weights, ...(more.weights ?? [])]),
  groups: [...sharing.groups, ...(more.groups ?? [])],
})

/** What is inside the fence and what is outside are ordered apart: no step brings a region across. */
function run(step: Step, { tiers, inside: count }: Ranked, client: ClientClass): Ranked {
  if (step.kind === 'share') return { tiers, inside: count }
  if (step.kind === 'order' && count === tiers.length) {
    const ranked = step.rank({ tiers, client })
    return { tiers: ranked, inside: ranked.length }
  }
  const sides = [tiers.slice(0, count), tiers.slice(count)] as const
  const [inside, outside] =
    step.kind === 'fence' ? fenced(step, sides, client) : sides.map(side => step.rank({ tiers: side, client }))
  return { tiers: [...inside!, ...outside!], inside: inside!.length } // two sides
}

function fenced(
  { mode, sideFor }: Extract<Step, { readonly kind: 'fence' }>,
  [inside, outside]: readonly [Ranking, Ranking],
  client: ClientClass,
): readonly [Ranking, Ranking] {
  const sideOf = sideFor(client)
  if (sideOf === undefined) return [inside, outside]
  const only = (tiers: Ranking, ...sides: readonly string[]): Ranking => keep(tiers, one => sides.includes(sideOf(one)))
  const known = (tiers: Ranking): Ranking => [...only(tiers, 'inside'), ...only(tiers, 'unknown')]
  if (mode === 'never-leave') return [known(inside), known(outside)]
  const kept = only(inside, 'inside')
  // A fence with nothing in it would only make every answer look like an emergency.
  if (kept.length === 0) return [inside, outside]
  return [
    kept,
    [...only(inside, 'unknown'), ...only(inside, 'outside'), ...known(outside), ...only(outside, 'outside')],
  ]
}

/** The ranking of the candidates for a client; whoever ranks many clients prepares the policy once. */
export const rank = (policy: PolicySpec, candidates: Tier, client: ClientClass, tables?: LatencyTables): Ranking =>
  preparePolicy(policy, candidates, tables).rank(client).tiers

export type { Candidate, Question, Ranking, Sharing, Step, Tier } from './step.js'
