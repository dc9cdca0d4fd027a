// A hosted zone of Route 53 as a traffic document: every way of routing that it has, as a policy of steps.
import { Draft, type Migrated, type RegionWish } from './draft.js'
import { fromOctal, mailboxOf, ownerIn, withDot, withFullNames, withoutDot } from './names.js'
import { migrateChecks } from './route53-checks.js'
import { nestedOf } from './route53-nested.js'
import type { HostedZone, RecordSet } from './route53-records.js'
import { allDown, type Member, routingOf, tellLatency } from './route53-routing.js'
import { hasInside, type Identified, identified, type Owners, STEERED, treeOf } from './route53-trees.js'

/** @throws Error with a sentence where there is no zone to be found */
export function migrateRoute53({ records, checks, blocks }: HostedZone, wanted?: string): Migrated {
  const draft = new Draft()
  const zone = withoutDot(wanted ?? zoneOf(records)).toLowerCase()
  const checkIds = migrateChecks(checks, records, draft)
  const byOwner = new Map<string, RecordSet[]>()
  for (const set of records) {
    const owner = ownerIn(zone, fromOctal(set.Name, true))
    if (owner === undefined) draft.lose(set.Name, `left out: it is not in the zone ${zone}`)
    else byOwner.set(owner, [...(byOwner.get(owner) ?? []), set])
  }
  for (const [owner, sets] of byOwner) {
    const plain = sets.filter(({ SetIdentifier }) => SetIdentifier === undefined)
    const routed = sets.filter(({ SetIdentifier }) => SetIdentifier !== undefined)
    for (const set of plain) migratePlain(draft, zone, owner, set, sets)
    if (routed.length > 0) migrateRouted(draft, zone, owner, routed, { checkIds, blocks, owners: byOwner })
  }
  return draft.finish()
}

function zoneOf(records: readonly RecordSet[]): string {
  const soa = records.find(({ Type }) => Type === 'SOA')
  if (soa === undefined) throw new Error('there is no SOA among the record sets; say which zone it is with --zone')
  return soa.Name
}

function migratePlain(draft: Draft, zone: string, owner: string, set: RecordSet, all: readonly RecordSet[]): void {
  const { Type: type, TTL: ttl, AliasTarget, ResourceRecords = [] } = set
  const where = `${set.Name} ${type}`
  if (set.TrafficPolicyInstanceId !== undefined)
    draft.lose(where, 'it was made by a traffic policy, whose rules are not in the record sets')
  if (AliasTarget !== undefined) {
    migrateAlias(draft, zone, owner, set, all)
    return
  }
  const values = ResourceRecords.map(({ Value }) => withFullNames(type, fromOctal(Value)))
  if (type === 'SOA') {
    migrateSoa(draft, zone, where, values[0] ?? '')
    return
  }
  if (type === 'NS' && owner === '@') {
    draft.setZone(zone, 'nameservers', values.map(withoutDot))
    draft.lose(
      where,
      'these are the name servers of Route 53: put those of your own nodes in their place before you delegate',
    )
    return
  }
  for (const data of values) draft.record(zone, owner, { type, data, ...(ttl === undefined ? {} : { ttl: `${ttl}s` }) })
}

function migrateSoa(draft: Draft, zone: string, where: string, data: string): void {
  const [, mailbox = '', , refresh = '', retry = '', expire = '', minimum = ''] = data.split(/\s+/)
  draft.setZone(zone, 'negative-ttl', `${minimum || 60}s`)
  draft.setZone(zone, 'soa', {
    ...(mailbox === '' ? {} : { mailbox: mailboxOf(mailbox) }),
    ...(refresh === '' ? {} : { refresh: `${refresh}s`, retry: `${retry}s`, expire: `${expire}s` }),
  })
  draft.lose(where, 'the serial is counted anew; name servers that transfer the zone have to begin afresh')
}

function migrateAlias(draft: Draft, zone: string, owner: string, set: RecordSet, all: readonly RecordSet[]): void {
  const where = `${set.Name} ${set.Type}`
  const target = set.AliasTarget!.DNSName
  const inside = ownerIn(zone, fromOctal(target, true)) !== undefined
  if (inside && ['A', 'AAAA'].includes(set.Type)) {
    // One ALIAS has the addresses of both families.
    if (set.Type === 'AAAA' && all.some(({ Type, AliasTarget }) => Type === 'A' && AliasTarget?.DNSName === target))
      return
    draft.record(zone, owner, { type: 'ALIAS', data: withDot(target) })
    if (!all.some(({ Type }) => Type === (set.Type === 'A' ? 'AAAA' : 'A')))
      draft.lose(where, 'as ALIAS it has all addresses that its target has, IPv4 and IPv6')
    return
  }
  const alone = all.every(({ Type, AliasTarget }) => AliasTarget?.DNSName === target || Type === set.Type)
  if (owner === '@' || !alone || (inside && set.Type !== 'CNAME')) {
    draft.lose(
      where,
      `left out: an alias of ${target}, ${owner === '@' ? 'whose addresses only AWS knows, at the zone itself' : 'which no record of ours can be'}`,
    )
    return
  }
  if (set.Type === 'AAAA' && all.some(({ Type }) => Type === 'A')) return
  draft.record(zone, owner, { type: 'CNAME', data: withDot(target) })
  draft.lose(where, `a CNAME to ${target} in place of the alias`)
}

interface Around {
  readonly checkIds: ReadonlyMap<string, readonly string[]>
  readonly blocks: HostedZone['blocks']
  readonly owners: Owners
}

