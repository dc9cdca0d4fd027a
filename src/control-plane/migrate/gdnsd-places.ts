// The plugins of gdnsd that choose among addresses: multifo, simplefo and weighted, each as tiers of regions.
import type { Draft } from './draft.js'
import type { Service } from './gdnsd-checks.js'
import { entriesOf, type HealthWords, inherit } from './gdnsd-health.js'
import { type States, saidOf } from './gdnsd-states.js'
import { withDot } from './names.js'
import type { Placed, Tiers } from './tiers.js'
import { isVscfMap, stringsOf, type Vscf, type VscfMap } from './vscf.js'

/** Where a resource is written, and what is around it. */
export interface Site {
  readonly draft: Draft
  readonly states: States
  readonly service: (name: string) => Service
  /** In the words of gdnsd: `geoip/www/us`. */
  readonly where: string
  /** What its regions are called. */
  readonly name: string
}

/** Addresses of one family, by label, and what is said of their health. */
interface Family {
  readonly entries: readonly (readonly [label: string, value: Vscf])[]
  readonly health: HealthWords
}

/** A resource has addrs_v4 and addrs_v6, or addresses of one family, which may be a list. */
function familiesOf(value: Vscf, parent: HealthWords): readonly Family[] {
  if (!isVscfMap(value))
    return [{ entries: stringsOf(value).map((text, i) => [String(i + 1), text] as const), health: parent }]
  const health = inherit(parent, value)
  const families = ['addrs_v4', 'addrs_v6'].flatMap(key => {
    const own = value.get(key)
    return own === undefined ? [] : familiesOf(own, health)
  })
  return families.length > 0 ? families : [{ entries: entriesOf(value), health }]
}

/** All of its addresses that are up; all of them where too few are. */
export function multifo(site: Site, value: Vscf, parent: HealthWords): Tiers {
  const families = familiesOf(value, parent)
  if (families.some(({ health }) => health.ignoreHealth))
    site.draft.lose(site.where, 'with ignore_health it gave addresses that are down as well: now it does not')
  const all = families.map(({ entries, health }) => ({ texts: entries.map(([, text]) => String(text)), health }))
  const regions = joined(all).map(({ texts, health }, i) => region(site, i === 0 ? '' : `-${i + 1}`, texts, health))
  return [regions.flatMap(id => (id === undefined ? [] : { region: id, weight: 100 }))]
}

/** The first while it is up, then the second. */
export function simplefo(site: Site, value: Vscf, parent: HealthWords): Tiers {
  const families = familiesOf(value, parent)
  return ['primary', 'secondary'].map(label => {
    const all = families.flatMap(({ entries, health }) => {
      const text = entries.find(([key]) => key === label)?.[1]
      return text === undefined ? [] : [{ texts: [String(text)], health }]
    })
    const regions = joined(all).map(({ texts, health }, i) =>
      region(site, `-${label}${i === 0 ? '' : `-${i + 1}`}`, texts, health),
    )
    return regions.flatMap(id => (id === undefined ? [] : { region: id, weight: 100 }))
  })
}

interface Group {
  readonly texts: readonly string[]
  readonly health: HealthWords
}

/** Where the families are looked at in one way, their addresses are one region, whose families are judged apart anyway. */
function joined(families: readonly Group[]): readonly Group[] {
  const [first, ...others] = families
  if (first === undefined) return []
  const alike = others.every(
    ({ texts, health }) =>
      JSON.stringify(withThreshold(texts, health)) === JSON.stringify(withThreshold(first.texts, first.health)),
  )
  return alike ? [{ texts: families.flatMap(({ texts }) => texts), health: first.health }] : families
}

/** A threshold says nothing of a lone address. */
const withThreshold = (texts: readonly string[], { services, threshold }: HealthWords): readonly unknown[] => [
  services,
  texts.length > 1 ? threshold : 0,
]

/** One of its addresses, or groups, by weight. */
export function weighted(site: Site, value: Vscf, parent: HealthWords): Tiers {
  const families = familiesOf(value, parent)
  site.draft.lose(
    site.where,
    'where less than up_thresh of its weights is up, gdnsd gives all again, and fails over: now those that are up get all',
  )
  if (families.some(({ health }) => health.multi))
    site.draft.lose(site.where, 'with "multi" an answer had several by chance: now it has one, or one group, by weight')
  const tier = families.flatMap(({ entries, health }, i) =>
    entries.flatMap(([label, entry]): readonly Placed[] => {
      const { texts, weight } = isVscfMap(entry) ? groupOf(site, label, entry) : pairOf(entry)
      const id = region(site, `-${label}${i === 0 ? '' : `-${i + 1}`}`, texts, { ...health, threshold: 0 })
      return id === undefined ? [] : [{ region: id, weight }]
    }),
  )
  return [tier]
}

/** `[ ADDRESS, WEIGHT ]` */
function pairOf(entry: Vscf): { readonly texts: readonly string[]; readonly weight: number } {
  const [text = '', weight = '1'] = stringsOf(entry)
  return { texts: [text], weight: Number(weight) }
}

function groupOf({ draft, where }: Site, label: string, group: VscfMap) {
  const pairs = entriesOf(group).map(([, entry]) => pairOf(entry))
  if (new Set(pairs.map(({ weight }) => weight)).size > 1)
    draft.lose(`${where} ${label}`, 'addresses of a group with less weight were in some answers only: now in each')
  return { texts: pairs.flatMap(({ texts }) => texts), weight: pairs.reduce((sum, { weight }) => sum + weight, 0) }
}

/** The region of some addresses, or of a lone name, as admin_state has them. */
function region(site: Site, suffix: string, texts: readonly string[], health: HealthWords): string | undefined {
  const { draft, where, name } = site
  const services = health.services.map(site.service)
  const said = new Map(texts.map(text => [text, saidOf(site.states, text, health.services)]))
  const out = texts.filter(text => said.get(text) === 'DOWN')
  const kept = out.length === texts.length ? texts : texts.filter(text => !out.includes(text))
  const off = out.length === texts.length || services.some(({ kind }) => kind === 'down')
  for (const text of out)
    draft.lose(
      where,
      off
        ? `${text} is DOWN in admin_state: its region is disabled, until "meridian region enable"`
        : `${text} is left out, being DOWN in admin_state, also where all else is down: write it in again when it is back`,
    )
  const forced = kept.length > 0 && kept.every(text => said.get(text) === 'UP')
  for (const text of kept.filter(one => said.get(one) === 'UP'))
    draft.lose(
      where,
      forced
        ? `${text} is UP in admin_state: its region has no checks, and so is always up`
        : `${text} is UP in admin_state, which no part of a region can be said to be: its checks decide`,
    )
  const isName = kept.some(text => !/^[\d.]+$|:/.test(text))
  const most = Math.max(...[/:/, /^[^:]*$/].map(family => kept.filter(text => family.test(text)).length))
  const isGroup = most > 1
  if (isGroup && Math.ceil(health.threshold * most) > 1)
    draft.lose(
      where,
      'where too few of its addresses are up (up_thresh), gdnsd gives all of them: now those that are up',
    )
  const least = health.threshold * 100
  return draft.region(
    `${name}${suffix}`,
    {
      ...(isName ? { target: withDot(kept[0]!) } : { addresses: kept }),
      checks: forced ? [] : services.flatMap(service => (service.kind === 'check' ? service.check : [])),
      ...(!isName && isGroup && least > 0 ? { 'minimum-up': `${Number(least.toFixed(6))}%` } : {}),
      ...(off ? { enabled: false as const } : {}),
    },
    where,
  )
}
