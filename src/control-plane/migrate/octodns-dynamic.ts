// A dynamic name of octoDNS as a steered one: a value is a region, a pool a tier, a rule the clients of some of them.
import type { Draft, Written } from './draft.js'
import { withDot } from './names.js'
import { chainOf, clientsOf, type Dynamic, type Pool, readDynamic } from './octodns-pools.js'
import { type OctoRecord, valuesOf } from './octodns-records.js'

export interface DynamicName {
  readonly zone: string
  readonly owner: string
  /** All dynamic sets of the name. */
  readonly sets: readonly OctoRecord[]
  /** The id of the check of a set. */
  readonly check: (set: OctoRecord) => string
}

/** What a value of a pool has become. */
interface Placed {
  readonly region: string
  readonly weight: number
}

/** @throws Error with a sentence where pools and rules do not belong together */
export function migrateDynamic(draft: Draft, { zone, owner, sets, check }: DynamicName): void {
  const [first, ...others] = [...sets].sort((a, b) => (a.type < b.type ? -1 : 1))
  if (first === undefined) return
  const name = owner === '@' ? zone : `${owner}.${zone}`
  const where = `${name} ${first.type}`
  const dynamic = readDynamic(first)
  const twins = others.filter(other => isTwin(draft, name, dynamic, other))
  const placed = placePools(draft, where, dynamic, [first, ...twins], check(first))
  const policy = draft.policy(`${owner === '@' ? zone : owner}-pools`, stepsOf(draft, where, dynamic, placed))
  const regions = [...new Set([...placed.values()].flat().map(({ region }) => region))]
  draft.record(zone, owner, {
    steer: policy,
    regions,
    ttl: `${first.ttl}s`,
    'when-all-down': lastResort(draft, where, [first, ...twins]),
  })
}

/** Whether the pools of the other family are the same: then a value of each is one region. */
function isTwin(draft: Draft, name: string, { pools, rules }: Dynamic, other: OctoRecord): boolean {
  const theirs = readDynamic(other)
  const shape = (some: readonly Pool[]): string =>
    JSON.stringify(
      some.map(pool => [pool.name, pool.fallback, pool.values.map(({ weight, status }) => [weight, status])]),
    )
  const same = shape(pools) === shape(theirs.pools) && JSON.stringify(rules) === JSON.stringify(theirs.rules)
  if (other.type === 'CNAME' || !same)
    draft.lose(
      `${name} ${other.type}`,
      'left out: its pools or rules are others than those of the other type, and a name is steered once',
    )
  return same && other.type !== 'CNAME'
}

function placePools(
  draft: Draft,
  where: string,
  { pools }: Dynamic,
  sets: readonly OctoRecord[],
  check: string,
): ReadonlyMap<string, readonly Placed[]> {
  const all = sets.map(set => ({
    type: set.type,
    pools: new Map(readDynamic(set).pools.map(pool => [pool.name, pool])),
  }))
  const seen = new Map<string, string>()
  return new Map(
    pools.map(({ name, values }) => [
      name,
      values.flatMap(({ weight, status }, i): readonly Placed[] => {
        const texts = all.map(set => set.pools.get(name)!.values[i]!.value)
        if (status === 'down') {
          draft.lose(where, `left out of the pool ${name}: ${texts.join(', ')}, which is set down`)
          return []
        }
        const place = all[0]!.type === 'CNAME' ? { target: withDot(texts[0]!) } : { addresses: texts }
        const region = draft.region(`${name}-${i + 1}`, { ...place, checks: status === 'up' ? [] : [check] }, where)
        if (region === undefined) return []
        const before = seen.get(region)
        if (before !== undefined) {
          draft.lose(
            where,
            `left out of the pool ${name}: ${texts.join(', ')}, which is in the pool ${before} as well, and comes with that one`,
          )
          return []
        }
        seen.set(region, name)
        return [{ region, weight }]
      }),
    ]),
  )
}

function stepsOf(
  draft: Draft,
  where: string,
  { pools, rules }: Dynamic,
  placed: ReadonlyMap<string, readonly Placed[]>,
): readonly unknown[] {
  const byName = new Map(pools.map(pool => [pool.name, pool]))
  const regionsOf = (pool: string): readonly string[] => placed.get(pool)!.map(({ region }) => region)
  const table: Record<string, readonly string[]> = {}
  // As octoDNS has it: the first rule that fits is taken.
  for (const rule of rules)
    for (const client of clientsOf(rule, where, draft)) table[client] ??= chainOf(rule.pool, byName).flatMap(regionsOf)
  const everybody = Object.keys(table).join() === '*'
  const used = new Set(rules.flatMap(({ pool }) => chainOf(pool, byName)))
  const tiers = pools
    .filter(({ name }) => used.has(name))
    .map(({ name }) => regionsOf(name))
    .filter(tier => tier.length > 0)
  const weights = Object.fromEntries([...placed.values()].flat().map(({ region, weight }) => [region, weight]))
  return [
    ...(everybody ? [] : [{ geo: { rules: table, others: 'drop-broader' } }]),
    ...(tiers.length > 1 ? [{ tier: tiers }] : []),
    'round-robin',
    { weight: weights },
  ]
}

/** The values of the record itself are served unasked when all pools are down. */
function lastResort(draft: Draft, where: string, sets: readonly OctoRecord[]): string | Written {
  const values = sets.filter(({ type }) => type !== 'CNAME').flatMap(valuesOf)
  if (values.length > 0) return { fixed: values }
  draft.lose(where, 'its value is not served when all pools are down: the first choice is, as if it were up')
  return 'first-choice'
}