function migrateRouted(draft: Draft, zone: string, owner: string, sets: readonly RecordSet[], around: Around): void {
  const steered = sets.filter(({ Type }) => STEERED.includes(Type))
  for (const { Name, Type, SetIdentifier } of sets)
    if (!STEERED.includes(Type))
      draft.lose(`${Name} ${Type} "${SetIdentifier}"`, `left out: routing of ${Type} records is not known here`)
  const routed = nestedRouting(draft, zone, owner, steered, around) ?? flatRouting(draft, zone, owner, steered, around)
  if (routed === undefined) return
  const { policy, regions, ttl, whenAllDown } = routed
  draft.record(zone, owner, {
    steer: policy,
    regions,
    ...(ttl === undefined ? {} : { ttl: `${ttl}s` }),
    'when-all-down': whenAllDown,
  })
}

/** How a name is steered. */
interface Routed {
  readonly policy: string
  readonly regions: readonly string[]
  readonly ttl: number | undefined
  readonly whenAllDown: string
}

const policyName = (zone: string, owner: string, name: string): string => `${owner === '@' ? zone : owner}-${name}`

function flatRouting(
  draft: Draft,
  zone: string,
  owner: string,
  sets: readonly RecordSet[],
  { checkIds, blocks }: Around,
): Routed | undefined {
  const members = membersOf(draft, owner, sets, checkIds)
  if (members.length === 0) return undefined
  const routing = routingOf(members, blocks, draft)
  return {
    policy: routing.builtIn ?? draft.policy(policyName(zone, owner, routing.name), routing.steps),
    regions: [...new Set(members.map(({ region }) => region))],
    ttl: sets.find(({ TTL }) => TTL !== undefined)?.TTL,
    whenAllDown: routing.whenAllDown,
  }
}

/** With what aliases of names of the zone stand for in their places; undefined where there are none, or that cannot be said. */
function nestedRouting(
  draft: Draft,
  zone: string,
  owner: string,
  sets: readonly RecordSet[],
  { checkIds, blocks, owners }: Around,
): Routed | undefined {
  if (!hasInside(sets, zone, owners)) return undefined
  const name = sets[0]!.Name
  const ttls = new Set<number>()
  const tree = treeOf(sets, zone, owners, [owner])
  const nested =
    typeof tree === 'string'
      ? tree
      : nestedOf(tree, blocks, draft, leaf => {
          for (const { TTL } of leaf.sets) if (TTL !== undefined) ttls.add(TTL)
          return regionOf(draft, owner, leaf, false, checkIds)
        })
  if (typeof nested === 'string') {
    draft.lose(name, `what its aliases stand for is not part of its policy: ${nested}`)
    return undefined
  }
  const [ttl, ...others] = ttls
  if (others.length > 0) draft.lose(name, `its TTL is ${ttl} s, and was that of the set that it came to`)
  if (sets.some(({ Region }) => Region !== undefined)) tellLatency(name, draft)
  return {
    policy: draft.policy(policyName(zone, owner, 'tree'), nested.steps),
    regions: nested.regions,
    ttl,
    whenAllDown: allDown(name, nested.all, draft),
  }
}

/** The sets of one identifier, of all families, are one member; each has a region. */
function membersOf(
  draft: Draft,
  owner: string,
  sets: readonly RecordSet[],
  checkIds: ReadonlyMap<string, readonly string[]>,
): readonly Member[] {
  const someAddresses = sets.some(({ ResourceRecords, Type }) => ResourceRecords !== undefined && Type !== 'CNAME')
  return identified(sets).flatMap((one): readonly Member[] => {
    const region = regionOf(draft, owner, one, someAddresses, checkIds)
    return region === undefined ? [] : [{ region, sets: one.sets, where: one.where }]
  })
}

/** @param someAddresses whether other sets of the name have addresses @returns undefined where it can have none, which is told */
function regionOf(
  draft: Draft,
  owner: string,
  { id, sets, where }: Identified,
  someAddresses: boolean,
  checkIds: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const wish = placeOf(draft, sets, where)
  if (wish === undefined) return undefined
  if (wish.target !== undefined && (owner === '@' || someAddresses)) {
    const why = owner === '@' ? 'a CNAME cannot stand at the zone itself' : 'other sets of the name have addresses'
    draft.lose(where, `left out: it is an alias of ${wish.target}, which would be a CNAME, and ${why}`)
    return undefined
  }
  const checks = sets.flatMap(({ HealthCheckId: checkId }) => {
    if (checkId === undefined) return []
    const known = checkIds.get(checkId)
    if (known === undefined) draft.lose(where, `its health check ${checkId} is not here: it is taken to be up`)
    return known ?? []
  })
  return draft.region(id, { ...wish, checks: [...new Set(checks)] }, where)
}

function placeOf(draft: Draft, sets: readonly RecordSet[], where: string): RegionWish | undefined {
  const alias = sets.find(({ AliasTarget }) => AliasTarget !== undefined)
  if (alias !== undefined) {
    const { DNSName, EvaluateTargetHealth } = alias.AliasTarget!
    draft.lose(where, `a CNAME to ${DNSName} in place of the alias`)
    if (EvaluateTargetHealth === true && alias.HealthCheckId === undefined)
      draft.lose(where, 'AWS evaluated the health of the target; without a check of your own it is taken to be up')
    return { target: withDot(DNSName) }
  }
  const name = sets.find(({ Type }) => Type === 'CNAME')?.ResourceRecords?.[0]?.Value
  if (name !== undefined) return { target: withDot(name) }
  const addresses = sets.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value))
  if (addresses.length > 0) return { addresses }
  draft.lose(where, 'left out: it has no records')
  return undefined
}
