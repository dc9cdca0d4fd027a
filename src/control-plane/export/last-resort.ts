// Addresses for when all are down, where another system has no ladder: one more region, which nothing looks at, comes last.
import { endpoints } from '../health/endpoints.js'
import type { Region } from '../traffic/document/region.js'
import type { WhenAllDown } from '../traffic/document/zone.js'
import type { Plan } from './plan.js'
import type { Told } from './told.js'

/** @param usual what the other system does when all are down; any other ladder is told of. @param words the same in words */
export function withLastResort(plan: Plan, usual: WhenAllDown, words: string, told: Told): Plan {
  const { name, record, orders, regions } = plan
  const fixed = record.whenAllDown === 'fixed' ? (record.fixed ?? []) : []
  const known = regions.flatMap(region => endpoints(region))
  const region: Region = { id: `${record.policy}-last-resort`, addresses: fixed, checks: [], weight: 1, enabled: true }
  const own = endpoints(region)
  const isWhole = known.every(({ gives }) => own.some(one => one.gives === gives))
  if (fixed.length > 0 && isWhole && !own.some(one => known.some(({ canonical }) => canonical === one.canonical)))
    return {
      ...plan,
      regions: [...regions, region],
      orders: new Map([...orders].map(([key, order]) => [key, [...order, [{ region, weight: 1 }]]])),
    }
  if (record.whenAllDown !== usual) told.lose(name, `when all are down, ${words}; here: ${record.whenAllDown}`)
  return plan
}
