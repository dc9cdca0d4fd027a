// A tree of aliases of Route 53 as the steps of one policy, where they can say exactly the same.
import type { Draft } from './draft.js'
import { biasOf, clientsOf, locate } from './route53-places.js'
import type { CidrBlock, RecordSet } from './route53-records.js'
import type { Branch, Leaf, Tree } from './route53-trees.js'
import { distinct, type Placed, regionsIn, shareSteps, type Tiers, writtenRule, writtenTiers } from './tiers.js'

/** Steps, and the regions that they choose among. */
export interface Nested {
  readonly steps: readonly unknown[]
  readonly regions: readonly string[]
  /** Whether there is something for every client. */
  readonly all: boolean
}

/** Why steps cannot say it: the sets that are aliases stay what they would be without each other. */
class Inexact extends Error {}

/** @param regionOf the region of a leaf; undefined where it can have none */
export function nestedOf(
  tree: Tree,
  blocks: readonly CidrBlock[],
  draft: Draft,
  regionOf: (leaf: Leaf) => string | undefined,
): Nested | string {
  try {
    // First whether it can be said at all: regions are drawn up only then.
    new Nesting(blocks, draft, valuesOf, () => undefined).of(tree)
    return new Nesting(
      blocks,
      draft,
      leaf => regionOf(leaf) ?? fail(`"${leaf.id}" cannot be a region of its own`),
      (region, { set, where }) => locate(draft, region, set, where),
    ).of(tree)
  } catch (error) {
    if (error instanceof Inexact) return error.message
    throw error
  }
}

function fail(why: string): never {
  throw new Inexact(why)
}

/** Leaves with the same values are one region. */
const valuesOf = ({ sets }: Leaf): string =>
  sets
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value))
    .sort()
    .join()

/** What is chosen among, and in which order. */
interface Part {
  readonly regions: readonly string[]
  /** Where it is an order of failover, the same for everybody. */
  readonly tiers?: Tiers
  /** Steps that put its regions in order. */
  readonly steps: readonly unknown[]
}

class Nesting {
  private readonly blocks: readonly CidrBlock[]
  private readonly draft: Draft
  private readonly idOf: (leaf: Leaf) => string
  private readonly locate: (region: string, branch: Branch) => void
  /** Of each region that shares a tier with others. */
  private readonly weights = new Map<string, Placed>()

  constructor(
    blocks: readonly CidrBlock[],
    draft: Draft,
    idOf: (leaf: Leaf) => string,
    locate: (region: string, branch: Branch) => void,
  ) {
    this.blocks = blocks
    this.draft = draft
    this.idOf = idOf
    this.locate = locate
  }

  of(tree: Tree): Nested {
    const rules = this.rulesOf(tree)
    if (rules === undefined) {
      const { regions, steps } = this.partOf(tree)
      return { regions, steps: [...steps, ...this.shares()], all: true }
    }
    const written = Object.fromEntries([...rules.orders].map(([client, tiers]) => [client, writtenRule(tiers)]))
    return {
      regions: [...new Set([...rules.orders.values()].flatMap(regionsIn))],
      steps: [{ geo: { rules: written, others: rules.follow ? 'drop' : 'drop-broader' } }, ...this.shares()],
      all: rules.orders.has('*'),
    }
  }

  /** Each query is drawn anew among the regions of a tier. */
  private shares(): readonly unknown[] {
    return this.weights.size === 0 ? [] : shareSteps([[[...this.weights.values()]]])
  }

  private partOf(tree: Tree): Part {
    if (tree.kind === 'leaf') return this.ordered([[{ region: this.idOf(tree), weight: 1 }]])
    const { branches } = tree
    const { set } = branches[0]!
    if (set.SetIdentifier === undefined) return this.followed(branches[0]!)
    if (set.Weight !== undefined) return this.ordered(this.weighted(branches))
    if (set.Failover !== undefined) return this.failover(branches)
    if (isNear(set)) return this.near(branches)
    return fail(
      set.MultiValueAnswer === true
        ? `a multivalue answer below ${tree.name} has several records`
        : `where clients are counts below ${tree.name}, and not above`,
    )
  }

  /** An order of failover, the same for everybody. */
  private ordered(all: Tiers): Part {
    const tiers = distinct(all)
    for (const tier of tiers) if (tier.length > 1) this.share(tier)
    const regions = regionsIn(tiers)
    return { regions, tiers, steps: regions.length === 1 ? [] : [{ tier: writtenTiers(tiers) }] }
  }

