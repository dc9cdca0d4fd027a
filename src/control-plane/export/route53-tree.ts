// What a steered name does as a tree of Route 53: sets that are chosen among, some of them aliases of further names with sets of their own.
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { broader } from '../geo/clients-of-keys.js'
import { type Endpoint, endpoints } from '../health/endpoints.js'
import type { RecordSet } from '../migrate/route53-records.js'
import type { Region } from '../traffic/document/region.js'
import { withLastResort } from './last-resort.js'
import { isWeightless, nearOf } from './near.js'
import { type Order, type Plan, type Share, sameOrder, wordsOf } from './plan.js'
import { type Networks, placeFor } from './route53-clients.js'
import { nearBranches } from './route53-near.js'
import type { Told } from './told.js'
import { rounded, timesToWhole } from './weights.js'

export type Node =
  /** A region, or one of its addresses. */
  { readonly kind: 'region'; readonly region: Region; readonly only?: Endpoint } | Choice

export interface Choice {
  readonly kind: 'choice'
  readonly branches: readonly Branch[]
}

export type Routing = Pick<
  RecordSet,
  'Weight' | 'Failover' | 'GeoLocation' | 'CidrRoutingConfig' | 'Region' | 'GeoProximityLocation' | 'MultiValueAnswer'
>

export interface Branch {
  /** What tells it apart from the others. */
  readonly id: string
  readonly routing: Routing
  readonly node: Node
  /** Whether it is passed over while all below it is down. */
  readonly follows: boolean
}

const MOST_WEIGHT = 255
/** A multivalue answer has eight records at most. */
const MULTIVALUE = 8

/** Undefined where nobody gets anything. @param looksAt whether a region can be down at all */
export const treeOf = (
  plan: Plan,
  networks: Networks,
  looksAt: (region: Region) => boolean,
  told: Told,
): Node | undefined =>
  multivalue(plan, told) ??
  new Trees(withLastResort(plan, 'first-choice', 'a client gets its first choice', told), networks, looksAt, told).all()

/** All that are up at once; undefined where that is not what the name does. */
function multivalue(plan: Plan, told: Told): Node | undefined {
  const { name, record, orders, regions, sharing, isNear } = plan
  if (sharing.take === 1) return undefined
  const isWhole = sharing.take >= regions.length && !regions.some(region => isWeightless(plan, region))
  if (orders.size > 1 || isNear || record.fallback.length > 0 || !isWhole) {
    told.lose(
      name,
      `an answer has one region, and had ${sharing.take === Infinity ? 'all that are up' : `up to ${sharing.take}`} here`,
    )
    return undefined
  }
  const all = regions.flatMap(region => endpoints(region).map(one => ({ region, one })))
  if (all.some(({ one }) => one.gives === 'target')) return undefined // a name has one CNAME
  if ([4, 6].some(gives => all.filter(({ one }) => one.gives === gives).length > MULTIVALUE))
    told.lose(name, `an answer has up to ${MULTIVALUE} addresses, drawn anew each time`)
  if (record.whenAllDown !== 'serve-all')
    told.lose(name, `when all are down, all are given, up to ${MULTIVALUE}; here: ${record.whenAllDown}`)
  return {
    kind: 'choice',
    branches: all.map(({ region, one }) => ({
      id: `${region.id} ${one.canonical}`,
      routing: { MultiValueAnswer: true },
      node: { kind: 'region', region, only: one },
      follows: true,
    })),
  }
}

class Trees {
  private readonly plan: Plan
  private readonly networks: Networks
  private readonly looksAt: (region: Region) => boolean
  private readonly told: Told
  /** What makes all shares weights of Route 53; undefined where they have to be rounded. */
  private readonly times: number | undefined
  /** By the words of the order. */
  private readonly known = new Map<string, Node>()
  private readonly names = new Map<Node, Choice>()

  constructor(plan: Plan, networks: Networks, looksAt: (region: Region) => boolean, told: Told) {
    this.plan = plan
    this.networks = networks
    this.looksAt = looksAt
    this.told = told
    const shared = [...plan.orders.values()].flat().filter(({ length }) => length > 1)
    this.times = timesToWhole(
      shared.flat().flatMap(({ region, weight }) => (isWeightless(plan, region) ? [] : [weight])),
      MOST_WEIGHT,
    )
    if (this.times === undefined)
      told.lose(plan.name, `weights are rounded: those of Route 53 are whole numbers up to ${MOST_WEIGHT}`)
    if (plan.sharing.by === 'network' && shared.length > 0)
      told.lose(plan.name, 'each query is drawn anew among equals, and a client network kept its region here')
  }

