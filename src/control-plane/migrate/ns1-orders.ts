// A chain of NS1 in which an answer can be there once for each kind of client: an order of failover for each of them.
import { clientKeys, EVERYBODY } from '../geo/client-key.js'
import { breadth, clientFor } from '../geo/clients-of-keys.js'
import type { Draft } from './draft.js'
import { FENCES, FILTERS, type Ns1Member, numberOf } from './ns1-filters.js'
import type { Ns1Filter } from './ns1-records.js'
import { distinct, type Placed, type Tiers, writtenRule, writtenTiers } from './tiers.js'

/** Whether steps cannot be had filter by filter: a region is in several answers, or fences come before health is asked for. */
export function goesByOrders(filters: readonly Ns1Filter[], members: readonly Ns1Member[]): boolean {
  const names = filters.map(({ filter }) => filter)
  const fences = names.filter(name => Object.hasOwn(FENCES, name))
  const isLate = fences.length > 0 && names.indexOf('up') > names.indexOf(fences.at(-1)!)
  return isLate || new Set(members.map(({ region }) => region)).size < members.length
}

/** The steps; what other filters there are is told of. */
export function orderSteps(
  filters: readonly Ns1Filter[],
  members: readonly Ns1Member[],
  draft: Draft,
  where: string,
): readonly unknown[] {
  const fences = filters.filter(({ filter }) => Object.hasOwn(FENCES, filter))
  const [share] = filters.filter(({ filter }) => FILTERS[filter]?.kind === 'share').slice(-1)
  const [select] = filters.filter(({ filter }) => filter === 'select_first_n').slice(-1)
  const isRanked = filters.some(({ filter }) => filter === 'priority')
  for (const one of filters)
    if (!['up', 'priority', 'select_first_n'].includes(one.filter) && one !== share && !fences.includes(one))
      draft.lose(
        where,
        `the filter "${one.filter}" is left out: beside answers of which each kind of client has its own, no step does what it does`,
      )
  const keys = clientsIn(fences, members)
  const orderFor = (key: string): Tiers => {
    const left = fences.reduce<readonly Ns1Member[]>(
      (some, { filter, config }) => through(some, filter, config, clientKeys(clientFor(key, keys))),
      members,
    )
    return tiersOf(left, isRanked, share)
  }
  const orders = new Map(keys.map(key => [key, orderFor(key)] as const).filter(([, { length }]) => length > 0))
  const count = select === undefined ? 'all' : (numberOf(select.config['N']) ?? 1)
  return [
    ...written(orders, isFollowed(filters)),
    ...shared([...orders.values()], share, draft, where),
    ...(count === 1 ? [] : [{ take: count }]),
  ]
}

/** Whether fences are asked only of what is up: then who has nothing left gets what others get. */
const isFollowed = (filters: readonly Ns1Filter[]): boolean =>
  filters.findIndex(({ filter }) => filter === 'up') <= filters.findIndex(({ filter }) => Object.hasOwn(FENCES, filter))

function written(orders: ReadonlyMap<string, Tiers>, follow: boolean): readonly unknown[] {
  const everybody = orders.get(EVERYBODY)
  if (orders.size === 1 && everybody !== undefined) return [{ tier: writtenTiers(everybody) }]
  const rules = Object.fromEntries([...orders].map(([key, tiers]) => [key, writtenRule(tiers)]))
  return [{ geo: { rules, others: follow ? 'drop' : 'drop-broader' } }]
}

/** All clients that an answer is for, the most specific first. */
function clientsIn(fences: readonly Ns1Filter[], members: readonly Ns1Member[]): readonly string[] {
  const keys = new Set(fences.flatMap(({ filter }) => members.flatMap(FENCES[filter]!.keysOf)))
  return [...keys, EVERYBODY].sort((a, b) => breadth(a) - breadth(b))
}

/** What a fence leaves of some answers for a client. */
function through(
  some: readonly Ns1Member[],
  filter: string,
  config: Ns1Filter['config'],
  client: readonly string[],
): readonly Ns1Member[] {
  const { keysOf, strict } = FENCES[filter]! // it is a fence
  const fits = (member: Ns1Member): boolean => keysOf(member).some(key => client.includes(key))
  const fitting = some.filter(fits)
  if (fitting.length > 0 && config[strict] === true) return fitting
  return some.filter(member => fits(member) || keysOf(member).length === 0)
}

/** By priority; where nothing is drawn among equals, these are in the order of the record. */
function tiersOf(left: readonly Ns1Member[], isRanked: boolean, share: Ns1Filter | undefined): Tiers {
  const priority = ({ meta }: Ns1Member): number =>
    isRanked ? (numberOf(meta['priority']) ?? Number.POSITIVE_INFINITY) : 0
  const placed = ({ region, meta }: Ns1Member): Placed => ({ region, weight: numberOf(meta['weight']) ?? 1 })
  const tiers = [...new Set(left.map(priority))]
    .sort((a, b) => a - b)
    .map(each => left.filter(member => priority(member) === each).map(placed))
  return distinct(share === undefined ? tiers.flat().map(one => [one]) : tiers)
}

function shared(
  orders: readonly Tiers[],
  share: Ns1Filter | undefined,
  draft: Draft,
  where: string,
): readonly unknown[] {
  const equals = orders.flat().filter(({ length }) => length > 1)
  if (share === undefined || equals.length === 0) return []
  const step = share.filter.endsWith('sticky') ? 'sticky' : 'round-robin'
  if (!share.filter.startsWith('weighted_')) return [step]
  const weights = new Map<string, number>()
  for (const { region, weight } of equals.flat()) {
    if ((weights.get(region) ?? weight) !== weight)
      draft.lose(where, `${region} has several weights, and ${weights.get(region)} for all clients now`)
    else weights.set(region, weight)
  }
  const alike = new Set(weights.values()).size === 1
  return [step, ...(alike ? [] : [{ weight: Object.fromEntries(weights) }])]
}
