// A document as hosted zones of Route 53, in the form of what AWS tells of them: ListResourceRecordSets, ListHealthChecks, ListCidrBlocks.
import { TYPE, typeName } from '../../dns/numbers.js'
import { GIVES } from '../health/endpoints.js'
import type { RecordSet } from '../migrate/route53-records.js'
import type { TrafficDocument } from '../traffic/document.js'
import { typesOf } from './plan.js'
import { HealthChecks } from './route53-checks.js'
import { Networks } from './route53-clients.js'
import { Names, setsOf } from './route53-sets.js'
import { treeOf } from './route53-tree.js'
import { route53Name, route53Value } from './route53-values.js'
import { type ExportedZone, nameOf, ttlOf, zonesOf } from './sets.js'
import { type Exported, type ExportedFile, Told } from './told.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportRoute53(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const checks = new HealthChecks(document, told)
  const networks = new Networks()
  const zones = zonesOf(document, zone, told).map(one =>
    file(`${one.name}.json`, { ResourceRecordSets: recordsOf(one, checks, networks, told) }),
  )
  const health = checks.all()
  if (health.length > 0)
    told.lose('health checks', 'AWS gives them ids when they are made: put those in the place of the ones here')
  const collections = [...networks.all()]
  if (collections.length > 0)
    told.lose('collections of networks', 'AWS gives them ids when they are made: put those in the place of the names here')
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
  { zone: { origin }, name, soa, sets, plans }: ExportedZone,
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
    [...sets.map(({ owner }) => nameOf(owner)), ...plans.map(plan => plan.name)].map(one => one.toLowerCase()),
  )
  for (const plan of plans) {
    const given = typesOf(plan, told)
    const tree = given.length === 0 ? undefined : treeOf(plan, networks, told)
    if (given.length > 0 && tree === undefined) told.lose(plan.name, 'left out: no client gets a region')
    if (tree === undefined) continue
    const ttl = ttlOf(plan, told)
    const types = GIVES.filter(gives => given.some(([one]) => one === gives))
    records.push(...setsOf({ plan, tree, ttl, types, checks, names, told }))
  }
  return records
}
