// What a steered name has in a zone file, which knows no health: for one kind of client the records of its first choice.
import { TYPE } from '../../dns/numbers.js'
import type { Gives } from '../health/endpoints.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { activeChecks } from './checks.js'
import { isWeightless } from './near.js'
import { type Order, type Plan, typesOf } from './plan.js'
import { type RecordSet, ttlOf } from './sets.js'
import type { Told } from './told.js'

/** By order of failover the sets of the name; what is lost of it is told once. */
export function firstChoices(document: TrafficDocument, plan: Plan, told: Told): (order: Order) => RecordSet[] {
  const { name, record, regions, isNear } = plan
  const given = typesOf(plan, told)
  if (given.length > 0) {
    if (isNear) told.lose(name, 'the nearest region is chosen by country, and was by place here')
    if (regions.some(region => activeChecks(document, region).length > 0))
      told.lose(name, 'the first choice of each client answers, also while it is down: BIND looks at nothing')
  }
  const ttl = given.length === 0 ? 0 : ttlOf(plan, told)
  return order =>
    given.flatMap(([gives, type]) => {
      const rdatas = distinct(chosen(plan, order, gives, told).flatMap(region => rdatasOf(region, gives)))
      const kept = gives === 'target' ? rdatas.slice(0, 1) : rdatas
      if (kept.length < rdatas.length) told.lose(name, 'the first of several targets: a name has one CNAME')
      if (kept.length === 0 && record.whenAllDown !== 'nodata')
        told.lose(`${name} ${type}`, `clients whose regions have none get no records; here: ${record.whenAllDown}`)
      return kept.length === 0 ? [] : [{ owner: record.owner, type: TYPES[gives], ttl, rdatas: kept }]
    })
}

const TYPES: Readonly<Record<Gives, number>> = { 4: TYPE.A, 6: TYPE.AAAA, target: TYPE.CNAME }

/**
 * Regions that give something of the kind, tier after tier until there are as many as an answer has. Behind the first tier
 * there is no fallback, and none of weight 0: a plan does not tell whether those are equals of somebody or a tier of their own.
 */
function chosen(plan: Plan, order: Order, gives: Gives, told: Told): readonly Region[] {
  const { name, record, sharing } = plan
  const [first = [], ...others] = order
    .map(tier => tier.flatMap(({ region }) => (rdatasOf(region, gives).length > 0 ? [region] : [])))
    .filter(({ length }) => length > 0)
  const found = [...first]
  for (const tier of others)
    if (found.length < sharing.take && tier.some(({ id }) => record.regions.includes(id))) {
      if (tier.some(region => isWeightless(plan, region)))
        told.lose(name, 'regions of weight 0 are in no answer that has others')
      else found.push(...tier)
    }
  if (found.length > sharing.take && gives !== 'target')
    told.lose(name, 'an answer has all equals, whatever their weights, and had fewer here')
  return found
}

const rdatasOf = ({ addresses, target }: Region, gives: Gives): readonly Uint8Array[] =>
  gives === 'target'
    ? target === undefined
      ? []
      : [target.name]
    : addresses.filter(({ family }) => family === gives).map(({ bytes }) => bytes)

const distinct = (rdatas: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...new Map(rdatas.map(rdata => [rdata.join(), rdata] as const)).values(),
]
