// How Route 53 chooses between the sets of a name, as the steps of a policy.
import { AWS_REGIONS } from './aws-regions.js'
import type { Draft } from './draft.js'
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
  if (set.GeoLocation !== undefined) return geolocation(own, draft)
  if (set.GeoProximityLocation !== undefined) return geoproximity(own, draft)
  if (set.CidrRoutingConfig !== undefined) return byNetwork(own, blocks, draft)
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
  for (const { region, set, where } of members) {
    const location = AWS_REGIONS[set.Region ?? '']
    if (location === undefined)
      draft.lose(where, `where ${set.Region} is, is not known: it comes last until it has a location`)
    else draft.locate(region, location, where)
  }
  draft.lose(
    members[0]!.set.Name,
    'the latencies that Route 53 measures are its own: the nearest region answers until there is a table of yours',
  )
  return { name: 'latency', builtIn: 'latency', steps: [], whenAllDown: 'first-choice' }
}

function geolocation(members: Own, draft: Draft): Routing {
  const rules: Record<string, string[]> = {}
  for (const { region, set, where } of members) {
    const { ContinentCode: continent, CountryCode: country, SubdivisionCode: subdivision } = set.GeoLocation ?? {}
    if (subdivision !== undefined)
      draft.lose(
        where,
        `the rule is for ${country}-${subdivision}: see that your geo database writes the subdivision so`,
      )
    const client =
      country === '*'
        ? '*'
        : country === undefined
          ? `continent:${continent}`
          : subdivision === undefined
            ? country
            : `${country}-${subdivision}`
    rules[client] = [...(rules[client] ?? []), region]
  }
  return byRules('geo', rules, members, draft)
}

function byNetwork(members: Own, blocks: readonly CidrBlock[], draft: Draft): Routing {
  const rules: Record<string, string[]> = {}
  for (const { region, set, where } of members) {
    const { LocationName: location = '', CollectionId: collection = '' } = set.CidrRoutingConfig ?? {}
    const networks =
      location === '*' ? ['*'] : blocks.filter(block => block.LocationName === location).map(block => block.CidrBlock)
    if (networks.length === 0)
      draft.lose(
        where,
        `the networks of ${location} are not here: add the reply of "aws route53 list-cidr-blocks --collection-id ${collection}"`,
      )
    for (const network of networks) rules[network] = [...(rules[network] ?? []), region]
  }
  return byRules('networks', rules, members, draft)
}

/** Without a set for everybody else, these get an answer without records. */
function byRules(
  name: string,
  rules: Readonly<Record<string, readonly string[]>>,
  members: Own,
  draft: Draft,
): Routing {
  const all = '*' in rules
  if (!all)
    draft.lose(
      members[0]!.set.Name,
      'when all regions that a client may have are down, Route 53 answers as if all were up; now it answers without records',
    )
  const written = Object.fromEntries(
    Object.entries(rules).map(([client, regions]) => [client, regions.length === 1 ? regions[0] : regions]),
  )
  return { name, steps: [{ geo: { rules: written, others: 'drop' } }], whenAllDown: all ? 'first-choice' : 'nodata' }
}

/** Route 53's bias is ours, sign and all. */
function geoproximity(members: Own, draft: Draft): Routing {
  const bias: Record<string, number> = {}
  for (const { region, set, where } of members) {
    const { AWSRegion, Coordinates, LocalZoneGroup, Bias = 0 } = set.GeoProximityLocation ?? {}
    const location =
      Coordinates === undefined
        ? AWS_REGIONS[AWSRegion ?? LocalZoneGroup?.replace(/^([a-z]+-[a-z]+-\d).*$/, '$1') ?? '']
        : ([Number(Coordinates.Latitude), Number(Coordinates.Longitude)] as const)
    if (LocalZoneGroup !== undefined) draft.lose(where, `${LocalZoneGroup} is taken to be where its region is`)
    if (location === undefined) draft.lose(where, 'where it is, is not known: it comes last until it has a location')
    else draft.locate(region, location, where)
    if (Bias !== 0) bias[region] = Bias
  }
  const biased = Object.keys(bias).length > 0
  return {
    name: 'geoproximity',
    ...(biased ? {} : { builtIn: 'nearest' }),
    steps: [{ distance: { bias } }],
    whenAllDown: 'first-choice',
  }
}
