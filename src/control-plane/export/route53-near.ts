// Policies by distance or latency as Route 53 has them itself: regions at their places, or at the regions of AWS nearest to them.
import { kilometres } from '../geo/distance.js'
import { AWS_REGIONS } from '../migrate/aws-regions.js'
import type { Location } from '../traffic/document/region.js'
import type { Near } from './near.js'
import type { Branch, Routing } from './route53-tree.js'
import type { Told } from './told.js'

/** A set for each candidate; undefined where Route 53 does not choose so. */
export function nearBranches(name: string, { by, candidates }: Near, told: Told): readonly Branch[] | undefined {
  const places = candidates.map(({ at }) => at)
  const of = (routing: (place: number) => Routing): readonly Branch[] =>
    candidates.map(({ region }, place) => ({
      id: region.id,
      routing: routing(place),
      node: { kind: 'region', region },
      follows: true,
    }))
  if (by === 'distance') {
    if (new Set(places.map(rounded)).size < places.length) return undefined
    told.lose(name, 'where a client is, Route 53 says by a database of its own, also where nothing is known of it')
    if (places.some(at => rounded(at) !== `${at.latitude} ${at.longitude}`))
      told.lose(name, 'where its regions are, is rounded to hundredths of a degree')
    return of(place => near(places[place]!, candidates[place]!.bias))
  }
  const names = places.map(nearestAws)
  if (new Set(names).size < names.length) return undefined
  const pairs = candidates.map(({ region }, i) => `${names[i]} for ${region.id}`)
  told.lose(name, `latencies are those that AWS measures to ${pairs.join(', ')}: the regions of AWS that are nearest`)
  return of(place => ({ Region: names[place]! }))
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