  all(): Node | undefined {
    const { plan, told } = this
    const near = nearOf(plan)
    const branches = near && nearBranches(plan.name, near, told)
    if (branches !== undefined) return failover({ kind: 'choice', branches }, this.ordered(near!.behind))
    if (plan.isNear) told.lose(plan.name, 'the nearest region is chosen by country, and was by place here')
    const orders = new Map([...plan.orders].filter(([key]) => key === EVERYBODY || this.isKnown(key)))
    if (orders.size > 1)
      told.lose(plan.name, 'where a client is, and what its subnet is, Route 53 says by databases of its own')
    const nets = [...orders.keys()].filter(namesNetwork)
    const places = [...orders.keys()].filter(key => key !== EVERYBODY && !namesNetwork(key))
    const isFlat = (nets.length === 0 || places.length === 0) && isPassedOn(orders)
    const rule = (id: string, routing: Routing, order: Order): readonly Branch[] => {
      const node = this.ordered(order)
      if (node === undefined) return []
      if (node.kind === 'region' && isFlat) return [{ id: `${node.region.id} ${id}`, routing, node, follows: true }]
      return [{ id, routing, node: this.named(node), follows: isFlat }]
    }
    const everybody = orders.get(EVERYBODY)! // every plan has it
    if (nets.length + places.length === 0) return this.ordered(everybody)
    const first = (order: Order): Order => (isFlat ? order.slice(0, 1) : order)
    const byPlace = [
      ...places.flatMap(key => rule(key, { GeoLocation: placeFor(key)! }, first(orders.get(key)!))),
      ...rule('everybody else', { GeoLocation: { CountryCode: '*' } }, everybody),
    ]
    if (nets.length === 0) return choice(byPlace)
    const groups = new Map<string, { readonly nets: string[]; readonly order: Order }>()
    for (const net of nets) {
      const order = first(orders.get(net)!)
      const group = groups.get(wordsOf(order)) ?? { nets: [], order }
      group.nets.push(net)
      groups.set(wordsOf(order), group)
    }
    const others = { CidrRoutingConfig: this.networks.others(plan.name) }
    return choice([
      ...[...groups.values()].flatMap(group => {
        const config = this.networks.add(plan.name, group.nets)
        return rule(config.LocationName, { CidrRoutingConfig: config }, group.order)
      }),
      ...(places.length === 0
        ? rule('everybody else', others, everybody)
        : [
            {
              id: 'everybody else',
              routing: others,
              node: { kind: 'choice', branches: byPlace } as const,
              follows: isFlat,
            },
          ]),
    ])
  }

  /** Whether Route 53 has words for such clients; that it has none is told. */
  private isKnown(key: ClientKey): boolean {
    if (namesNetwork(key) ? this.networks.mayHave(key) : !namesAs(key) && placeFor(key) !== undefined) return true
    this.told.lose(this.plan.name, `the rule for ${key} is left out: Route 53 has no words for such clients`)
    return false
  }

  /** Its health is not followed where it has a name of its own: one for each. */
  private named(node: Node): Choice {
    const made = this.names.get(node) ?? named(node)
    this.names.set(node, made)
    return made
  }

  /** Undefined where it has no regions. */
  private ordered(order: Order): Node | undefined {
    const words = wordsOf(order)
    const known = this.known.get(words) ?? this.made(order)
    if (known !== undefined) this.known.set(words, known)
    return known
  }

  private made([tier, ...behind]: Order): Node | undefined {
    if (tier === undefined) return undefined
    // What Route 53 cannot see down is no primary there, and what comes after it is never reached.
    const sure = tier.find(({ region }) => !this.looksAt(region))
    if (sure !== undefined && behind.length > 0)
      this.told.lose(
        this.plan.name,
        `what comes after ${sure.region.id} is left out: no health check looks at it, so it is always up`,
      )
    const rest = sure === undefined ? behind : []
    const [next = [], ...later] = rest
    // Those of weight 0 come when no others are up: also in Route 53.
    const hasZeros =
      next.length > 0 &&
      !isWeightless(this.plan, tier[0]!.region) &&
      next.every(({ region }) => isWeightless(this.plan, region))
    if (!hasZeros && tier.length === 1) return failover(leaf(tier[0]!.region), this.ordered(rest))
    const zeros = hasZeros ? next.map(({ region }) => ({ region, weight: 0 })) : []
    return failover(weighted([...this.weightsOf(tier), ...zeros]), this.ordered(hasZeros ? later : rest))
  }

  private weightsOf(tier: readonly Share[]): readonly Share[] {
    const weights = tier.map(({ weight }) => weight)
    // One that has all of the clients, or shares them with others without a weight, has any.
    if (tier.length === 1 || tier.every(({ region }) => isWeightless(this.plan, region)))
      return tier.map(({ region }) => ({ region, weight: 1 }))
    const whole = this.times === undefined ? rounded(weights, MOST_WEIGHT) : weights.map(weight => weight * this.times!)
    return tier.map(({ region }, i) => ({ region, weight: whole[i]! }))
  }
}

const leaf = (region: Region): Node => ({ kind: 'region', region })

const choice = (branches: readonly Branch[]): Choice | undefined =>
  branches.length === 0 ? undefined : { kind: 'choice', branches }

const weighted = (shares: readonly Share[]): Choice => ({
  kind: 'choice',
  branches: shares.map(({ region, weight }) => ({
    id: region.id,
    routing: { Weight: weight },
    node: leaf(region),
    follows: true,
  })),
})

/** The second where all of the first is down. */
function failover(first: Node, then: Node | undefined): Node {
  if (then === undefined) return first
  const branch = (what: 'PRIMARY' | 'SECONDARY', id: string, node: Node): Branch => ({
    id: node.kind === 'region' ? node.region.id : id,
    routing: { Failover: what },
    node,
    follows: true,
  })
  return { kind: 'choice', branches: [branch('PRIMARY', 'the first', first), branch('SECONDARY', 'the others', then)] }
}

/** Something to choose among, which a name has: also of a lone region. */
export const named = (node: Node): Choice =>
  node.kind === 'choice' ? node : weighted([{ region: node.region, weight: 1 }])

/** Whether each client gets a region of its own first, and then what the next broader rule says: what Route 53 does by itself. */
function isPassedOn(orders: ReadonlyMap<ClientKey, Order>): boolean {
  const keys = [...orders.keys()]
  return [...orders].every(([key, order]) => {
    if (key === EVERYBODY) return true
    const [own = [], ...rest] = order
    const [region] = own.map(share => share.region)
    const next = orders.get(broader(key, keys))! // it is one of them
    return own.length === 1 && sameOrder(rest, without(next, region!))
  })
}

const without = (order: Order, region: Region): Order =>
  order.map(tier => tier.filter(share => share.region !== region)).filter(({ length }) => length > 0)
