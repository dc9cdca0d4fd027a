// A document as zones of NS1, in the form of what its API tells and takes: zones, records with answers and filters, monitors and feeds.
import { formatName } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import type { Written } from '../migrate/draft.js'
import { withoutDot } from '../migrate/names.js'
import { NAMES } from '../migrate/record-words.js'
import type { TrafficDocument } from '../traffic/document.js'
import { tellMissing } from './missing.js'
import { chainOf } from './ns1-chain.js'
import { Monitors } from './ns1-monitors.js'
import { plainValue } from './plain-values.js'
import { typesOf } from './plan.js'
import { type ExportedZone, nameOf, type RecordSet, ttlOf, zonesOf } from './sets.js'
import { type Exported, type ExportedFile, Told } from './told.js'

/** @param zone without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function exportNs1(document: TrafficDocument, zone?: string): Exported {
  const told = new Told()
  const monitors = new Monitors(document, told)
  const zones = zonesOf(document, zone, told).map(one =>
    file(`${one.name}.json`, [zoneOf(one, told), ...recordsOf(one, monitors, told)]),
  )
  const all = monitors.all()
  if (all.length > 0)
    told.lose(
      'monitors',
      'NS1 gives them and their feeds ids when they are made: put those in the place of the ones here',
    )
  return { files: [...zones, ...(all.length === 0 ? [] : [file('monitors.json', all)])], findings: told.findings }
}

const file = (name: string, value: unknown): ExportedFile => ({ name, text: `${JSON.stringify(value, null, 2)}\n` })

function zoneOf({ name, zone: { soa, nameservers, ttl } }: ExportedZone, told: Told): Written {
  told.lose(`${name} SOA`, 'its serial and its first name server are for NS1 to say')
  told.lose(`${name} NS`, 'these are the name servers of your own nodes: NS1 gives a zone others when it is made')
  return {
    zone: name,
    ttl,
    nx_ttl: soa.minimum,
    refresh: soa.refresh,
    retry: soa.retry,
    expiry: soa.expire,
    hostmaster: nameOf(soa.rname),
    dns_servers: nameservers.map(nameOf),
  }
}

function recordsOf({ zone, name, sets, plans }: ExportedZone, monitors: Monitors, told: Told): readonly Written[] {
  const apex = nameOf(zone.origin)
  const records = sets
    .filter(({ owner, type }) => type !== TYPE.NS || nameOf(owner) !== apex)
    .flatMap(set => staticRecord(name, set, told))
  for (const plan of plans) {
    const given = typesOf(plan, told)
    if (given.length === 0) continue
    tellMissing(plan, given, told)
    const { filters, answersOf } = chainOf(plan, told)
    const ttl = ttlOf(plan, told)
    for (const [gives, type] of given) {
      const answers = answersOf(gives, monitors)
      const groups = Object.fromEntries(answers.map(({ region }) => [String(region), { meta: {} }]))
      if (answers.length === 0) told.lose(`${plan.name} ${type}`, 'left out: no client has a region with it')
      else
        records.push({
          zone: name,
          domain: plan.name,
          type,
          ttl,
          use_client_subnet: true,
          regions: groups,
          answers,
          filters,
        })
    }
  }
  return records
}

function staticRecord(zone: string, { owner, type, ttl, rdatas }: RecordSet, told: Told): readonly Written[] {
  const name = typeName(type)
  const lose = (what: string): void => told.lose(`${nameOf(owner)} ${name}`, what)
  const answers = rdatas.flatMap(rdata => {
    const value = plainValue(type, rdata, lose)
    return value === undefined ? [] : [{ answer: wordsOf(name, value) }]
  })
  return answers.length === 0
    ? []
    : [{ zone, domain: withoutDot(formatName(owner)), type: name, ttl, answers, filters: [] }]
}

/** The words of the data one by one; names without their final dot, texts without escapes. */
function wordsOf(type: string, value: unknown): readonly string[] {
  if (typeof value !== 'string') return Object.values(value as Written).map(word => String(word)) // a map of fields
  return [NAMES.includes(type) ? withoutDot(value) : value.replaceAll('\\;', ';')]
}
