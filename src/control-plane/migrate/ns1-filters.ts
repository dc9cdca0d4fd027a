// Each filter of NS1 as steps of a policy.
import type { Draft, Written } from './draft.js'
import { GEOREGIONS } from './ns1-places.js'

/** An answer that has become a region. */
export interface Ns1Member {
  readonly region: string
  readonly meta: Written
  readonly group: string | undefined
}

export interface Chain {
  readonly members: readonly Ns1Member[]
  readonly config: Written
  /** Whether an answer can hold several. */
  readonly several: boolean
  readonly draft: Draft
  readonly where: string
}

/** What a filter does to the list of answers: takes some away, puts it in order, draws among them, or takes the first. */
export type Kind = 'fence' | 'priority' | 'sort' | 'share' | 'shed' | 'take'

export interface Translation {
  readonly kind: Kind
  /** None where the filter is not needed, or cannot be said, which is told. */
  readonly steps: (chain: Chain) => readonly unknown[]
}

const fence = (steps: Translation['steps']): Translation => ({ kind: 'fence', steps })
const sort = (steps: Translation['steps']): Translation => ({ kind: 'sort', steps })
const share = (steps: Translation['steps']): Translation => ({ kind: 'share', steps })
const take = (steps: Translation['steps']): Translation => ({ kind: 'take', steps })

/** By the name of the filter. */
export const FILTERS: Readonly<Record<string, Translation>> = {
  // Health goes before every policy here.
  up: fence(() => []),
  priority: {
    kind: 'priority',
    steps: ({ members, draft, where }) => {
      const of = ({ meta }: Ns1Member): number => numberOf(meta['priority']) ?? Number.POSITIVE_INFINITY
      if (members.some(member => of(member) === Number.POSITIVE_INFINITY))
        draft.lose(where, 'answers without a priority come last')
      const order = [...new Set(members.map(of))].sort((a, b) => a - b)
      const tiers = order.map(priority => members.filter(member => of(member) === priority).map(({ region }) => region))
      return tiers.length > 1 ? [{ tier: tiers }] : []
    },
  },
  shuffle: share(() => ['round-robin']),
  weighted_shuffle: share(chain => ['round-robin', ...weightsOf(chain)]),
  sticky: share(() => ['sticky']),
  weighted_sticky: share(chain => ['sticky', ...weightsOf(chain)]),
  geotarget_country: sort(chain => sorted({ ...chain, keysOf: countriesOf })),
  geotarget_regional: sort(chain => {
    placeGeoregions(chain)
    const near = chain.members.some(member =>
      georegionsOf(member).some(name => GEOREGIONS[name]?.location !== undefined),
    )
    return [...sorted({ ...chain, keysOf: georegionKeysOf }), ...(near ? ['distance'] : [])]
  }),
  geotarget_latlong: sort(({ members, draft, where }) => {
    for (const { region, meta } of members) {
      const [latitude, longitude] = [numberOf(meta['latitude']), numberOf(meta['longitude'])]
      if (latitude === undefined || longitude === undefined)
        draft.lose(where, `${region} has no latitude and longitude: it comes last until it has a location`)
      else draft.locate(region, [latitude, longitude], where)
    }
    return ['distance']
  }),
  geofence_country: fence(chain => fenced(chain, 'geofence_country')),
  geofence_regional: fence(chain => fenced(chain, 'geofence_regional')),
  netfence_asn: fence(chain => fenced(chain, 'netfence_asn')),
  netfence_prefix: fence(chain => fenced(chain, 'netfence_prefix')),
  shed_load: {
    kind: 'shed',
    steps: ({ members, draft, where }) => {
      const marks = new Set(members.map(({ meta }) => JSON.stringify([meta['low_watermark'], meta['high_watermark']])))
      const [[low, high] = []] = [...marks].map(text => (JSON.parse(text) as unknown[]).map(numberOf)) // written just above
      if (marks.size !== 1 || low === undefined || high === undefined || high <= 0) {
        draft.lose(
          where,
          'the filter "shed_load" is left out: its marks are not the same for all answers; see the step shed',
        )
        return []
      }
      draft.lose(
        where,
        `load sheds clients once the regions report it: "target" is ${high} of what was counted, see POST /v1/loads`,
      )
      return [{ shed: { low: percent(low / high), high: '100%' } }]
    },
  },
  select_first_n: take(({ config }) => [{ take: numberOf(config['N']) ?? 1 }]),
  select_first_region: take(({ members, draft, where }) => {
    const groups = new Map<string, number>()
    for (const { group = '' } of members) groups.set(group, (groups.get(group) ?? 0) + 1)
    const most = Math.max(...groups.values())
    if (most > 1)
      draft.lose(where, `the first group of answers was given; now it is the first ${most} answers, of whatever group`)
    return [{ take: most }]
  }),
}

