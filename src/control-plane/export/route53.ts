// A document as hosted zones of Route 53, in the form of what AWS tells of them: ListResourceRecordSets, ListHealthChecks, ListCidrBlocks.
import { equalNames } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { GIVES } from '../health/endpoints.js'
import type { RecordSet } from '../migrate/route53-records.js'
import type { AliasRecord } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { tellMissing } from './missing.js'
import { typesOf } from './plan.js'
import { HealthChecks } from './route53-checks.js'
import { Networks } from './route53-clients.js'
import { aliasTarget, Names, setsOf } from './route53-sets.js'
import { treeOf } from './route53-tree.js'
import { route53Name, route53Value } from './route53-values.js'
import { type ExportedZone, type Keeps, nameOf, ttlOf, zonesOf } from './sets.js'
import { type Exported, type ExportedFile, Told } from './told.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportRoute53(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const checks = new HealthChecks(document, told)
  const networks = new Networks()
  const zones = zonesOf(document, zone, told, isInside).map(one =>
    file(`${one.name}.json`, { ResourceRecordSets: recordsOf(one, checks, networks, told) }),
  )
  const health = checks.all()
  if (health.length > 0)
    told.lose('health checks', 'AWS gives them ids when they are made: put those in the place of the ones here')
  const collections = [...networks.all()]
  if (collections.length > 0)
    told.lose(
      'collections of networks',
      'AWS gives them ids when they are made: put those in the place of the names here',
    )
  return {
    files: [
      ...zones,
      ...(health.length === 0 ? [] : [file('health-checks.json', { HealthChecks: health })]),
      ...collections.map(([name, blocks]) => file(`${name}.cidr-blocks.json`, { CidrBlocks: blocks })),
    ],
    findings: told.findings,
  }
}

const file = (name: string, value: unknown): ExportedFile => ({ name, text: `${JSON.stringify(value, null, 2)}\n` })

function recordsOf(
  { zone: { origin }, name, soa, sets, plans, aliases }: ExportedZone,
  checks: HealthChecks,
  networks: Networks,
  told: Told,
): readonly RecordSet[] {
  told.lose(`${name} SOA`, 'a hosted zone has one of its own when it is made')
  const records: RecordSet[] = []
  for (const { owner, type, ttl, rdatas } of [soa, ...sets]) {
    const where = `${nameOf(owner)} ${typeName(type)}`
    const values = rdatas.flatMap(rdata => route53Value(type, rdata) ?? [])
    if (values.length === 0) told.lose(where, 'left out: Route 53 has no such type')
    else
      records.push({
        Name: route53Name(owner),
        Type: typeName(type),
        TTL: ttl,
        ResourceRecords: values.map(Value => ({ Value })),
      })
    if (type === TYPE.NS && nameOf(owner) === nameOf(origin))
      told.lose(where, 'these are the name servers of your own nodes: a hosted zone has others when it is made')
  }
  const names = new Names(
    name,
    [...sets, ...aliases].map(({ owner }) => nameOf(owner)).concat(plans.map(plan => plan.name)),
  )
  for (const plan of plans) {
    const given = typesOf(plan, told)
    const tree = given.length === 0 ? undefined : treeOf(plan, networks, region => checks.looksAt(region), told)
    if (tree === undefined) continue // which is told
    tellMissing(plan, given, told)
    const ttl = ttlOf(plan, told)
    const types = GIVES.filter(gives => given.some(([one]) => one === gives))
    records.push(...setsOf({ plan, tree, ttl, types, checks, names, told }))
  }
  return [...records, ...aliases.flatMap(alias => aliasOf(alias, records, told))]
}

/** What another name of the zone has itself, for no longer than there: it is an alias in Route 53 as well. */
const isInside: Keeps = ({ target, ttl }, { records, steered }) =>
  steered.some(({ owner }) => equalNames(owner, target)) ||
  records.some(one => isAddress(one.type) && equalNames(one.owner, target) && one.ttl <= ttl)

const isAddress = (type: number): boolean => type === TYPE.A || type === TYPE.AAAA

/** @param records those of the zone, of which some are what it stands for */
function aliasOf({ owner, target }: AliasRecord, records: readonly RecordSet[], told: Told): readonly RecordSet[] {
  const [Name, name] = [owner, target].map(one => route53Name(one).toLowerCase())
  const types = new Set(records.filter(one => one.Name.toLowerCase() === name).map(({ Type }) => Type))
  const given = ['A', 'AAAA'].filter(type => types.has(type))
  if (given.length === 0) told.lose(nameOf(owner), `left out: ${nameOf(target)}, which it stands for, has no addresses`)
  return given.map(Type => ({ Name: Name!, Type, AliasTarget: aliasTarget(name!, false, told) }))
}
