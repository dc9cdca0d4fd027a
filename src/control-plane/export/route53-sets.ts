// A tree as record sets of Route 53: what is below a name beside it is an alias of a name that is made for it.
import type { Gives } from '../health/endpoints.js'
import type { RecordSet } from '../migrate/route53-records.js'
import { givenOf } from './given.js'
import type { Plan } from './plan.js'
import type { HealthChecks } from './route53-checks.js'
import { type Branch, type Choice, type Node, named } from './route53-tree.js'
import { inOctal, route53Name } from './route53-values.js'
import type { Told } from './told.js'

/** The longest name in text, RFC 1035 §2.3.4. */
const LONGEST = 253
/** What a name and type may have, unless AWS is asked for more. */
const MOST_SETS = 100

/** Names that are made for what aliases stand for. */
export class Names {
  private readonly zone: string
  private readonly taken: Set<string>

  /** @param taken names of the zone */
  constructor(zone: string, taken: readonly string[]) {
    this.zone = zone
    this.taken = new Set(taken.map(name => name.toLowerCase()))
  }

  /** A free one, below this one. */
  below(name: string): string {
    for (let i = 1; ; i++) {
      // Below a wildcard there are names that are no wildcards.
      const wish = `_${i}.${name.replace(/^\*/, '_any')}`
      const free = wish.length > LONGEST ? `_${i}.${this.zone}` : wish
      if (this.taken.has(free.toLowerCase())) continue
      this.taken.add(free.toLowerCase())
      return free
    }
  }
}

export interface Wish {
  readonly plan: Plan
  readonly tree: Node
  /** Seconds. */
  readonly ttl: number
  readonly types: readonly Gives[]
  readonly checks: HealthChecks
  readonly names: Names
  readonly told: Told
}

const TYPES: Readonly<Record<Gives, string>> = { 4: 'A', 6: 'AAAA', target: 'CNAME' }

export function setsOf({ plan, tree, ttl, types, checks, names, told }: Wish): readonly RecordSet[] {
  const records: RecordSet[] = []
  const known = new Map<Node, string>()
  const own = (at: string, { id, routing, node, follows }: Branch, gives: Gives): readonly RecordSet[] => {
    const set = { Name: at, Type: TYPES[gives], SetIdentifier: id, ...routing }
    if (node.kind === 'choice')
      return has(node, gives) ? [{ ...set, AliasTarget: aliasTarget(targetOf(node), follows, told) }] : []
    const given = givenOf(node.region, gives).filter(
      one => node.only === undefined || one.canonical === node.only.canonical,
    )
    if (given.length === 0) return []
    const check = checks.idFor(plan.name, node.region, given)
    return [
      {
        ...set,
        TTL: ttl,
        ResourceRecords: given.map(({ canonical: Value }) => ({ Value })),
        ...(check === undefined ? {} : { HealthCheckId: check }),
      },
    ]
  }
  const targetOf = (node: Choice): string => {
    const made = known.get(node)
    if (made !== undefined) return made
    const name = names.below(plan.name)
    const target = inOctal(`${name}.`)
    known.set(node, target)
    told.lose(name, `a name that is made for a part of ${plan.name}, which has aliases of it`)
    write(target, node)
    return target
  }
  const write = (at: string, { branches }: Choice): void => {
    for (const gives of types) {
      const sets = branches.flatMap(branch => own(at, branch, gives))
      records.push(...sets)
      if (sets.length > MOST_SETS)
        told.lose(
          plan.name,
          `it has ${sets.length} sets of the type ${TYPES[gives]}, and Route 53 takes ${MOST_SETS} unless AWS is asked for more`,
        )
    }
  }
  write(route53Name(plan.record.owner), named(tree))
  return records
}

const ZONE_ID = 'HOSTED-ZONE-ID'

/** Another name of the zone. @param follows whether its health counts */
export function aliasTarget(name: string, follows: boolean, told: Told): NonNullable<RecordSet['AliasTarget']> {
  told.lose('aliases', `put the id of your hosted zone in the place of ${ZONE_ID}`)
  return { HostedZoneId: ZONE_ID, DNSName: name, EvaluateTargetHealth: follows }
}

/** Whether there is anything of this kind in it. */
const has = (node: Node, gives: Gives): boolean =>
  node.kind === 'region' ? givenOf(node.region, gives).length > 0 : node.branches.some(one => has(one.node, gives))