export interface Fence {
  /** The clients that an answer is for, as client keys; none: nothing is known of it. */
  readonly keysOf: (member: Pick<Ns1Member, 'meta'>) => readonly string[]
  /** What its configuration calls it that answers for nobody in particular go where one fits. */
  readonly strict: string
}

/** Filters that remove answers for others, by their name. */
export const FENCES: Readonly<Record<string, Fence>> = {
  geofence_country: { keysOf: countriesOf, strict: 'remove_no_location' },
  geofence_regional: { keysOf: georegionKeysOf, strict: 'remove_no_georegion' },
  netfence_asn: { keysOf: ({ meta }) => listOf(meta['asn']).map(asn => `AS${asn}`), strict: 'remove_no_asn' },
  netfence_prefix: { keysOf: ({ meta }) => listOf(meta['ip_prefixes']), strict: 'remove_no_ip_prefixes' },
}

interface ByClient extends Chain {
  readonly keysOf: Fence['keysOf']
}

/** Answers for the client come first, and none is removed. */
const sorted = (chain: ByClient): readonly unknown[] => {
  const rules = rulesOf(chain)
  return Object.keys(rules).length === 0 ? [] : [{ geo: { rules } }]
}

/**
 * Answers for others are removed; those that are for nobody in particular stay, unless that is forbidden and one fits that
 * is up: so they come after those that fit.
 */
function fenced(given: Chain, filter: string): readonly unknown[] {
  const { keysOf, strict } = FENCES[filter]! // the filters that call this are all there
  const chain = { ...given, keysOf }
  const rules = rulesOf(chain)
  if (Object.keys(rules).length === 0) return []
  const free = chain.members.filter(member => chain.keysOf(member).length === 0).map(({ region }) => region)
  if (free.length > 0 && chain.config[strict] !== true)
    chain.draft.lose(
      chain.where,
      `${free.join(', ')}, which no fence is for, comes after those that are for the client; in NS1 it stood where it was`,
    )
  if (free.length > 0 && chain.config[strict] === true && chain.several)
    chain.draft.lose(
      chain.where,
      `${free.join(', ')}, which no fence is for, fills up an answer that has room; in NS1 it was left out where others fit`,
    )
  return [{ geo: { rules: free.length === 0 ? rules : { ...rules, '*': free }, others: 'drop' } }]
}

function rulesOf({ members, keysOf }: ByClient): Readonly<Record<string, readonly string[]>> {
  const rules: Record<string, string[]> = {}
  for (const member of members) for (const key of keysOf(member)) (rules[key] ??= []).push(member.region)
  return rules
}

function countriesOf({ meta }: Pick<Ns1Member, 'meta'>): readonly string[] {
  const states = listOf(meta['us_state']).map(state => `US-${state}`)
  const provinces = listOf(meta['ca_province']).map(province => `CA-${province}`)
  return [...listOf(meta['country']), ...states, ...provinces]
}

const georegionsOf = ({ meta }: Pick<Ns1Member, 'meta'>): readonly string[] => listOf(meta['georegion'])

function georegionKeysOf(member: Pick<Ns1Member, 'meta'>): readonly string[] {
  return [...new Set(georegionsOf(member).flatMap(name => GEOREGIONS[name]?.clients ?? []))]
}

/** Gives a place to what is in a part of a country: nearest is what tells them apart. */
function placeGeoregions({ members, draft, where }: Chain): void {
  for (const member of members)
    for (const name of georegionsOf(member)) {
      const { location } = GEOREGIONS[name] ?? {}
      if (GEOREGIONS[name] === undefined) draft.lose(where, `the georegion ${name} is not known here`)
      if (location === undefined) continue
      draft.locate(member.region, location, where)
      draft.lose(where, `${name} is taken to be about ${location.join(', ')}: clients of the US go to the nearest`)
    }
}

function weightsOf({ members }: Chain): readonly unknown[] {
  const weights = Object.fromEntries(members.map(({ region, meta }) => [region, numberOf(meta['weight']) ?? 1]))
  return new Set(Object.values(weights)).size > 1 ? [{ weight: weights }] : []
}

const percent = (share: number): string => `${Math.round(share * 100)}%`

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** One or several, in a list or with commas between them. */
function listOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
        .split(',')
        .map(word => word.trim())
        .filter(word => word !== '')
    : []
}
