// Maps of gdnsd's geoip plugin: where a client is, as an order of datacenters.
import type { Draft } from './draft.js'
import type { Tiers } from './tiers.js'
import { isVscfMap, mapOfKey, numberOf, stringsOf, type Vscf, type VscfMap } from './vscf.js'

/** By client, as ours are written: `*`, `continent:EU`, `DE`, `US-CA`, `192.0.2.0/24`. */
export type Rules = ReadonlyMap<string, Tiers>

export interface GeoMap {
  /** By client the datacenters, in their order. */
  readonly rules: ReadonlyMap<string, readonly string[]>
  /** Clients whose datacenters are in no order: the nearest is first. */
  readonly nearest: ReadonlySet<string>
  readonly places: ReadonlyMap<string, readonly [latitude: number, longitude: number]>
}

export function readMap(draft: Draft, name: string, map: VscfMap, readNets: (path: string) => VscfMap): GeoMap {
  const where = `geoip map ${name}`
  const centers = stringsOf(map.get('datacenters'))
  const places = new Map(
    [...mapOfKey(map, 'auto_dc_coords')].map(([center, at]) => {
      const [latitude = 0, longitude = 0] = stringsOf(at).map(Number)
      return [center, [latitude, longitude]] as const
    }),
  )
  const rules = new Map<string, readonly string[]>()
  const auto = centers.filter(center => places.has(center))
  const nearest = new Set<string>()
  const put = (client: string, value: Vscf): void => {
    if (value === 'auto') nearest.add(client)
    const order = value === 'auto' ? auto : stringsOf(value)
    if (order.length === 0)
      draft.lose(
        where,
        `${client} was to get no records: it has what is less specific, since places decide no existence`,
      )
    else rules.set(client, order)
  }
  const tree = mapOfKey(map, 'map')
  for (const [continent, value] of tree)
    if (continent !== 'default') walk(value, [continent], put, what => draft.lose(where, what))
  const nets = map.get('nets')
  for (const [network, value] of typeof nets === 'string' ? readNets(nets) : mapOfKey(map, 'nets'))
    put(network.toLowerCase(), value)
  put('*', tree.get('default') ?? (places.size > 0 ? 'auto' : centers))
  tellLimits(draft, where, map, nearest.size > 0 ? auto.length : 0)
  return { rules, nearest, places }
}

function tellLimits(draft: Draft, where: string, map: VscfMap, byDistance: number): void {
  const limit = numberOf(map.get('auto_dc_limit'), 3)
  if (limit > 0 && byDistance > limit)
    draft.lose(
      where,
      `only the nearest ${limit} were ever answered (auto_dc_limit): now any is, where all nearer ones are down`,
    )
  if (map.get('ignore_ecs') !== undefined)
    draft.lose(where, 'ignore_ecs is for a whole zone here: "ecs-trust: []" makes it go by the address of the resolver')
  if (byDistance > 0)
    draft.lose(where, 'distances are the same, but where clients are is what your geo database says here')
}

/** The subdivision that a key names is a code of ISO 3166-2; what is longer is a city. */
const SUBDIVISION = /^[A-Z0-9]{1,3}$/

function walk(
  value: Vscf,
  path: readonly string[],
  put: (client: string, value: Vscf) => void,
  lose: (what: string) => void,
): void {
  const client = clientOf(path)
  if (client === undefined) {
    lose(`left out: the city ${path.join('/')}, which no rule can name here`)
    return
  }
  if (path.length > 2) lose(`a rule is for ${client}: see that your geo database writes the subdivision so`)
  if (!isVscfMap(value)) {
    put(client, value)
    return
  }
  for (const [key, inner] of value)
    if (key === 'default') put(client, inner)
    else walk(inner, [...path, key], put, lose)
}

function clientOf([continent, country, ...deeper]: readonly string[]): string | undefined {
  if (country === undefined) return `continent:${continent}`
  const last = deeper.at(-1)
  if (last === undefined) return country
  return deeper.every(key => SUBDIVISION.test(key)) ? `${country}-${last}` : undefined
}

/** Where a datacenter is, its regions are. */
export function locate(
  draft: Draft,
  map: GeoMap | undefined,
  centers: ReadonlyMap<string, { readonly rules: Rules }>,
  where: string,
): void {
  for (const [center, place] of map?.places ?? [])
    for (const { region } of [...(centers.get(center)?.rules.values() ?? [])].flat(2))
      draft.locate(region, place, where)
}
