// Resources of gdnsd: what DYNA and DYNC name. The plugins that fail over between datacenters, metafo and geoip, put together
// what others make.
import type { Draft } from './draft.js'
import type { Service } from './gdnsd-checks.js'
import { DEFAULT_HEALTH, type HealthWords, inherit } from './gdnsd-health.js'
import { type GeoMap, locate, type Rules, readMap } from './gdnsd-map.js'
import { multifo, type Site, simplefo, weighted } from './gdnsd-places.js'
import type { States } from './gdnsd-states.js'
import { distinct, type Tiers } from './tiers.js'
import { isTrue, isVscfMap, mapOfKey, stringsOf, type Vscf, type VscfMap } from './vscf.js'

/** By client the tiers of regions; `*` is always there. */
export interface Resource {
  readonly rules: Rules
  /** Clients that have the nearest first, before the tiers that the datacenters have of their own. */
  readonly nearest: ReadonlySet<string>
}

export interface Surroundings {
  readonly draft: Draft
  readonly plugins: VscfMap
  readonly service: (name: string) => Service
  readonly states: States
  readonly readNets: (path: string) => VscfMap
}

const NOBODY: ReadonlySet<string> = new Set()

const always = (tiers: Tiers): Resource => ({ rules: new Map([['*', distinct(tiers)]]), nearest: NOBODY })

const PLACES = { multifo, simplefo, weighted }
const isPlaces = (plugin: string): plugin is keyof typeof PLACES => Object.hasOwn(PLACES, plugin)

/** Deeper than anybody nests them; gdnsd does not notice circles. */
const DEEPEST = 10

/** @returns undefined where it cannot be said, which has been told */
export function resourceOf(around: Surroundings, plugin: string, name: string, depth = 0): Resource | undefined {
  const { draft, plugins } = around
  const where = `${plugin}!${name}`
  if (depth > DEEPEST) {
    draft.lose(where, 'left out: it leads to itself')
    return undefined
  }
  if (isPlaces(plugin)) {
    const config = mapOfKey(plugins, plugin)
    const value = config.get(name)
    if (value !== undefined)
      return always(PLACES[plugin]({ ...around, where, name }, value, inherit(DEFAULT_HEALTH, config)))
  }
  if (plugin === 'metafo' || plugin === 'geoip') return metaOf(around, plugin, name, depth)
  draft.lose(
    where,
    isPlaces(plugin) ? 'left out: there is no such resource' : `left out: the plugin ${plugin} is not known here`,
  )
  return undefined
}

/** `resource/datacenter` is that datacenter alone. */
function metaOf(around: Surroundings, plugin: string, name: string, depth: number): Resource | undefined {
  const { draft } = around
  const [resource = '', only] = name.split('/')
  const config = mapOfKey(around.plugins, plugin)
  const written = mapOfKey(config, 'resources').get(resource)
  const where = `${plugin}!${resource}`
  if (!isVscfMap(written)) {
    draft.lose(where, 'left out: there is no such resource')
    return undefined
  }
  const geo = plugin === 'geoip' ? mapNamed(around, config, String(written.get('map'))) : undefined
  if (plugin === 'geoip' && geo === undefined) return undefined
  const map = geo ?? {
    rules: new Map([['*', stringsOf(written.get('datacenters'))]]),
    nearest: NOBODY,
    places: new Map(),
  }
  const centers = centersOf(around, { plugin, resource, config, written }, geo, depth)
  if (only !== undefined) return centers.get(only)
  if (isTrue(written.get('skip_first')))
    draft.lose(where, 'skip_first is left out: its first choice may be answered now')
  locate(draft, geo, centers, where)
  const forced = forcedOut(around, plugin, resource, written, [...centers.keys()])
  return combined(draft, where, { ...map, forced }, centers)
}

function mapNamed({ draft, readNets }: Surroundings, config: VscfMap, name: string): GeoMap | undefined {
  const map = mapOfKey(config, 'maps').get(name)
  if (isVscfMap(map)) return readMap(draft, name, map, readNets)
  draft.lose(`geoip map ${name}`, 'left out: there is no such map')
  return undefined
}

interface Meta {
  readonly plugin: string
  readonly resource: string
  readonly config: VscfMap
  readonly written: VscfMap
}

