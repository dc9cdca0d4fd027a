// A document as zones of octoDNS, in YAML, a file a zone: static sets as they are, steered names as dynamic records.
import { TYPE, typeName } from '../../dns/numbers.js'
import type { Written } from '../migrate/draft.js'
import { ownerIn } from '../migrate/names.js'
import type { TrafficDocument } from '../traffic/document.js'
import { dynamicOf } from './octodns-dynamic.js'
import { plainValue } from './plain-values.js'
import { type ExportedZone, nameOf, zonesOf } from './sets.js'
import { type Exported, Told } from './told.js'
import { yamlText } from './yaml-text.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportOctodns(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const files = zonesOf(document, zone, told).map(one => ({
    name: `${one.name}.yaml`,
    text: yamlText(zoneOf(document, one, told)),
  }))
  return { files, findings: told.findings }
}

function zoneOf(
  document: TrafficDocument,
  { name: zone, zone: { origin }, sets, plans }: ExportedZone,
  told: Told,
): Written {
  const owners = new Map<string, Written[]>()
  const add = (name: string, record: Written): void => {
    const owner = ownerIn(zone, name) ?? '@'
    const key = owner === '@' ? '' : owner
    owners.set(key, [...(owners.get(key) ?? []), record])
  }
  told.lose(`${zone} SOA`, 'left out: octoDNS leaves it to the system that serves the zone')
  for (const { owner, type, ttl, rdatas } of sets) {
    const where = `${nameOf(owner)} ${typeName(type)}`
    const values = rdatas.flatMap(rdata => plainValue(type, rdata, what => told.lose(where, what)) ?? [])
    if (values.length === 0) continue
    if (type === TYPE.NS && nameOf(owner) === nameOf(origin))
      told.lose(where, 'these are the name servers of your own nodes: put those of the other system in their place')
    add(nameOf(owner), { type: typeName(type), ttl, ...(values.length === 1 ? { value: values[0] } : { values }) })
  }
  for (const plan of plans) for (const record of dynamicOf(document, plan, told)) add(plan.name, record)
  return Object.fromEntries([...owners].map(([owner, list]) => [owner, list.length === 1 ? list[0] : list]))
}
