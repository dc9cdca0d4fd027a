// What a steered name does, as other systems can be told: for each kind of client an order of failover. It is what the policy
// itself says when it is asked about one client of each kind, whatever steps it has.
import type { ClientClass } from '../geo/client-class.js'
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { breadth, broader, clientFor } from '../geo/clients-of-keys.js'
import { countryOf } from '../geo/countries.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import { preparePolicy } from '../policies/policy.js'
import type { Sharing } from '../policies/step.js'
import { type SteeringSpec, steeringSpec } from '../publish/steerings.js'
import type { StepSpec } from '../traffic/document/policy.js'
import type { Region } from '../traffic/document/region.js'
import type { SteeredRecord } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { clientsOf, goesByPlace } from './clients.js'
import type { Told } from './told.js'

/** A region, and its share among the others of its tier. */
export interface Share {
  readonly region: Region
  readonly weight: number
}

/** One tier after the other; those of one tier share the clients. No tier is empty. */
export type Order = readonly (readonly Share[])[]

export interface Plan {
  /** Without its final dot. */
  readonly name: string
  readonly record: SteeredRecord
  /** The most specific client first, everybody last; where the rule of a client is what a broader one says, it is not there. */
  readonly orders: ReadonlyMap<ClientKey, Order>
  /** The regions that any of them has. */
  readonly regions: readonly Region[]
  readonly sharing: Sharing
  readonly steps: readonly StepSpec[]
  /** Whether the nearest region answers: then the orders are those of whole countries. */
  readonly isNear: boolean
}

const TYPES: readonly (readonly [Gives, string])[] = [
  [4, 'A'],
  [6, 'AAAA'],
  ['target', 'CNAME'],
]

/** What its regions can give, and as which type; none, which is told, where no region is enabled. */
export function typesOf({ name, regions }: Plan, told: Told): typeof TYPES {
  const given = TYPES.filter(([gives]) => regions.some(region => endpoints(region).some(one => one.gives === gives)))
  if (given.length === 0) told.lose(name, 'left out: no region of it is enabled')
  return given
}

/** What the name does, and in words what of it no other system is told. */
export function planOf(document: TrafficDocument, name: string, record: SteeredRecord, told: Told): Plan {
  const spec = steeringSpec(document, record, 4)
  const { steps } = document.policies.get(record.policy)! // parse checked it
  const isNear = goesByPlace(spec.map.policy.steps)
  const orders = ordersOf(document, spec, isNear, name, told)
  const regions = [...new Set([...orders.values()].flat(2).map(({ region }) => region))]
  tellSteps(name, spec.sharing, told)
  for (const id of new Set([...record.regions, ...record.fallback])) tellRegion(document.regions.get(id)!, told)
  return { name, record, orders, regions, sharing: spec.sharing, steps, isNear }
}

function ordersOf(
  document: TrafficDocument,
  spec: SteeringSpec,
  isNear: boolean,
  name: string,
  told: Told,
): ReadonlyMap<ClientKey, Order> {
  const { policy, candidates, tables } = spec.map
  const prepared = preparePolicy(policy, candidates, tables)
  const orderFor = (client: ClientClass): Order => orderOf(document, spec, prepared.rank(client).tiers)
  const keys = clientsOf(spec.map)
  const all = new Map(keys.map(key => [key, orderFor(clientFor(key, keys))] as const))
  tellMixed(keys, isNear, name, told, (...clients) =>
    sameOrder(
      orderFor(Object.assign({}, ...clients.map(key => clientFor(key, keys))) as ClientClass),
      all.get(clients[0]!)!,
    ),
  )
  return needed(isNear ? byContinent(all) : all)
}

/** As clients get it: tiers of regions that are not taken out, those of weight 0 after the others, and fallbacks at the end. */
function orderOf(
  { regions }: TrafficDocument,
  { record, sharing }: SteeringSpec,
  tiers: readonly (readonly { readonly id: string }[])[],
): Order {
  const shares = tiers.flatMap(tier => {
    const all = tier
      .map(({ id }) => regions.get(id)!) // candidates are regions of the document
      .map((region): Share => ({ region, weight: sharing.weights.get(region.id) ?? region.weight }))
      .filter(({ region }) => region.enabled)
    return [all.filter(({ weight }) => weight > 0), all.filter(({ weight }) => weight === 0).map(withWeight)]
  })
  const fallback = record.fallback.map(id => regions.get(id)!).filter(({ enabled }) => enabled)
  return [...shares, ...fallback.map(region => [{ region, weight: 1 }])].filter(({ length }) => length > 0)
}

