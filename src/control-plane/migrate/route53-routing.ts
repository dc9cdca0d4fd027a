// How Route 53 chooses between the sets of a name, as the steps of a policy.
import type { Draft } from './draft.js'
import { biasOf, clientsOf, locate } from './route53-places.js'
import type { CidrBlock, RecordSet } from './route53-records.js'

/** The sets of one identifier, and the region that they have become. */
export interface Member {
  readonly region: string
  readonly sets: readonly RecordSet[]
  readonly where: string
}

export interface Routing {
  readonly name: string
  /** A policy that everybody has, where that is enough. */
  readonly builtIn?: string
  readonly steps: readonly unknown[]
  readonly whenAllDown: 'serve-all' | 'first-choice' | 'nodata'
}

/** A multivalue answer has eight records at most. */
const MULTIVALUE = 8

/** Sets of one name and type are routed in one way; Route 53 takes no others. */
export function routingOf(members: readonly Member[], blocks: readonly CidrBlock[], draft: Draft): Routing {
  const set = members[0]!.sets[0]!
  const own = members.map(member => ({ ...member, set: member.sets[0]! }))
  if (set.Weight !== undefined) return weighted(own)
  if (set.Failover !== undefined) return failover(own)
  if (set.GeoLocation !== undefined) return byClient('geo', own, blocks, draft)
  if (set.GeoProximityLocation !== undefined) return geoproximity(own, draft)
  if (set.CidrRoutingConfig !== undefined) return byClient('networks', own, blocks, draft)
  if (set.MultiValueAnswer === true)
    return { name: 'multivalue', steps: ['round-robin', { take: MULTIVALUE }], whenAllDown: 'serve-all' }
  return latency(own, draft)
}

type Own = readonly (Member & { readonly set: RecordSet })[]

/** All weights zero means that all are alike. */
function weighted(members: Own): Routing {
  const weights = members.map(({ set: { Weight = 0 } }) => Weight)
  const alike = weights.every(weight => weight === weights[0])
  const table = Object.fromEntries(members.map(({ region }, i) => [region, weights[i]]))
  return {
    name: 'weighted',
    ...(alike ? { builtIn: 'round-robin' } : {}),
    steps: ['round-robin', { weight: table }],
    whenAllDown: 'first-choice',
  }
}

function failover(members: Own): Routing {
  const primary = members.filter(({ set }) => set.Failover === 'PRIMARY').map(({ region }) => region)
  const secondary = members.filter(({ set }) => set.Failover === 'SECONDARY').map(({ region }) => region)
  return { name: 'failover', steps: [{ tier: [...primary, ...secondary] }], whenAllDown: 'first-choice' }
}

function latency(members: Own, draft: Draft): Routing {
  for (const { region, set, where } of members) locate(draft, region, set, where)
  tellLatency(members[0]!.set.Name, draft)
  return { name: 'latency', builtIn: 'latency', steps: [], whenAllDown: 'first-choice' }
}

export const tellLatency = (name: string, draft: Draft): void =>
  draft.lose(
    name,
    'the latencies that Route 53 measures are its own: the nearest region answers until there is a table of yours',
  )

/** Without a set for everybody else, these get an answer without records. */
function byClient(name: string, members: Own, blocks: readonly CidrBlock[], draft: Draft): Routing {
  const rules: Record<string, string[]> = {}
  for (const { region, set, where } of members)
    for (const client of clientsOf(set, where, blocks, draft)) rules[client] = [...(rules[client] ?? []), region]
  const written = Object.fromEntries(
    Object.entries(rules).map(([client, regions]) => [client, regions.length === 1 ? regions[0] : regions]),
  )
  return {
    name,
    steps: [{ geo: { rules: written, others: 'drop' } }],
    whenAllDown: allDown(members[0]!.set.Name, '*' in rules, draft),
  }
}

/** @param all whether there is a set for everybody else */
export function allDown(name: string, all: boolean, draft: Draft): Routing['whenAllDown'] {
  if (all) return 'first-choice'
  draft.lose(
    name,
    'when all regions that a client may have are down, Route 53 answers as if all were up; now it answers without records',
  )
  return 'nodata'
}

function geoproximity(members: Own, draft: Draft): Routing {
  for (const { region, set, where } of members) locate(draft, region, set, where)
  const bias = Object.fromEntries(
    members.flatMap(({ region, set }) => (biasOf(set) === 0 ? [] : [[region, biasOf(set)] as const])),
  )
  return {
    name: 'geoproximity',
    ...(Object.keys(bias).length > 0 ? {} : { builtIn: 'nearest' }),
    steps: [{ distance: { bias } }],
    whenAllDown: 'first-choice',
  }
}