  private share(tier: readonly Placed[]): void {
    for (const placed of tier) {
      const known = this.weights.get(placed.region)
      if (known !== undefined && known.weight !== placed.weight)
        fail(`${placed.region} has several weights, and a region has one in a policy`)
      this.weights.set(placed.region, placed)
    }
  }

  /** All weights zero means that all are alike; else those of weight zero come when no others are up. */
  private weighted(branches: readonly Branch[]): Tiers {
    const placed = branches.map(branch => {
      const { regions } = this.followed(branch)
      if (regions.length > 1) fail(`"${branch.set.SetIdentifier}" has a share of the clients, and is several regions`)
      return { region: regions[0]!, weight: branch.set.Weight ?? 0 }
    })
    const some = placed.filter(({ weight }) => weight > 0)
    const none = placed.filter(({ weight }) => weight === 0).map(({ region }) => ({ region, weight: 1 }))
    return [some, none].filter(({ length }) => length > 0)
  }

  /** What is passed over while it is down. */
  private followed(branch: Branch): Part {
    if (!branch.follows)
      fail(
        `the alias "${branch.set.SetIdentifier}" does not evaluate the health of its target, and is never passed over`,
      )
    return this.partOf(branch.below)
  }

  private failover(branches: readonly Branch[]): Part {
    const of = (what: RecordSet['Failover']): readonly Part[] =>
      branches.filter(({ set }) => set.Failover === what).map(branch => this.followed(branch))
    const parts = [...of('PRIMARY'), ...of('SECONDARY')]
    const orders = parts.flatMap(({ tiers }) => (tiers === undefined ? [] : [tiers]))
    if (orders.length === parts.length) return this.ordered(orders.flat())
    return {
      regions: disjoint(parts),
      steps: [{ tier: parts.map(({ regions }) => [...regions]) }, ...groupsOf(parts)],
    }
  }

  private near(branches: readonly Branch[]): Part {
    const parts = branches.map(branch => ({ branch, ...this.followed(branch) }))
    const regions = disjoint(parts)
    for (const { branch, regions: own } of parts) for (const region of own) this.locate(region, branch)
    const bias = Object.fromEntries(
      parts.flatMap(({ branch: { set }, regions: own }) =>
        biasOf(set) === 0 ? [] : own.map(region => [region, biasOf(set)] as const),
      ),
    )
    const biased = Object.keys(bias).length > 0
    const step = branches[0]!.set.Region !== undefined ? 'latency' : biased ? { distance: { bias } } : 'distance'
    return { regions, steps: [step, ...groupsOf(parts)] }
  }

  /** The order of each client that a rule is for; undefined where there are none. */
  private rulesOf(tree: Tree): { readonly orders: Map<string, Tiers>; readonly follow: boolean } | undefined {
    if (tree.kind === 'leaf') return undefined
    const { branches } = tree
    const [{ set } = { set: undefined }] = branches
    if (set?.GeoLocation === undefined && set?.CidrRoutingConfig === undefined) return undefined
    const orders = new Map<string, Tiers>()
    const ways = new Set<boolean>()
    for (const { set: own, where, below, follows } of branches) {
      const clients = clientsOf(own, where, this.blocks, this.draft)
      const rules = clients.includes('*') ? this.rulesOf(below) : undefined
      if (rules === undefined) {
        const { tiers } = this.partOf(below)
        if (tiers === undefined)
          return fail(`"${own.SetIdentifier}" is for some clients, and where they are counts below it`)
        ways.add(follows)
        for (const client of clients) orders.set(client, tiers)
        continue
      }
      ways.add(rules.follow)
      for (const [client, tiers] of rules.orders) orders.set(client, tiers)
    }
    if (ways.size > 1) fail(`some aliases of ${tree.name} evaluate the health of their targets, and others do not`)
    return { orders, follow: !ways.has(false) }
  }
}

const isNear = ({ Region, GeoProximityLocation }: RecordSet): boolean =>
  Region !== undefined || GeoProximityLocation !== undefined

/** Those of several regions come together, each in the order of its own. */
function groupsOf(parts: readonly Part[]): readonly unknown[] {
  const groups = parts.filter(({ regions }) => regions.length > 1).map(({ regions, steps }) => ({ regions, steps }))
  return groups.length === 0 ? [] : [{ groups }]
}

function disjoint(parts: readonly Part[]): readonly string[] {
  const all = parts.flatMap(({ regions }) => regions)
  const twice = all.find((region, i) => all.indexOf(region) < i)
  return twice === undefined ? all : fail(`${twice} is in several of its branches`)
}