const withWeight = ({ region }: Share): Share => ({ region, weight: 1 })

export const sameOrder = (a: Order, b: Order): boolean => wordsOf(a) === wordsOf(b)

/** The same for the same orders. */
export const wordsOf = (order: Order): string =>
  JSON.stringify(order.map(tier => tier.map(({ region, weight }) => [region.id, weight])))

/** Without the rules that say what the next broader one says. */
function needed(all: ReadonlyMap<ClientKey, Order>): ReadonlyMap<ClientKey, Order> {
  const kept = new Map<ClientKey, Order>()
  const hasPlaces = [...all.keys()].some(key => key !== EVERYBODY && !isNumbered(key))
  // From the broadest on: a rule can go as soon as those above it are known.
  for (const [key, order] of [...all].reverse()) {
    const above = broader(key, [...kept.keys()])
    // What a network has goes before the place of its clients, even if everybody has it.
    const mayGo = key !== EVERYBODY && !(isNumbered(key) && above === EVERYBODY && hasPlaces)
    if (!mayGo || !sameOrder(order, kept.get(above)!)) kept.set(key, order)
  }
  return new Map([...kept].reverse())
}

const isNumbered = (key: ClientKey): boolean => namesNetwork(key) || namesAs(key)

/** What most countries of a continent have becomes a rule for the continent. */
function byContinent(all: ReadonlyMap<ClientKey, Order>): ReadonlyMap<ClientKey, Order> {
  const counts = new Map<ClientKey, Map<string, { readonly order: Order; count: number }>>()
  for (const [key, order] of all) {
    const continent = `continent:${countryOf(key)?.continent}`
    if (countryOf(key) === undefined || all.has(continent)) continue
    const own = counts.get(continent) ?? new Map<string, { readonly order: Order; count: number }>()
    const one = own.get(wordsOf(order)) ?? { order, count: 0 }
    one.count++
    counts.set(continent, own.set(wordsOf(order), one))
  }
  const rules = [...counts].map(([continent, own]) => {
    const [most] = [...own.values()].sort((a, b) => b.count - a.count)
    return [continent, most!.order] as const // a continent that has no country is not counted
  })
  return new Map([...all, ...rules].sort(([a], [b]) => breadth(a) - breadth(b)))
}

/** A network, or an AS, in which the place of the client still counts. */
function tellMixed(
  keys: readonly ClientKey[],
  isNear: boolean,
  name: string,
  told: Told,
  isSame: (network: ClientKey, place: ClientKey) => boolean,
): void {
  const places = keys.filter(key => key !== EVERYBODY && !isNumbered(key))
  for (const network of keys.filter(isNumbered)) {
    if (!isNear && places.every(place => isSame(network, place))) continue
    told.lose(
      name,
      `clients of ${network} have an order of their own, wherever they are: here their place counts as well`,
    )
  }
}

/** Ways of sharing clients out that go by load or by chance, and that no other system is told. */
function tellSteps(name: string, { trickle, shed, balance, groups }: Sharing, told: Told): void {
  if (trickle !== undefined) told.lose(name, 'no share of the clients trickles to other regions')
  if (shed !== undefined) told.lose(name, 'loaded regions give no clients away')
  if (balance !== undefined) told.lose(name, 'regions above their target give no clients away')
  if (groups.some(({ least }) => least > 1))
    told.lose(name, 'a region of a group gets clients however many others of the group are up')
}

function tellRegion({ id, enabled, failback, dependsOn = [], minimumUp, ttl }: Region, told: Told): void {
  const where = `region ${id}`
  if (!enabled) told.lose(where, 'left out: it is disabled')
  if (failback !== undefined)
    told.lose(where, 'it gets its clients back at once after it was down: "failback" is left out')
  if (dependsOn.length > 0) told.lose(where, `"depends-on" is left out: ${dependsOn.join(', ')} cannot take it out`)
  if (minimumUp !== undefined) told.lose(where, '"minimum-up" is left out: it is up while any of its addresses is')
  if (ttl !== undefined) told.lose(where, '"ttl" is left out: answers with it are kept like others of their name')
}