/** What each datacenter has; those that cannot be said are not there. */
function centersOf(
  around: Surroundings,
  { plugin, resource, config, written }: Meta,
  geo: GeoMap | undefined,
  depth: number,
) {
  const health = inherit(inherit(DEFAULT_HEALTH, config), written)
  const used = String(written.get('plugin') ?? config.get('plugin') ?? 'multifo')
  const centers = new Map<string, Resource>()
  for (const [center, value] of mapOfKey(written, 'dcmap')) {
    const site = { ...around, where: `${plugin}/${resource}/${center}`, name: `${resource}-${center}` }
    const found = centerOf(around, site, value, { used, health, depth })
    if (found !== undefined) centers.set(center, found)
  }
  const known = new Set(geo === undefined ? stringsOf(written.get('datacenters')) : [...geo.rules.values()].flat())
  for (const center of known)
    if (!mapOfKey(written, 'dcmap').has(center))
      around.draft.lose(`${plugin}!${resource}`, `the datacenter ${center} has no addresses for it, and is passed over`)
  return centers
}

interface Defaults {
  readonly used: string
  readonly health: HealthWords
  readonly depth: number
}

/** An address, a list of them, a name, a hash for a plugin, or `%plugin!resource`. */
function centerOf(
  around: Surroundings,
  site: Site,
  value: Vscf,
  { used, health, depth }: Defaults,
): Resource | undefined {
  if (typeof value === 'string' && /^%?\w*!/.test(value)) {
    const [, plugin, name = ''] = /^%?(\w*)!(.*)$/s.exec(value)!
    return resourceOf(around, plugin === '' ? used : plugin!, name, depth + 1)
  }
  if (!isVscfMap(value)) return always(multifo(site, value, health))
  const plugin = String(value.get('plugin') ?? used)
  if (isPlaces(plugin)) return always(PLACES[plugin](site, withoutPlugin(value), health))
  site.draft.lose(site.where, `left out: a hash for the plugin ${plugin} is not known here`)
  return undefined
}

const withoutPlugin = (map: VscfMap): VscfMap => new Map([...map].filter(([key]) => key !== 'plugin'))

/** What admin_state has put out. */
function forcedOut(
  { draft, states }: Surroundings,
  plugin: string,
  resource: string,
  written: VscfMap,
  centers: readonly string[],
): readonly string[] {
  const said = (center: string) =>
    states(`${plugin}/${resource}/${center}`) ??
    (plugin === 'geoip' ? states(`geoip/${String(written.get('map'))}/${center}`) : undefined)
  for (const center of centers)
    if (said(center) !== undefined)
      draft.lose(
        `${plugin}/${resource}/${center}`,
        said(center) === 'DOWN'
          ? 'left out, being DOWN in admin_state, also where all else is down: write it in again when it is back'
          : 'it is UP in admin_state, which no part of a policy can be said to be: its checks decide',
      )
  return centers.filter(center => said(center) === 'DOWN')
}

/** The tiers of the datacenters one after the other, for each client. */
function combined(
  draft: Draft,
  where: string,
  map: Pick<GeoMap, 'rules' | 'nearest'> & { readonly forced: readonly string[] },
  centers: ReadonlyMap<string, Resource>,
): Resource {
  const inner = [...centers].filter(([, { rules, nearest }]) => rules.size > 1 || nearest.size > 0)
  const [mapped] = inner
  const isLone = inner.length <= 1 && map.rules.size === 1 && map.nearest.size === 0
  if (!isLone)
    for (const [center] of inner)
      draft.lose(where, `${center} is a map within a map: what it has for everybody is taken for all`)
  const tiersFor =
    (client: string) =>
    (center: string): Tiers => {
      const rules = centers.get(center)?.rules
      return rules?.get(client) ?? rules?.get('*') ?? []
    }
  const clients = isLone && mapped !== undefined ? [...mapped[1].rules.keys()] : [...map.rules.keys()]
  const rules = clients.map(client => {
    const order = map.rules.get(client) ?? map.rules.get('*')!
    const kept = order.filter(center => !map.forced.includes(center))
    // With none left, gdnsd takes the first as if it were up.
    return [client, distinct((kept.length > 0 ? kept : order).flatMap(tiersFor(client)))] as const
  })
  return { rules: new Map(rules), nearest: isLone ? (mapped?.[1].nearest ?? NOBODY) : map.nearest }
}
