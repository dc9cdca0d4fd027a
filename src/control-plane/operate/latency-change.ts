// How long clients would wait: the round-trip times to be expected to the regions that they get, as things are and as they would be.
import type { Family } from '../../dns/address.js'
import { expectedLatency, networksWithRows } from '../geo/expected-latency.js'
import type { LatencyTable } from '../geo/latency-table.js'
import type { Locate } from '../geo/library.js'
import type { MapPair } from '../publish/map-maker.js'
import type { Choice } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'
import type { SteeringSpec } from '../publish/steerings.js'
import type { Region } from '../traffic/document/region.js'
import { rankingOf } from './crossings.js'
import type { Weighed } from './weighed.js'

/** ms, of all clients who get a region that it is known of how far it is from them. */
export interface Wait {
  readonly meanMs: number
  /** So long or less for 95 of 100, to half a ms. */
  readonly p95Ms: number
}

/** Absent where it is known of nobody. */
export interface LatencyChange {
  readonly before?: Wait
  readonly after?: Wait
}

/** What a client waits for a region, ms; undefined where nothing tells. */
export type Waits = (region: Region) => number | undefined

/** Remembers each client's place. @param table of the policy that its clients are steered by */
function waits(locate: Locate): (client: Weighed, table: LatencyTable | undefined) => Waits {
  const places = new Map<Weighed, ReturnType<Locate>>()
  return (client, table) => {
    if (!places.has(client)) places.set(client, locate(client.bytes))
    const networks = table === undefined ? [] : networksWithRows(table, client.bytes)
    return expectedLatency(table, { ...places.get(client)?.place, networks })
  }
}

/** How finely waits are told apart, ms, and up to where. */
const STEP_MS = 0.5
const STEPS = 2000

/** Sums up what clients wait. */
export class WaitTally {
  private all = 0
  private sum = 0
  private readonly steps = new Float64Array(STEPS)

  /** @param regions those that there are */
  add(weight: number, choice: Choice, regions: ReadonlyMap<string, Region>, of: Waits): void {
    for (const [id, share] of sharesOf(choice)) {
      const region = regions.get(id)
      const ms = region && of(region)
      if (ms === undefined) continue
      this.all += weight * share
      this.sum += weight * share * ms
      this.steps[Math.min(STEPS - 1, Math.floor(ms / STEP_MS))]! += weight * share
    }
  }

  /** All that another has, so many times. */
  addAll(other: WaitTally, times: number): void {
    this.all += other.all * times
    this.sum += other.sum * times
    other.steps.forEach((weight, step) => {
      this.steps[step]! += weight * times
    })
  }

  result(): Wait | undefined {
    if (this.all === 0) return undefined
    let below = 0
    const step = this.steps.findIndex(weight => (below += weight) >= this.all * 0.95 - 1e-9)
    return { meanMs: Math.round((this.sum / this.all) * 100) / 100, p95Ms: (step + 1) * STEP_MS }
  }
}

/** Networks that are looked at where clients are weighed by addresses. */
const SPREAD = 4096
/** The golden section: however many are taken, they are even. */
const TURN = 0.6180339887498949

/** IPv4 networks of 256, evenly over all that there are: as good as all of them, for a mean. */
const SPREAD_CLIENTS: readonly Weighed[] = Array.from({ length: SPREAD }, (_, i) => {
  const network = Math.floor(((i * TURN) % 1) * 2 ** 24)
  return { bytes: Uint8Array.of(network >>> 16, network >>> 8, network, 0), weight: 1 }
})

/** Before and after, of one name or of several. */
export class LatencyTally {
  readonly before = new WaitTally()
  readonly after = new WaitTally()

  addAll({ before, after }: LatencyTally, times: number): void {
    this.before.addAll(before, times)
    this.after.addAll(after, times)
  }

  result(): LatencyChange {
    const [before, after] = [this.before.result(), this.after.result()]
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
  }
}

/** What the clients of a ranking come to. */
export type Settler = (family: Family, ranking: number) => Choice

/** A name in a world, as it is or as it would be. */
export interface Scenery {
  readonly spec: SteeringSpec
  readonly pair: MapPair
  readonly settle: Settler
  readonly regions: ReadonlyMap<string, Region>
}

/** Undefined where the name is not there. */
export interface Sceneries {
  readonly before: Scenery | undefined
  readonly after: Scenery | undefined
}

function latencyOf(clients: readonly Weighed[], scenery: Sceneries, of: ReturnType<typeof waits>): LatencyTally {
  const tally = new LatencyTally()
  for (const side of ['before', 'after'] as const) {
    const scene = scenery[side]
    if (scene === undefined) continue
    const { spec, pair, settle, regions } = scene
    const table = [...(spec.map.tables?.values() ?? [])][0]
    for (const client of clients) {
      const family = client.bytes.length === 4 ? 4 : 6
      const choice = settle(family, rankingOf(pair[family].map, client.bytes))
      tally[side].add(client.weight, choice, regions, of(client, table))
    }
  }
  return tally
}

/** What is waited, name by name; names that are steered alike are looked at once where all clients count the same. */
export class Latencies {
  private readonly all = new LatencyTally()
  private readonly known = new Map<string, LatencyTally>()
  private readonly numbers = new Map<unknown, number>([[undefined, 0]])
  private readonly of: ReturnType<typeof waits>
  private readonly everybody: readonly Weighed[]

  /** @param everybody the clients of names that have none of their own */
  constructor(locate: Locate, everybody: readonly Weighed[] = SPREAD_CLIENTS) {
    this.of = waits(locate)
    this.everybody = everybody
  }

  /** @param own who asks for the name, where that is known */
  add(scenery: Sceneries, own: readonly Weighed[] | undefined): LatencyChange {
    const tally = own === undefined ? this.overEverybody(scenery) : latencyOf(own, scenery, this.of)
    this.all.addAll(tally, 1)
    return tally.result()
  }

  result(): LatencyChange {
    return this.all.result()
  }

  private overEverybody(scenery: Sceneries) {
    const key = `${this.number(scenery.before?.spec)} ${this.number(scenery.after?.spec)}`
    const tally = this.known.get(key) ?? latencyOf(this.everybody, scenery, this.of)
    this.known.set(key, tally)
    return tally
  }

  private number(spec: SteeringSpec | undefined): number {
    const number = this.numbers.get(spec) ?? this.numbers.size
    this.numbers.set(spec, number)
    return number
  }
}
