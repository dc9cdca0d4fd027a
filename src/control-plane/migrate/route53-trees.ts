// Trees of aliases within a hosted zone of Route 53: sets of a name whose target is another name of the zone, which has sets of its own.
import { fromOctal, ownerIn } from './names.js'
import type { RecordSet } from './route53-records.js'

/** The record sets of a zone, by owner. */
export type Owners = ReadonlyMap<string, readonly RecordSet[]>

/** The sets of one identifier, of all types. */
export interface Identified {
  readonly id: string
  readonly sets: readonly RecordSet[]
  readonly where: string
}

/** What a name comes to. */
export type Tree = Leaf | { readonly kind: 'choice'; readonly name: string; readonly branches: readonly Branch[] }

/** Sets with values of their own. */
export interface Leaf extends Identified {
  readonly kind: 'leaf'
}

export interface Branch {
  /** The first of the sets: how it is chosen. */
  readonly set: RecordSet
  readonly where: string
  readonly below: Tree
  /** Whether it is passed over while all below it is down. */
  readonly follows: boolean
}

/** Types whose routing ours can have: others are the same for everybody here. */
export const STEERED: readonly string[] = ['A', 'AAAA', 'CNAME']

const steered = (sets: readonly RecordSet[]): readonly RecordSet[] => sets.filter(({ Type }) => STEERED.includes(Type))

/** By identifier, in the order in which they come. */
export function identified(sets: readonly RecordSet[]): readonly Identified[] {
  const groups = new Map<string, RecordSet[]>()
  for (const set of sets) groups.set(set.SetIdentifier ?? '', [...(groups.get(set.SetIdentifier ?? '') ?? []), set])
  return [...groups].map(([id, own]) => ({
    id,
    sets: own,
    where: `${own[0]!.Name} ${own.map(({ Type }) => Type).join('/')}${id === '' ? '' : ` "${id}"`}`,
  }))
}

/** The owner of what an alias stands for, where the zone has it. */
function insideOf({ AliasTarget }: RecordSet, zone: string, owners: Owners): string | undefined {
  const owner = AliasTarget && ownerIn(zone, fromOctal(AliasTarget.DNSName, true))
  return owner !== undefined && steered(owners.get(owner) ?? []).length > 0 ? owner : undefined
}

/** Whether some of these sets are aliases of names that the zone has. */
export const hasInside = (sets: readonly RecordSet[], zone: string, owners: Owners): boolean =>
  sets.some(set => insideOf(set, zone, owners) !== undefined)

/** The tree of routed sets of one name, or in words why there is none. */
export function treeOf(
  sets: readonly RecordSet[],
  zone: string,
  owners: Owners,
  above: readonly string[] = [],
): Tree | string {
  const branches: Branch[] = []
  for (const one of identified(steered(sets))) {
    const branch = branchOf(one, zone, owners, above)
    if (typeof branch === 'string') return branch
    branches.push(branch)
  }
  return { kind: 'choice', name: sets[0]!.Name, branches }
}

function branchOf(one: Identified, zone: string, owners: Owners, above: readonly string[]): Branch | string {
  const { sets, where, id } = one
  const set = sets[0]!
  if (sets.every(({ AliasTarget }) => AliasTarget === undefined))
    return { set, where, below: { kind: 'leaf', ...one }, follows: true }
  const target = set.AliasTarget?.DNSName
  const inside = insideOf(set, zone, owners)
  if (inside === undefined) return `"${id}" is no alias of a name of this zone`
  if (above.includes(inside)) return `${target} leads back to itself`
  const evaluates = set.AliasTarget!.EvaluateTargetHealth === true
  if (
    sets.some(
      ({ AliasTarget }) =>
        AliasTarget?.DNSName !== target || (AliasTarget?.EvaluateTargetHealth === true) !== evaluates,
    )
  )
    return `the sets of "${id}" are not all aliases of the same name`
  if (sets.some(({ HealthCheckId }) => HealthCheckId !== undefined))
    return `"${id}" has a health check besides what is below it`
  const found = steered(owners.get(inside)!)
  if (typesOf(found) !== typesOf(sets)) return `${target} has other types than its alias "${id}"`
  const below = belowOf(id, found, zone, owners, [...above, inside])
  return typeof below === 'string' ? below : { set, where, below, follows: evaluates }
}

const typesOf = (sets: readonly RecordSet[]): string => [...new Set(sets.map(({ Type }) => Type))].sort().join()

/** What the target of an alias has: routed sets, or plain ones, which may be aliases themselves. */
function belowOf(
  id: string,
  sets: readonly RecordSet[],
  zone: string,
  owners: Owners,
  above: readonly string[],
): Tree | string {
  if (sets.every(({ SetIdentifier }) => SetIdentifier !== undefined)) return treeOf(sets, zone, owners, above)
  if (sets.every(({ AliasTarget }) => AliasTarget === undefined)) return { kind: 'leaf', ...identified(sets)[0]!, id }
  return treeOf(sets, zone, owners, above)
}
