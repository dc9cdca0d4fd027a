// A steered name as records of NS1: an answer for each region and kind of client, and filters that leave those that count.
import { type ClientKey, clientKeys, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { clientFor } from '../geo/clients-of-keys.js'
import { COUNTRIES, countryOf } from '../geo/countries.js'
import type { Gives } from '../health/endpoints.js'
import type { Written } from '../migrate/draft.js'
import { withoutDot } from '../migrate/names.js'
import type { Region } from '../traffic/document/region.js'
import { givenOf } from './given.js'
import { withLastResort } from './last-resort.js'
import { isWeightless, type Near, nearOf } from './near.js'
import type { Monitors } from './ns1-monitors.js'
import { type Order, type Plan, type Share, wordsOf } from './plan.js'
import type { Told } from './told.js'

/** Prefixes that an answer may have. */
const MOST_PREFIXES = 1000

export interface Chain {
  readonly filters: readonly Written[]
  readonly answersOf: (gives: Gives, monitors: Monitors) => readonly Written[]
}

/** What a set of answers is for, and what they have in common. */
interface Group {
  readonly meta: Written
  readonly order: Order
  /** The priority before its first. */
  readonly after: number
}

export function chainOf(given: Plan, told: Told): Chain {
  const plan = withLastResort(given, 'nodata', 'a client gets no records', told)
  const near = nearOf(plan)
  if (near?.candidates.every(({ bias }) => bias === 0) === true) return nearest(plan, near, told)
  if (plan.isNear) told.lose(plan.name, 'the nearest region is chosen by country, and was by place here')
  const groups = groupsOf(plan, told)
  const metas = groups.map(({ meta }) => meta)
  const has = (key: string): boolean => metas.some(meta => key in meta)
  const fence = (filter: string, strict: string, ...keys: readonly string[]): readonly Written[] =>
    keys.some(has) ? [{ filter, config: { [strict]: true } }] : []
  if (groups.length > 1) told.lose(plan.name, 'where a client is, NS1 says by databases of its own')
  return {
    filters: [
      ...fence('netfence_prefix', 'remove_no_ip_prefixes', 'ip_prefixes'),
      ...fence('netfence_asn', 'remove_no_asn', 'asn'),
      ...fence('geofence_country', 'remove_no_location', 'country', 'us_state', 'ca_province'),
      { filter: 'up', config: {} },
      ...sharingOf(plan, groups, told),
    ],
    answersOf: (gives, monitors) =>
      groups.flatMap(({ meta, order, after }) =>
        order.flatMap((tier, i) =>
          tier.flatMap(share => answers(plan, share, { ...meta, priority: after + i + 1 }, gives, monitors, told)),
        ),
      ),
  }
}

/** All that are up; or those of the first priority that has any, of which some are drawn. */
function sharingOf(plan: Plan, groups: readonly Group[], told: Told): readonly Written[] {
  const { name, sharing, record, regions } = plan
  const { take, by } = sharing
  const tiers = groups.flatMap(({ order }) => order)
  const isWhole = record.fallback.length === 0 && record.whenAllDown !== 'fixed'
  if (take === Infinity && groups.length === 1 && isWhole && !regions.some(region => isWeightless(plan, region)))
    return []
  if (take > 1 && groups.some(({ order }) => order.length > 1))
    told.lose(
      name,
      `an answer has regions of one tier, up to ${take === Infinity ? 'all' : take}, and could have more here`,
    )
  const draw = by === 'network' ? 'sticky' : 'shuffle'
  return [
    { filter: 'priority', config: {} },
    ...(tiers.some(({ length }) => length > 1)
      ? [{ filter: `weighted_${draw}`, config: by === 'network' ? { sticky_by_network: true } : {} }]
      : []),
    ...(take === Infinity ? [] : [{ filter: 'select_first_n', config: { N: take } }]),
  ]
}

function nearest(plan: Plan, { by, candidates, behind }: Near, told: Told): Chain {
  const {
    name,
    sharing: { take },
  } = plan
  told.lose(name, 'where a client is, NS1 says by databases of its own, also where nothing is known of it')
  if (by === 'latency') told.lose(name, 'the nearest region answers, and the fastest did here')
  if (take > 1) told.lose(name, 'an answer has one region, and had more here')
  return {
    filters: [
      { filter: 'up', config: {} },
      ...(behind.length > 0 ? [{ filter: 'priority', config: {} }] : []),
      { filter: 'geotarget_latlong', config: {} },
      { filter: 'select_first_n', config: { N: 1 } },
    ],
    answersOf: (gives, monitors) => [
      ...candidates.flatMap(({ region, at: { latitude, longitude } }) =>
        answers(
          plan,
          { region, weight: 1 },
          { latitude, longitude, ...(behind.length > 0 ? { priority: 1 } : {}) },
          gives,
          monitors,
          told,
        ),
      ),
      ...behind.flatMap((tier, i) =>
        tier.flatMap(share =>
          answers(plan, share, { priority: i + 2, ...placeOf(share.region) }, gives, monitors, told),
        ),
      ),
    ],
  }
}

const placeOf = ({ location }: Region): Written => ({ ...location })

/** One for each address of a region: NS1 draws among answers, whatever they have in common. */
function answers(
  { name, sharing: { take } }: Plan,
  { region, weight }: Share,
  meta: Written,
  gives: Gives,
  monitors: Monitors,
  told: Told,
): readonly Written[] {
  const given = givenOf(region, gives)
  if (given.length > 1 && take !== Infinity)
    told.lose(name, `an answer has one address of ${region.id}, and had all that are up here`)
  return given.map(one => {
    const up = monitors.upOf(name, region, one)
    return {
      answer: [withoutDot(one.canonical)],
      region: region.id,
      meta: { ...meta, weight: weight / given.length, ...(up === undefined ? {} : { up }) },
    }
  })
}

/** The answers of each kind of client, those alike together. */
function groupsOf({ name, orders }: Plan, told: Told): readonly Group[] {
  const known = [...orders.keys()].filter(key => {
    if (tagOf(key, []) !== undefined) return true
    told.lose(name, `the rule for ${key} is left out: NS1 has no words for such clients`)
    return false
  })
  const after = new Map<ClientKey, number>()
  const groups = new Map<string, { meta: Record<string, string[] | number[]>; order: Order; after: number }>()
  for (const key of known) {
    const order = orders.get(key)!
    // Answers for a wider circle stay beside those for a narrower one: so they come after them.
    const inner = known.filter(other => other !== key && isWithin(other, key, known))
    const first = Math.max(0, ...inner.map(other => after.get(other)! + orders.get(other)!.length))
    after.set(key, first)
    for (const other of inner)
      if (!regionsOf(order).every(region => regionsOf(orders.get(other)!).includes(region)))
        told.lose(name, `clients of ${other} get what those of ${key} have when all of their own is down`)
    const tag = tagOf(key, known)!
    const words = `${Object.keys(tag).join()} ${first} ${wordsOf(order)}`
    const group = groups.get(words) ?? { meta: {}, order, after: first }
    for (const [what, values] of Object.entries(tag))
      group.meta[what] = [...(group.meta[what] ?? []), ...values] as string[] | number[]
    groups.set(words, group)
  }
  if ([...groups.values()].some(({ meta }) => (meta['ip_prefixes']?.length ?? 0) > MOST_PREFIXES))
    told.lose(name, `an answer has more than ${MOST_PREFIXES} prefixes, which NS1 does not take`)
  return [...groups.values()]
}

const regionsOf = (order: Order): readonly Region[] => order.flat().map(({ region }) => region)

/** How an answer says whom it is for; undefined where NS1 has no words for it. @param all of whom some have rules of their own */
function tagOf(key: ClientKey, all: readonly ClientKey[]): Record<string, readonly (string | number)[]> | undefined {
  if (key === EVERYBODY) return {}
  if (namesNetwork(key)) return { ip_prefixes: [key] }
  if (namesAs(key)) return { asn: [Number(key.slice(2))] }
  if (key.startsWith('continent:')) return { country: countriesIn(key).filter(country => !all.includes(country)) }
  const [country = '', ...rest] = key.split('-')
  const subdivision = rest.join('-')
  if (subdivision === '') return { country: [country] }
  if (!/^[A-Z]{2}$/.test(subdivision)) return undefined
  return country === 'US' ? { us_state: [subdivision] } : country === 'CA' ? { ca_province: [subdivision] } : undefined
}

const countriesIn = (key: ClientKey): readonly string[] =>
  [...COUNTRIES.keys()].filter(country => key === `continent:${countryOf(country)?.continent}`)

/** Whether all clients of the one fit the answers of the other: a country with answers of its own is not among those of its continent. */
function isWithin(inner: ClientKey, outer: ClientKey, all: readonly ClientKey[]): boolean {
  if (outer === EVERYBODY || !clientKeys(clientFor(inner, all)).includes(outer)) return false
  const [country = ''] = inner.split('-')
  return !outer.startsWith('continent:') || !all.includes(country)
}
