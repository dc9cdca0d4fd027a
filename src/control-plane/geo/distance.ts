// Great-circle distance on a sphere of the Earth's mean radius; off by at most half a percent from the ellipsoid.
import type { Location } from '../traffic/document/region.js'

/** IUGG mean radius R1, km. */
const EARTH_RADIUS_KM = 6371.0088

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** The distance in km. The haversine form, since it is exact for near points, where the cosine form loses its digits. */
export function kilometres(a: Location, b: Location): number {
  const north = Math.sin(radians(b.latitude - a.latitude) / 2)
  const east = Math.sin(radians(b.longitude - a.longitude) / 2)
  const h = north * north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east * east
  // Rounding may lift h above 1 at the antipodes, where asin would be NaN.
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** A point of the unit sphere. */
export interface Vector {
  readonly x: number
  readonly y: number
  readonly z: number
}

export function vectorOf({ latitude, longitude }: Location): Vector {
  const phi = radians(latitude)
  const lambda = radians(longitude)
  return { x: Math.cos(phi) * Math.cos(lambda), y: Math.cos(phi) * Math.sin(lambda), z: Math.sin(phi) }
}

/**
 * The square of the straight line between two points of the unit sphere: 0 to 4, four times the haversine.
 * It orders points as `kilometres` does and takes no trigonometry.
 */
export function chordSquared(a: Vector, b: Vector): number {
  const x = a.x - b.x
  const y = a.y - b.y
  const z = a.z - b.z
  return x * x + y * y + z * z
}

/** The distance in km of two points of which `chordSquared` is known. */
export const kilometresOf = (squared: number): number =>
  2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(squared) / 2))

/** What `chordSquared` is of a point that is so many km farther away; Infinity beyond the antipodes. */
export function farther(squared: number, km: number): number {
  const arc = 2 * Math.asin(Math.min(1, Math.sqrt(squared) / 2)) + km / EARTH_RADIUS_KM
  return arc >= Math.PI ? Infinity : (2 * Math.sin(arc / 2)) ** 2
}
