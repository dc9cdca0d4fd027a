// A hosted zone of Route 53 as a traffic document: every way of routing that it has, as a policy of steps.
import { Draft, type Migrated, type RegionWish } from './draft.js'
import { fromOctal, mailboxOf, ownerIn, withDot, withFullNames, withoutDot } from './names.js'
import { migrateChecks } from './route53-checks.js'
import type { HostedZone, RecordSet } from './route53-records.js'
import { type Member, routingOf } from './route53-routing.js'

/** Types whose routing ours can have: others are the same for everybody here. */
const STEERED: readonly string[] = ['A', 'AAAA', 'CNAME']

/** @throws Error with a sentence where there is no zone to be found */
export function migrateRoute53({ records, checks, blocks }: HostedZone, wanted?: string): Migrated {
  const draft = new Draft()
  const zone = withoutDot(wanted ?? zoneOf(records)).toLowerCase()
  const checkIds = migrateChecks(checks, draft)
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
    if (routed.length > 0) migrateRouted(draft, zone, owner, routed, { checkIds, blocks })
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
  readonly checkIds: ReadonlyMap<string, string>
  readonly blocks: HostedZone['blocks']
}

function migrateRouted(draft: Draft, zone: string, owner: string, sets: readonly RecordSet[], around: Around): void {
  const steered = sets.filter(({ Type }) => STEERED.includes(Type))
  for (const { Name, Type, SetIdentifier } of sets)
    if (!STEERED.includes(Type))
      draft.lose(`${Name} ${Type} "${SetIdentifier}"`, `left out: routing of ${Type} records is not known here`)
  const members = membersOf(draft, owner, steered, around.checkIds)
  if (members.length === 0) return
  const routing = routingOf(members, around.blocks, draft)
  const ttl = steered.find(({ TTL }) => TTL !== undefined)?.TTL
  const policy = routing.builtIn ?? draft.policy(`${owner === '@' ? zone : owner}-${routing.name}`, routing.steps)
  draft.record(zone, owner, {
    steer: policy,
    regions: [...new Set(members.map(({ region }) => region))],
    ...(ttl === undefined ? {} : { ttl: `${ttl}s` }),
    'when-all-down': routing.whenAllDown,
  })
}

/** The sets of one identifier, of all families, are one member; each has a region. */
function membersOf(
  draft: Draft,
  owner: string,
  sets: readonly RecordSet[],
  checkIds: ReadonlyMap<string, string>,
): readonly Member[] {
  const groups = new Map<string, RecordSet[]>()
  for (const set of sets) groups.set(set.SetIdentifier!, [...(groups.get(set.SetIdentifier!) ?? []), set])
  const drafts = [...groups].map(([id, own]) => ({
    id,
    own,
    where: `${own[0]!.Name} ${own.map(({ Type }) => Type).join('/')} "${id}"`,
  }))
  const someAddresses = drafts.some(({ own }) =>
    own.some(({ ResourceRecords, Type }) => ResourceRecords !== undefined && Type !== 'CNAME'),
  )
  return drafts.flatMap(({ id, own, where }): readonly Member[] => {
    const wish = placeOf(draft, own, where)
    if (wish === undefined) return []
    if (wish.target !== undefined && (owner === '@' || someAddresses)) {
      const why = owner === '@' ? 'a CNAME cannot stand at the zone itself' : 'other sets of the name have addresses'
      draft.lose(where, `left out: it is an alias of ${wish.target}, which would be a CNAME, and ${why}`)
      return []
    }
    const checks = [...new Set(own.flatMap(({ HealthCheckId }) => HealthCheckId ?? []))].flatMap(checkId => {
      const known = checkIds.get(checkId)
      if (known === undefined) draft.lose(where, `its health check ${checkId} is not here: it is taken to be up`)
      return known ?? []
    })
    const region = draft.region(id, { ...wish, checks }, where)
    return region === undefined ? [] : [{ region, sets: own, where }]
  })
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
