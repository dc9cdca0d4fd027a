// The step `geo`: regions by rules over where clients are; without rules, those of the client's country, then of its continent.
import type { ClientClass } from '../geo/client-class.js'
import { clientKeys } from '../geo/client-key.js'
import type { GeoRule, StepSpec } from '../traffic/document/policy.js'
import { isAmong, selected } from './selection.js'
import type { Candidate, Maker, Question, Step, Tier } from './step.js'
import { keep, splitTiers } from './tiers.js'
import { named } from './words.js'

/**
 * Splits every tier by the most specific rule that names a region: network before AS, subdivision, country, continent and
 * `*`. So each rule is the fallback of the more specific ones. Regions that no rule names come last, or are dropped,
 * and with them those that only less specific rules name where the most specific one is to decide alone. A rule may have
 * tiers: an order of failover for its own clients.
 */
export const geo: Maker<'geo'> = ({ rules, others }) => (rules === undefined ? byCloseness : byRules(rules, others))

const byCloseness: Step = {
  kind: 'order',
  rank: ({ tiers, client }) => splitTiers(tiers, candidate => closeness(candidate, client)),
  tell({ tiers, client }) {
    const { country, continent } = client
    if (country === undefined && continent === undefined)
      return 'the client has no country: no region goes before another'
    const near = (than: number) => named(tiers.flat().filter(candidate => closeness(candidate, client) === than))
    return `in ${country ?? 'no known country'}: ${near(0)}; in ${continent ?? 'no known continent'}: ${near(1)}`
  },
}

const closeness = (candidate: Candidate, { country, continent }: ClientClass): number =>
  country !== undefined && candidate.country === country
    ? 0
    : continent !== undefined && candidate.continent === continent
      ? 1
      : 2

type Others = Extract<StepSpec, { readonly step: 'geo' }>['others']

const told = (all: Tier, { regions, tiers = [regions] }: GeoRule): string =>
  tiers.map(selection => named(selected(all, selection))).join(', then ')

/** Of a region within its rule, 0 to 1: its tier, where the rule has tiers. */
function placeWithin(candidate: Candidate, { tiers = [] }: GeoRule): number {
  const tier = tiers.findIndex(selection => isAmong(candidate, selection))
  return tier < 0 ? 0 : tier / tiers.length
}

/** The place of the last rule that counts, from the most specific one on; undefined where nothing is dropped. */
const LAST: Readonly<Record<Others, number | undefined>> = {
  keep: undefined,
  drop: Number.MAX_VALUE,
  'drop-broader': 0,
}

function byRules(rules: readonly GeoRule[], others: Others): Step {
  const byKey = new Map(rules.map(rule => [rule.clients, rule]))
  const holding = (client: ClientClass): readonly GeoRule[] => clientKeys(client).flatMap(key => byKey.get(key) ?? [])
  const placeOf = (holds: readonly GeoRule[]) => (candidate: Candidate) => {
    const place = holds.findIndex(({ regions }) => isAmong(candidate, regions))
    return place < 0 ? undefined : place + placeWithin(candidate, holds[place]!)
  }
  return {
    kind: 'order',
    rank({ tiers, client }: Question) {
      const place = placeOf(holding(client))
      const last = LAST[others]
      const split = splitTiers(tiers, place)
      return last === undefined ? split : keep(split, candidate => Math.floor(place(candidate) ?? Infinity) <= last)
    },
    tell({ tiers, client }) {
      const holds = holding(client)
      if (holds.length === 0) return 'no rule is about this client'
      return holds.map(rule => `${rule.clients}: ${told(tiers.flat(), rule)}`).join('; ')
    },
  }
}
