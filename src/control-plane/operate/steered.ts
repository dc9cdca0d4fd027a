// One steered answer, gone through again step by step: the client, its ranking, what that was settled to.
import type { Message } from '../../dns/message.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { Place } from '../geo/place.js'
import { endpoints } from '../health/endpoints.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { type Choice, settle } from '../publish/settle.js'
import type { SteeringSpec } from '../publish/steerings.js'
import type { Zone } from '../traffic/document.js'
import type { Asked } from './asked.js'
import { chosenMembers, negativeTtl, ttlReason } from './choice.js'
import { type Client, findClient } from './client.js'
import type { ExplainSources, Found } from './explanation.js'

export interface Steered {
  readonly published: Published
  readonly spec: SteeringSpec
  readonly client: Client
  readonly found: Found | undefined
  /** Of the client; undefined where nothing is known of it. */
  readonly place: Place | undefined
  /** Ids of the candidates, equals side by side, best first. */
  readonly tiers: readonly (readonly string[])[]
  readonly states: ReadonlyMap<string, RegionState>
  readonly choice: Choice
  /** The members of the choice that the answer holds. */
  readonly chosen: readonly string[]
  /** Seconds that the answer is kept; null: an error, which has no TTL. */
  readonly ttl: number | null
  readonly ttlReason: string
}

/**
 * @param steering its number in the snapshot
 * @param at how many aliases lead to the steered name
 */
export function retrace(
  sources: ExplainSources,
  steering: number,
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

  const states = regionStates(document, published.health, spec.gives, published.forced, published.at)
  const candidates = spec.map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
  const fallback = spec.record.fallback.map(id => states.get(id)!)
  const ranking = pair[client.family].rankings[client.ranking]!
  const choice = settle(ranking, candidates, fallback, spec.record)

  const given = spec.gives === 'target' ? targetIn(response, at) : addressesIn(response, asked.type)
  const addressCount = (region: string): number =>
    endpoints(document.regions.get(region)!).filter(({ gives }) => gives === spec.gives).length
  return {
    published,
    spec,
    client,
    found,
    place: client.nowhere ? undefined : found?.place,
    tiers: ranking.map(tier => tier.map(place => candidates[place]!.id)),
    states,
    choice,
    chosen: chosenMembers(choice, published, spec.gives, given),
    ttl: choice.rung === 'servfail' ? null : choice.rung === 'nodata' ? negativeTtl(zone) : choice.ttl,
    ttlReason: ttlReason(choice, states, spec.record, addressCount, published),
  }
}

/** The target of the CNAME that ends the aliases before it. */
const targetIn = ({ answers }: Message, aliases: number): readonly string[] =>
  answers
    .filter(({ type }) => type === TYPE.CNAME)
    .slice(aliases, aliases + 1)
    .map(({ type, rdata }) => formatRdata(type, rdata).toLowerCase())

const addressesIn = ({ answers }: Message, type: number): readonly string[] =>
  answers.filter(record => record.type === type).map(({ rdata }) => formatRdata(type, rdata))
