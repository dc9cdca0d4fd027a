// A zone of octoDNS as a traffic document: static records as they are, dynamic ones as regions and a policy.
import { isMap } from '../traffic/edit-value.js'
import { Draft, type Migrated } from './draft.js'
import { withoutDot } from './names.js'
import { checkOf } from './octodns-check.js'
import { migrateDynamic } from './octodns-dynamic.js'
import { type OctoRecord, type OctoZone, valuesOf } from './octodns-records.js'
import { dataOf } from './record-words.js'

export function migrateOctodns(zones: readonly OctoZone[]): Migrated {
  const draft = new Draft()
  for (const zone of zones) migrateZone(draft, zone)
  return draft.finish()
}

function migrateZone(draft: Draft, { name: zone, records }: OctoZone): void {
  const dynamic = new Map<string, OctoRecord[]>()
  for (const record of records) {
    const where = `${fullName(record.owner, zone)} ${record.type}`
    const { octodns, geo } = record.written
    if (isMap(octodns) && octodns['ignored'] === true) draft.lose(where, 'left out: octoDNS was told to ignore it')
    else if (record.written['dynamic'] !== undefined)
      dynamic.set(record.owner, [...(dynamic.get(record.owner) ?? []), record])
    else migrateStatic(draft, zone, record, where)
    if (geo !== undefined)
      draft.lose(where, 'the old form of geo records is not read: what it has as values is for everybody now')
  }
  for (const [owner, sets] of dynamic)
    migrateDynamic(draft, { zone, owner, sets, check: set => checkOf(draft, set, fullName(owner, zone)) })
}

function migrateStatic(draft: Draft, zone: string, record: OctoRecord, where: string): void {
  const { owner, type, ttl } = record
  const data = valuesOf(record).map(value => dataOf(type, value))
  if (type === 'NS' && owner === '@') {
    draft.setZone(
      zone,
      'nameservers',
      data.flatMap(name => (name === undefined ? [] : withoutDot(name))),
    )
    draft.lose(where, 'put the name servers of your own nodes in their place before you delegate')
    return
  }
  for (const [i, text] of data.entries())
    if (text === undefined) draft.lose(where, `left out: ${JSON.stringify(valuesOf(record)[i])} has no words here`)
    else draft.record(zone, owner, { type: type === 'SPF' ? 'TXT' : type, data: text, ttl: `${ttl}s` })
}

const fullName = (owner: string, zone: string): string => (owner === '@' ? zone : `${owner}.${zone}`)
