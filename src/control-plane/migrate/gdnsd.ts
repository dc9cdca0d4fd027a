// The configuration and the zones of gdnsd as a traffic document.
import { formatName } from '../../dns/name.js'
import { Draft, type Migrated, type Written } from './draft.js'
import { readServices } from './gdnsd-checks.js'
import type { GdnsdFiles } from './gdnsd-files.js'
import { type Resource, resourceOf, type Surroundings } from './gdnsd-resources.js'
import { readStates } from './gdnsd-states.js'
import { type Dynamic, dynamicOf, readGdnsdZone } from './gdnsd-zone.js'
import { withDot } from './names.js'
import { regionsIn, shareSteps, type Tiers, writtenRule, writtenTiers } from './tiers.js'
import { mapOfKey, numberOf, type VscfMap } from './vscf.js'
import { draftRecords } from './zone-records.js'

/** Seconds; gdnsd's own default, and the longest that it lets a denial be remembered. */
const DEFAULT_TTL = 86_400
const MOST_NEGATIVE = 10_800

/** @throws Error with a sentence where a file cannot be read */
export function migrateGdnsd({ config, zones, states, readNets, include }: GdnsdFiles): Migrated {
  const draft = new Draft()
  const options = mapOfKey(config, 'options')
  const around: Surroundings = {
    draft,
    plugins: mapOfKey(config, 'plugins'),
    service: readServices(mapOfKey(config, 'service_types'), draft),
    states: readStates(states),
    readNets,
  }
  const policies = new Map<string, Dynamized | undefined>()
  for (const { zone, name, text } of zones) {
    const { records, warnings } = readGdnsdZone(
      zone,
      text,
      name,
      numberOf(options.get('zones_default_ttl'), DEFAULT_TTL),
      include,
    )
    for (const warning of warnings) draft.lose(name, warning)
    draftRecords(draft, records, {
      zone,
      mostNegative: numberOf(options.get('max_ncache_ttl'), MOST_NEGATIVE),
      special(owner, record) {
        const dynamic = dynamicOf(record)
        if (dynamic !== undefined)
          draftDynamic(around, policies, { zone, owner, where: formatName(record.owner), dynamic, options })
        return dynamic !== undefined
      },
    })
  }
  return draft.finish()
}

/** A resource, and the policy that it has become. */
interface Dynamized {
  readonly policy: string
  readonly regions: readonly string[]
}

interface Named {
  readonly zone: string
  readonly owner: string
  readonly where: string
  readonly dynamic: Dynamic
  readonly options: VscfMap
}

function draftDynamic(around: Surroundings, known: Map<string, Dynamized | undefined>, named: Named): void {
  const { draft, plugins } = around
  const { zone, owner, where, dynamic } = named
  const { type, plugin, resource, ttl } = dynamic
  const least = numberOf(named.options.get('min_ttl'), 5)
  const max = Math.max(ttl.max, least)
  const fixed = fixedOf(plugins, dynamic)
  if (fixed !== undefined) {
    for (const record of fixed) draft.record(zone, owner, { ...record, ttl: `${max}s` })
    return
  }
  const key = `${plugin}!${resource}`
  if (plugin === 'reflect') {
    draft.lose(`${where} ${type}`, 'left out: nothing here answers with the address of the client')
    return
  }
  if (!known.has(key)) known.set(key, dynamized(around, resourceOf(around, plugin, resource), resource))
  const found = known.get(key)
  if (found === undefined) {
    draft.lose(`${where} ${type}`, `left out: ${key} cannot be said here`)
    return
  }
  draft.record(zone, owner, {
    steer: found.policy,
    regions: found.regions,
    ttl: { max: `${max}s`, min: `${Math.min(max, Math.max(ttl.min, least))}s` },
    'when-all-down': 'first-choice',
  })
}

/** What the plugins `static` and `null` say is the same for everybody. */
function fixedOf(plugins: VscfMap, { plugin, resource }: Dynamic): readonly Written[] | undefined {
  if (plugin === 'null')
    return [
      { type: 'A', data: '0.0.0.0' },
      { type: 'AAAA', data: '::' },
    ]
  if (plugin !== 'static') return undefined
  const value = mapOfKey(plugins, 'static').get(resource)
  if (typeof value !== 'string') return undefined
  if (value.includes(':')) return [{ type: 'AAAA', data: value }]
  return /^[\d.]+$/.test(value) ? [{ type: 'A', data: value }] : [{ type: 'CNAME', data: withDot(value) }]
}

function dynamized({ draft }: Surroundings, resource: Resource | undefined, name: string): Dynamized | undefined {
  if (resource === undefined) return undefined
  const rules = ofOneKind(draft, resource.rules, name)
  // First those of everybody: in their order clients get them of whom nothing is known.
  const all = [rules.get('*') ?? [], ...rules.values()]
  const regions = [...new Set(all.flatMap(regionsIn))]
  if (regions.length === 0) return undefined
  const places = regions.map(region => draft.placeOf(region)?.addresses ?? [])
  const families = new Set(
    places.map(list => `${list.some(one => one.includes(':'))} ${list.some(one => !one.includes(':'))}`),
  )
  if (families.size > 1)
    draft.lose(
      name,
      'some of its addresses are of one family only: who asks for the other gets the next that has it, in place of nothing',
    )
  const steps = stepsOf(rules, resource.nearest)
  return { policy: steps.length === 0 ? 'failover' : draft.policy(name, steps), regions }
}

/** Addresses where there are some: a name can then have no CNAME beside them. */
function ofOneKind(draft: Draft, rules: ReadonlyMap<string, Tiers>, name: string): ReadonlyMap<string, Tiers> {
  const isName = (region: string): boolean => draft.placeOf(region)?.target !== undefined
  const regions = [...rules.values()].flatMap(regionsIn)
  const names = new Set(regions.filter(isName))
  if (names.size === 0 || regions.every(isName)) return rules
  for (const region of names)
    draft.lose(
      name,
      `left out: ${draft.placeOf(region)!.target} as a last resort, since a name has addresses or a CNAME here`,
    )
  const without = (tiers: Tiers): Tiers =>
    tiers.map(tier => tier.filter(({ region }) => !names.has(region))).filter(({ length }) => length > 0)
  return new Map(
    [...rules].map(([client, tiers]) => [client, without(tiers)] as const).filter(([, tiers]) => tiers.length > 0),
  )
}

/** The rule of the client; then, where distance decides, the nearest, and within it what it has as tiers of its own. */
function stepsOf(rules: ReadonlyMap<string, Tiers>, nearest: ReadonlySet<string>): readonly unknown[] {
  const everybody = rules.get('*') ?? []
  const lone = rules.size === 1
  const written = Object.fromEntries(
    [...rules].map(([client, tiers]) => [client, nearest.has(client) ? regionsIn(tiers) : writtenRule(tiers)]),
  )
  const tiers = everybody.length > 1 && (lone || nearest.has('*')) ? [{ tier: writtenTiers(everybody) }] : []
  return [
    ...(lone ? [] : [{ geo: { rules: written, others: 'drop-broader' } }]),
    ...(nearest.size > 0 ? ['distance'] : []),
    ...tiers,
    ...shareSteps([...rules.values()]),
  ]
}
