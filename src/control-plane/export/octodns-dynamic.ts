// A steered name as dynamic records of octoDNS, one of each family: a tier is a pool, what stands behind it its fallback.
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { breadth } from '../geo/clients-of-keys.js'
import { countryOf } from '../geo/countries.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { Written } from '../migrate/draft.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type HealthCheck, healthCheckOf } from './octodns-check.js'
import { type Order, type Plan, type Share, typesOf } from './plan.js'
import { ttlOf } from './sets.js'
import type { Told } from './told.js'
import { rounded, timesToWhole } from './weights.js'

/** Weights of octoDNS are 1 to 100. */
const MOST_WEIGHT = 100

export function dynamicOf(document: TrafficDocument, plan: Plan, told: Told): readonly Written[] {
  const { name, sharing } = plan
  const given = typesOf(plan, told)
  if (given.length === 0) return []
  if (sharing.take > 1)
    told.lose(
      name,
      `an answer has one region, and had ${sharing.take === Infinity ? 'all that are up' : `up to ${sharing.take}`} here`,
    )
  if (sharing.by === 'network' && [...plan.orders.values()].flat().some(({ length }) => length > 1))
    told.lose(name, 'each query is drawn anew among equals, and a client network kept its region here')
  if (plan.isNear) told.lose(name, 'the nearest region is chosen by country, and was by place here')
  if ([...plan.orders.keys()].some(key => key.startsWith('continent:')))
    told.lose(name, `${Object.keys(ELSEWHERE).join(', ')} are in another continent for octoDNS, or in none`)
  const ttl = ttlOf(plan, told)
  const check = healthCheckOf(document, plan, told)
  return given.flatMap(([gives, type]) => {
    const dynamic = new Pools(plan, gives, check, told).write()
    if (dynamic === undefined) {
      told.lose(`${name} ${type}`, 'left out: no client has a region with it')
      return []
    }
    const values = lastResort(plan, gives, told)
    return {
      type,
      ttl,
      dynamic,
      ...(values.length === 1 ? { value: values[0] } : { values }),
      ...(check.written === undefined ? {} : { octodns: { healthcheck: check.written } }),
    }
  })
}

/** The pools of a set, each distinct one once: those with the same values and the same ones behind them are one. */
class Pools {
  private readonly pools = new Map<string, { readonly id: string; readonly pool: Written }>()
  private readonly plan: Plan
  private readonly gives: Gives
  private readonly check: HealthCheck
  private readonly told: Told
  /** What makes all shares weights of octoDNS; undefined where they have to be rounded. */
  private readonly times: number | undefined

  constructor(plan: Plan, gives: Gives, check: HealthCheck, told: Told) {
    this.plan = plan
    this.gives = gives
    this.check = check
    this.told = told
    const shares = [...plan.orders.values()].flat(2).filter(({ region }) => this.countOf(region) > 0)
    this.times = timesToWhole(
      shares.map(({ region, weight }) => weight / this.countOf(region)),
      MOST_WEIGHT,
    )
  }

  private countOf(region: Share['region']): number {
    return endpoints(region).filter(({ gives }) => gives === this.gives).length
  }

  /** Undefined where nobody gets anything. */
  write(): Written | undefined {
    const rules = new Map<
      string,
      { readonly clients: string[]; readonly key: ClientKey; readonly pool: string | undefined }
    >()
    for (const [key, order] of this.plan.orders) {
      const client = clientOf(key)
      if (client === undefined) {
        this.told.lose(this.plan.name, `the rule for ${key} is left out: octoDNS has no words for such clients`)
        continue
      }
      const pool = this.poolOf(order)
      // Rules are tried one after the other: narrower ones come first, and those alike are one.
      const group = `${breadth(key)} ${pool}`
      const rule = rules.get(group) ?? { clients: [], key, pool }
      rule.clients.push(client)
      rules.set(group, rule)
    }
    if ([...rules.values()].every(({ pool }) => pool === undefined)) return undefined
    return {
      rules: this.rulesOf([...rules.values()]),
      pools: Object.fromEntries([...this.pools.values()].map(({ id, pool }) => [id, pool])),
    }
  }

  private rulesOf(
    rules: readonly {
      readonly clients: readonly string[]
      readonly key: ClientKey
      readonly pool: string | undefined
    }[],
  ): readonly Written[] {
    const used = new Set<string>()
    return rules.flatMap(({ clients, key, pool }): readonly Written[] => {
      if (pool === undefined) {
        this.told.lose(
          this.plan.name,
          key === EVERYBODY
            ? 'clients that no rule is for get its values, which octoDNS serves when nothing else is there; here they get no records'
            : `${clients.join(', ')}: such clients fall under a broader rule, and get no records here`,
        )
        return []
      }
      if (key === EVERYBODY) return [{ pool }]
      // A pool may have one rule that is not for everybody.
      const own = used.has(pool) ? this.again(pool) : pool
      used.add(own)
      return [namesNetwork(key) ? { subnets: clients, pool: own } : { geos: clients, pool: own }]
    })
  }

