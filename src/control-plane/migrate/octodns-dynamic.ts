// A dynamic name of octoDNS as a steered one: a value is a region, a pool a tier, a rule the clients of some of them.
import type { Draft, Written } from './draft.js'
import { withDot } from './names.js'
import { chainOf, clientsOf, type Dynamic, type Pool, readDynamic } from './octodns-pools.js'
import { type OctoRecord, valuesOf } from './octodns-records.js'
import { distinct, type Placed, regionsIn, shareSteps, type Tiers, writtenRule, writtenTiers } from './tiers.js'

export interface DynamicName {
  readonly zone: string
  readonly owner: string
  /** All dynamic sets of the name. */
  readonly sets: readonly OctoRecord[]
  /** The id of the check of a set. */
  readonly check: (set: OctoRecord) => string
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
  const steps = stepsOf(draft, where, dynamic, placed)
  const regions = regionsIn([...placed.values()])
  draft.record(zone, owner, {
    steer: steps.length === 0 ? 'failover' : draft.policy(`${owner === '@' ? zone : owner}-pools`, steps),
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
  const weights = new Map<string, number>()
  const regions = new Map(
    pools.map(({ name, values }) => [
      name,
      values.flatMap(({ weight, status }, i): readonly string[] => {
        const texts = all.map(set => set.pools.get(name)!.values[i]!.value)
        if (status === 'down') {
          draft.lose(where, `left out of the pool ${name}: ${texts.join(', ')}, which is set down`)
          return []
        }
        const place = all[0]!.type === 'CNAME' ? { target: withDot(texts[0]!) } : { addresses: texts }
        const region = draft.region(`${name}-${i + 1}`, { ...place, checks: status === 'up' ? [] : [check] }, where)
        if (region === undefined) return []
        const before = weights.get(region)
        if (before !== undefined && before !== weight && values.length > 1)
          draft.lose(
            where,
            `${texts.join(', ')} has the weight ${before} in the pool ${name} as well, since a region has one`,
          )
        // Alone in its pool its weight says nothing.
        if (before === undefined && values.length > 1) weights.set(region, weight)
        return [region]
      }),
    ]),
  )
  return new Map(
    [...regions].map(([name, ids]) => [name, ids.map(region => ({ region, weight: weights.get(region) ?? 1 }))]),
  )
}

function stepsOf(
  draft: Draft,
  where: string,
  { pools, rules: rulesOf }: Dynamic,
  placed: ReadonlyMap<string, readonly Placed[]>,
): readonly unknown[] {
  const byName = new Map(pools.map(pool => [pool.name, pool]))
  const tiersOf = (pool: string): Tiers => distinct(chainOf(pool, byName).map(name => placed.get(name)!))
  const rules = new Map<string, Tiers>()
  // As octoDNS has it: the first rule that fits is taken.
  for (const { pool, ...rule } of rulesOf)
    for (const client of clientsOf({ pool, ...rule }, where, draft))
      if (!rules.has(client)) rules.set(client, tiersOf(pool))
  const everybody = rules.get('*') ?? []
  const isForAll = rules.size === 1 && rules.has('*')
  const table = Object.fromEntries([...rules].map(([client, tiers]) => [client, writtenRule(tiers)]))
  return [
    ...(isForAll ? [] : [{ geo: { rules: table, others: 'drop-broader' } }]),
    ...(isForAll && everybody.length > 1 ? [{ tier: writtenTiers(everybody) }] : []),
    ...shareSteps([...rules.values()]),
  ]
}

/** The values of the record itself are served unasked when all pools are down. */
function lastResort(draft: Draft, where: string, sets: readonly OctoRecord[]): string | Written {
  const values = sets.filter(({ type }) => type !== 'CNAME').flatMap(valuesOf)
  if (values.length > 0) return { fixed: values }
  draft.lose(where, 'its value is not served when all pools are down: the first choice is, as if it were up')
  return 'first-choice'
}
