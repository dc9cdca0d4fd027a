// One steered answer, gone through again step by step: the client, its ranking, what that was settled to.
import { contains } from '../../dns/address.js'
import type { Message } from '../../dns/message.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { ClientClass } from '../geo/client-class.js'
import { networkOf } from '../geo/client-key.js'
import { endpoints } from '../health/endpoints.js'
import { preparePolicy, type Trace } from '../policies/policy.js'
import { balancedSharing, rankingKey, type Shares } from '../publish/balanced.js'
import type { Published } from '../publish/publisher.js'
import { type CompactRanking, rankingAt } from '../publish/rankings.js'
import { regionStates } from '../publish/region-states.js'
import { type Choice, settle } from '../publish/settle.js'
import { type Standing, standings } from '../publish/standing.js'
import { keysIn, type SteeringSpec } from '../publish/steerings.js'
import type { Zone } from '../traffic/document/zone.js'
import { addressesIn } from './answer.js'
import type { Asked } from './asked.js'
import { negativeTtl, ttlReason } from './choice.js'
import { type Client, findClient } from './client.js'
import { type Drawn, drawn } from './drawn.js'
import type { ExplainSources, Found } from './explanation.js'
import type { Trail } from './trail.js'

export interface Steered {
  readonly published: Published
  readonly spec: SteeringSpec
  /** Whether its addresses are the hints of a record that is the same for everybody but for them. */
  readonly hinted: boolean
  readonly client: Client
  readonly found: Found | undefined
  /** All that the policy knows of the client; empty where nothing is known of it. */
  readonly known: ClientClass
  /** As the map has it. */
  readonly ranking: CompactRanking
  /** Ids of the candidates, equals side by side, best first. */
  readonly tiers: readonly (readonly string[])[]
  /** The policy, step by step. */
  readonly trace: readonly Trace[]
  /** By id: the candidates as they stand in this policy, and fallbacks. */
  readonly standings: ReadonlyMap<string, Standing>
  readonly choice: Choice
  /** Where balancing sends clients of this ranking; undefined where it leaves them alone. */
  readonly balanced: Shares | undefined
  /** Which members of the choice the answer should hold. */
  readonly drawn: Drawn
  /** Seconds that the answer is kept; null: an error, which has no TTL. */
  readonly ttl: number | null
  readonly ttlReason: string
}

/**
 * @param steering its number in the snapshot, and whether it gives hints
 * @param at how many aliases lead to the steered name
 */
export function retrace(
  sources: ExplainSources,
  { steering, hinted }: Pick<Trail, 'steering' | 'hinted'>,
  zone: Zone,
  asked: Asked,
  at: number,
  response: Message,
): Steered {
  const { published } = sources
  const { document, names, maps } = published.world
  const spec = names.steerings[steering]!
  const pair = maps.get(spec.mapKey)! // the world has a map for each of its steerings
  const client = findClient(published.snapshot.steerings[steering]!, pair, zone, asked)
  const found = sources.locate(client.address)
  const known = client.nowhere ? {} : { ...found?.place, networks: networksAround(client, spec) }

  const { health, forced, planned, loads, balance, at: publishedAt } = published
  const states = regionStates(document, health, spec.gives, forced, publishedAt, planned, loads)
  const candidates = standings(
    spec.map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
    spec.sharing,
  )
  const fallback = spec.record.fallback.map(id => ({ ...states.get(id)!, leave: 0, serves: false }))
  const ranking = rankingAt(pair[client.family].rankings, client.ranking)
  const sharing = balancedSharing(spec, balance)
  const choice = settle(ranking, candidates, fallback, spec.record, sharing)
  const policy = preparePolicy(document.policies.get(spec.record.policy)!, spec.map.candidates, document.latency)

  const given = spec.gives === 'target' ? targetIn(response, at) : addressesIn(response, asked.type, spec.gives)
  const all = new Map([...candidates, ...fallback].map(one => [one.id, one]))
  const addressCount = (region: string): number =>
    endpoints(document.regions.get(region)!).filter(({ gives }) => gives === spec.gives).length
  return {
    published,
    spec,
    hinted,
    client,
    found,
    known,
    ranking,
    tiers: ranking.tiers.map(tier => tier.map(place => candidates[place]!.id)),
    trace: policy.trace(known),
    standings: all,
    choice,
    balanced: sharing.balanced?.get(rankingKey(ranking, candidates)),
    drawn: drawn(choice, client, published, spec.gives, given),
    ttl: hinted
      ? choice.ttl
      : choice.rung === 'servfail'
        ? null
        : choice.rung === 'nodata'
          ? negativeTtl(zone)
          : choice.ttl,
    ttlReason:
      hinted && choice.take === 0
        ? 'no hints are given, and that may change'
        : ttlReason(choice, all, spec.record, addressCount, published),
  }
}

/** The target of the CNAME that ends the aliases before it. */
const targetIn = ({ answers }: Message, aliases: number): readonly string[] =>
  answers
    .filter(({ type }) => type === TYPE.CNAME)
    .slice(aliases, aliases + 1)
    .map(({ type, rdata }) => formatRdata(type, rdata).toLowerCase())
/** Of the networks that the policy names, those that the client lies in, the smallest first. */
function networksAround({ address }: Client, { map }: SteeringSpec): readonly string[] {
  return [...new Set(keysIn(map))]
    .flatMap(key => {
      const prefix = networkOf(key)
      return prefix !== undefined && contains(prefix, address) ? [{ key, length: prefix.length }] : []
    })
    .sort((a, b) => b.length - a.length)
    .map(({ key }) => key)
}