  private again(id: string): string {
    const known = [...this.pools.values()].find(one => one.id === id)! // it is one of them
    const copy = `pool-${this.pools.size + 1}`
    this.pools.set(`again ${this.pools.size}`, { id: copy, pool: known.pool })
    return copy
  }

  /** The first pool of an order; undefined where it has nothing of this kind. */
  private poolOf([tier, ...rest]: Order): string | undefined {
    if (tier === undefined) return undefined
    const fallback = this.poolOf(rest)
    const values = this.valuesOf(tier)
    if (values.length === 0) return fallback
    const key = JSON.stringify([values, fallback])
    const known = this.pools.get(key)
    if (known !== undefined) return known.id
    const id = `pool-${this.pools.size + 1}`
    this.pools.set(key, { id, pool: { values, ...(fallback === undefined ? {} : { fallback }) } })
    return id
  }

  private valuesOf(tier: Order[number]): readonly Written[] {
    const shares = tier.flatMap(share => {
      const { region } = share
      const own = endpoints(region).filter(({ gives }) => gives === this.gives)
      if (own.length > 1)
        this.told.lose(this.plan.name, `an answer has one address of ${region.id}, and had all that are up here`)
      return own.map(({ canonical }) => ({
        region,
        value: canonical,
        share: (share.weight / own.length) * (this.times ?? 1),
      }))
    })
    const weights =
      this.times !== undefined
        ? shares.map(({ share }) => share)
        : rounded(
            shares.map(({ share }) => share),
            MOST_WEIGHT,
          )
    if (this.times === undefined) this.told.lose(this.plan.name, 'weights are rounded: those of octoDNS are 1 to 100')
    return shares.map(({ region, value }, i) => ({
      value,
      ...(shares.length === 1 ? {} : { weight: weights[i] }),
      ...(this.check.looksAt(region) ? {} : { status: 'up' }),
    }))
  }
}

/** Countries that octoDNS has in another continent, or does not know. */
const ELSEWHERE: Readonly<Record<string, string | undefined>> = { CY: 'AS', GS: 'SA', TL: 'AS', XK: undefined }

/** `EU-DE`, `NA-US-CA`, `EU`; a network as it is; undefined where octoDNS knows no such clients. */
function clientOf(key: ClientKey): string | undefined {
  if (key === EVERYBODY || namesNetwork(key)) return key
  if (namesAs(key)) return undefined
  if (key.startsWith('continent:')) return key.slice('continent:'.length)
  const [country = '', ...subdivision] = key.split('-')
  const continent = country in ELSEWHERE ? ELSEWHERE[country] : countryOf(country)?.continent
  if (continent === undefined) return undefined
  if (subdivision.length === 0) return `${continent}-${country}`
  // It has those of these two countries, by their codes.
  return ['US', 'CA'].includes(country) && /^[A-Z]{2}$/.test(subdivision.join('-'))
    ? `${continent}-${country}-${subdivision.join('-')}`
    : undefined
}

/** Whether every client may get every candidate. */
export const mayHaveAll = (orders: Plan['orders'], candidates: Plan['regions']): boolean =>
  [...orders.values()].every(order => candidates.every(one => order.flat().some(({ region }) => region === one)))

/** The values of the record itself, which are served when no pool has anything up. */
function lastResort({ name, record, orders, regions }: Plan, gives: Gives, told: Told): readonly string[] {
  const all = (some: Plan['regions']): readonly string[] =>
    some.flatMap(region => endpoints(region).flatMap(one => (one.gives === gives ? [one.canonical] : [])))
  const first = orders.get(EVERYBODY)![0]?.map(({ region }) => region) ?? []
  const fixed = (record.fixed ?? []).flatMap(({ family, text }) => (family === gives ? [text] : []))
  const candidates = regions.filter(({ id }) => record.regions.includes(id))
  const one = (values: readonly string[]): readonly string[] => (gives === 'target' ? values.slice(0, 1) : values)
  switch (record.whenAllDown) {
    case 'fixed':
      if (fixed.length > 0) return fixed
      break
    case 'serve-all':
      if (gives !== 'target' && mayHaveAll(orders, candidates)) return all(candidates)
      break
    case 'first-choice':
      if (orders.size === 1 && first.length === 1) return one(all(first))
      break
    default:
      break
  }
  const values = [all(candidates), all(regions)].find(({ length }) => length > 0) ?? []
  told.lose(
    name,
    `when all are down, everybody gets ${gives === 'target' ? 'the first target' : 'all addresses of its candidates'}; here: ${record.whenAllDown}`,
  )
  return one(values)
}
