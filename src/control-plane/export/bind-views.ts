// Kinds of clients as views of BIND, of which the first that takes a client counts: the most specific comes first.
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { breadth, broader } from '../geo/clients-of-keys.js'
import type { Order, Plan } from './plan.js'
import type { RecordSet } from './sets.js'
import type { Told } from './told.js'
import { linesOf } from './zone-lines.js'

/** A steered name, and what it has for whom. */
export interface SteeredName {
  readonly plan: Plan
  readonly setsFor: (order: Order) => readonly RecordSet[]
}

export interface View {
  readonly name: string
  /** Whom it takes: elements of an address match list. */
  readonly clients: readonly string[]
  /** By steered name, in their order, the lines of a zone file that it has. */
  readonly lines: readonly string[]
}

/** The last is that of everybody. */
export function viewsOf(names: readonly SteeredName[], told: Told): readonly View[] {
  const keys = clientsOf(names, told)
  for (const { plan } of names) tellCrossing(plan, keys, told)
  const lines = new Map(keys.map(key => [key, names.map(name => linesFor(name, key, told))] as const))
  const views = new Map<string, { readonly keys: ClientKey[]; readonly lines: readonly string[] }>()
  for (const key of needed(keys, lines)) {
    const own = lines.get(key)!
    const group = `${breadth(key)} ${own.join()}`
    const view = views.get(group) ?? { keys: [], lines: own }
    view.keys.push(key)
    views.set(group, view)
  }
  return [...views.values()].map(view => ({
    name: nameOf(view.keys[0]!),
    clients: view.keys.map(elementOf),
    lines: view.lines,
  }))
}

/** All that any name tells apart and BIND can, the narrowest first. */
function clientsOf(names: readonly SteeredName[], told: Told): readonly ClientKey[] {
  const keys = new Set<ClientKey>([EVERYBODY])
  for (const { plan } of names)
    for (const key of plan.orders.keys())
      if (!namesNetwork(key) && key.includes('-'))
        told.lose(plan.name, `the rule for ${key} is left out: views are for whole countries`)
      else keys.add(key)
  return [...keys].sort((a, b) => breadth(a) - breadth(b) || (a < b ? -1 : 1))
}

/** Under which rule of the name all clients of a view are. */
const ruleFor = ({ orders }: Plan, key: ClientKey): ClientKey =>
  orders.has(key) ? key : broader(key, [...orders.keys()])

/** Networks of other names, in which clients are nowhere as far as this name goes. */
function tellCrossing(plan: Plan, keys: readonly ClientKey[], told: Told): void {
  const { name, orders } = plan
  if (![...orders.keys()].some(key => key !== EVERYBODY && !namesNetwork(key))) return
  const networks = keys.filter(key => isNumbered(key) && !orders.has(key) && ruleFor(plan, key) === EVERYBODY)
  if (networks.length > 0)
    told.lose(
      name,
      `clients of ${networks.join(', ')} get what everybody gets, wherever they are: a client is in one view, and has it by a rule of another name`,
    )
}

function linesFor({ plan, setsFor }: SteeredName, key: ClientKey, told: Told): string {
  const { name, orders } = plan
  const rule = ruleFor(plan, key)
  const text = setsFor(orders.get(rule)!).map(linesOf).join('')
  if (text === '' && plan.regions.length > 0)
    told.lose(name, `${rule}: such clients get no records; where the name has no others, it is not there for them`)
  return text
}

const isNumbered = (key: ClientKey): boolean => namesNetwork(key) || namesAs(key)

/** Without those that get what the next broader view gives. */
function needed(keys: readonly ClientKey[], lines: ReadonlyMap<ClientKey, readonly string[]>): readonly ClientKey[] {
  const kept: ClientKey[] = []
  const hasPlaces = keys.some(key => key !== EVERYBODY && !isNumbered(key))
  for (const key of [...keys].reverse()) {
    const above = broader(key, kept)
    // A network comes before the place of its clients, even where it has what everybody has.
    const mayGo = key !== EVERYBODY && !(isNumbered(key) && above === EVERYBODY && hasPlaces)
    if (!mayGo || lines.get(key)!.join() !== lines.get(above)!.join()) kept.unshift(key)
  }
  return kept
}

const nameOf = (key: ClientKey): string => (key === EVERYBODY ? 'everybody' : key.replaceAll(/[/:]/g, '-'))

function elementOf(key: ClientKey): string {
  if (key === EVERYBODY) return 'any'
  if (namesNetwork(key)) return key
  if (namesAs(key)) return `geoip asnum "${key}"`
  if (key.startsWith('continent:')) return `geoip continent ${key.slice('continent:'.length)}`
  return `geoip country ${key}`
}
