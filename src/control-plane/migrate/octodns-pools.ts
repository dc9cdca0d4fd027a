// The dynamic records of octoDNS: pools of values with fallbacks, and rules that give clients a pool.
import { isMap } from '../traffic/edit-value.js'
import type { Draft, Written } from './draft.js'
import type { OctoRecord } from './octodns-records.js'

export interface PoolValue {
  readonly value: string
  readonly weight: number
  /** `up` is served unasked, `down` never. */
  readonly status: 'obey' | 'up' | 'down'
}

export interface Pool {
  readonly name: string
  readonly values: readonly PoolValue[]
  readonly fallback?: string
}

export interface Rule {
  readonly geos: readonly string[]
  readonly subnets: readonly string[]
  readonly pool: string
}

export interface Dynamic {
  /** Each before its fallback. */
  readonly pools: readonly Pool[]
  readonly rules: readonly Rule[]
}

/** @throws Error with a sentence where pools and rules do not belong together */
export function readDynamic({ owner, type, written }: OctoRecord): Dynamic {
  const where = `${owner} ${type}`
  const { pools = {}, rules = [] } = isMap(written['dynamic']) ? written['dynamic'] : {}
  if (!isMap(pools) || !Array.isArray(rules)) throw new Error(`${where}: dynamic has pools and rules`)
  const read = new Map(Object.entries(pools).map(([name, pool]) => [name, readPool(where, name, pool)]))
  for (const { name, fallback } of read.values())
    if (fallback !== undefined && !read.has(fallback))
      throw new Error(`${where}: there is no pool ${fallback}, to which ${name} falls back`)
  const found = rules.map(rule => readRule(where, rule))
  for (const { pool } of found) if (!read.has(pool)) throw new Error(`${where}: there is no pool ${pool}`)
  return { pools: inOrder(where, read), rules: found }
}

function readPool(where: string, name: string, pool: unknown): Pool {
  const { values, fallback } = isMap(pool) ? pool : {}
  if (!Array.isArray(values)) throw new Error(`${where}: the pool ${name} has no values`)
  const read = values.map((entry): PoolValue => {
    const { value, weight = 1, status = 'obey' } = isMap(entry) ? entry : {}
    if (typeof value !== 'string') throw new Error(`${where}: the pool ${name} has something that is no value`)
    return { value, weight: Number(weight), status: status === 'up' || status === 'down' ? status : 'obey' }
  })
  return { name, values: read, ...(typeof fallback === 'string' ? { fallback } : {}) }
}

function readRule(where: string, rule: unknown): Rule {
  const { geos = [], subnets = [], pool } = isMap(rule) ? rule : ({} as Written)
  if (typeof pool !== 'string') throw new Error(`${where}: there is a rule without a pool`)
  return { geos: textsOf(geos), subnets: textsOf(subnets), pool }
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** A pool has one fallback, so that one order suits them all: those that are farthest from the end come first. */
function inOrder(where: string, pools: ReadonlyMap<string, Pool>): readonly Pool[] {
  const depth = new Map([...pools.values()].map(pool => [pool, chainOf(pool.name, pools).length]))
  for (const [pool, length] of depth)
    if (length > pools.size) throw new Error(`${where}: the pool ${pool.name} falls back to itself in the end`)
  return [...pools.values()].sort((a, b) => depth.get(b)! - depth.get(a)!)
}

/** A pool and what it falls back to, one after the other; one more than there are where that has no end. */
export function chainOf(name: string, pools: ReadonlyMap<string, Pool>): readonly string[] {
  const chain: string[] = []
  for (
    let next: string | undefined = name;
    next !== undefined && chain.length <= pools.size;
    next = pools.get(next)?.fallback
  )
    chain.push(next)
  return chain
}

/** The clients of a rule as ours are written; `*` where it is for everybody. */
export function clientsOf({ geos, subnets, pool }: Rule, where: string, draft: Draft): readonly string[] {
  if (geos.length > 0 && subnets.length > 0)
    draft.lose(where, `the rule for ${pool} has places and networks: clients of either get it`)
  const all = [...subnets, ...geos.map(geo => clientOf(geo, where, draft))]
  return all.length === 0 ? ['*'] : all
}

/** `NA-US-KY` is `US-KY`, `NA-US` is `US`, `NA` is `continent:NA`. */
function clientOf(geo: string, where: string, draft: Draft): string {
  const [continent = '', country, subdivision] = geo.split('-')
  if (country === undefined) return `continent:${continent}`
  if (subdivision === undefined) return country
  draft.lose(where, `a rule is for ${country}-${subdivision}: see that your geo database writes the subdivision so`)
  return `${country}-${subdivision}`
}
