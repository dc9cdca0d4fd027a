// Policies by distance or latency as Route 53 has them itself: regions at their places, or at the regions of AWS nearest to them.
import { kilometres } from '../geo/distance.js'
import { AWS_REGIONS } from '../migrate/aws-regions.js'
import { valueFor } from '../policies/selection.js'
import type { StepSpec } from '../traffic/document/policy.js'
import type { Location, Region } from '../traffic/document/region.js'
import type { Plan } from './plan.js'
import type { Branch, Routing } from './route53-tree.js'
import type { Told } from './told.js'

/** Steps that share clients out among equals, of which there are none. */
const SHARES: readonly StepSpec['step'][] = ['weight', 'sticky', 'round-robin', 'take']

/** A set for each candidate; undefined where Route 53 does not choose so. */
export function nearBranches(plan: Plan, told: Told): readonly Branch[] | undefined {
  const { name, record, regions, steps } = plan
  const [step, ...others] = steps.filter(one => !SHARES.includes(one.step))
  const candidates = record.regions.flatMap(id => regions.filter(region => region.id === id))
  const placed = candidates.flatMap(({ location }) => location ?? [])
  const hasZeros = candidates.some(({ id, weight }) => (plan.sharing.weights.get(id) ?? weight) === 0)
  if (others.length > 0 || placed.length < candidates.length || placed.length < 2 || hasZeros) return undefined
  const of = (routing: (region: Region, at: Location) => Routing): readonly Branch[] =>
    candidates.map((region, i) => ({
      id: region.id,
      routing: routing(region, placed[i]!),
      node: { kind: 'region', region },
      follows: true,
    }))
  if (step?.step === 'distance') {
    if (placed.some((one, i) => placed.some((other, j) => i < j && rounded(one) === rounded(other)))) return undefined
    told.lose(name, 'where a client is, Route 53 says by a database of its own, also where nothing is known of it')
    if (placed.some(at => rounded(at) !== `${at.latitude} ${at.longitude}`))
      told.lose(name, 'where its regions are, is rounded to hundredths of a degree')
    return of((region, at) => near(at, valueFor(region, step.bias ?? {}) ?? 0))
  }
  if (step?.step !== 'latency') return undefined
  const names = placed.map(nearestAws)
  if (new Set(names).size < names.length) return undefined
  told.lose(
    name,
    `latencies are those that AWS measures to ${names.map((aws, i) => `${aws} for ${candidates[i]!.id}`).join(', ')}: the regions of AWS that are nearest`,
  )
  return of((_, at) => ({ Region: nearestAws(at) }))
}

const degrees = (value: number): string => String(Math.round(value * 100) / 100)
const rounded = ({ latitude, longitude }: Location): string => `${degrees(latitude)} ${degrees(longitude)}`

const near = ({ latitude, longitude }: Location, bias: number): Routing => ({
  GeoProximityLocation: {
    Coordinates: { Latitude: degrees(latitude), Longitude: degrees(longitude) },
    ...(bias === 0 ? {} : { Bias: bias }),
  },
})

function nearestAws(at: Location): string {
  const [nearest] = Object.entries(AWS_REGIONS)
    // Those of governments and of China are for accounts of their own.
    .filter(([name]) => !/^(?:us-gov|cn)-/.test(name))
    .map(([name, [latitude, longitude]]) => ({ name, km: kilometres(at, { latitude, longitude }) }))
    .sort((a, b) => a.km - b.km)
  return nearest!.name
}
