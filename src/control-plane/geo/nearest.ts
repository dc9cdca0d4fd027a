// Sorts fixed points by their distance from one point after another: once for each place of a database, up to 400,000 times.
import type { Location } from '../traffic/document/region.js'
import { vectorOf } from './distance.js'

// Which half of a double holds its last bits.
const LOW_HALF = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1

/** A point moves past so many others on average, and sorting from the start is as fast. */
const MOST_MOVES = 8

/**
 * Gives a function that lists the indices of `points`, nearest to `from` first; of points equally far, the first one first.
 * The list is the same object each time, and holds until the next call.
 *
 * A point is sorted as one double, the distance, whose last bits are replaced by its index (10 bits of 52 for 1,000 points,
 * far less than a millimetre). Places come one after the other that lie near each other, so sorting goes on from the last
 * order: what is nearly sorted takes a pass or two.
 * @param factors what the distance of each point is multiplied by before they are compared; absent: nothing
 */
export function nearestFirst(points: readonly Location[], factors?: readonly number[]): (from: Location) => Int32Array {
  const count = points.length
  const vectors = Float64Array.from(points.map(vectorOf).flatMap(({ x, y, z }) => [x, y, z]))
  const keys = new Float64Array(count)
  const halves = new Uint32Array(keys.buffer)
  const indexBits = 2 ** Math.ceil(Math.log2(count + 1)) - 1
  const order = Int32Array.from(points.keys())
  return from => {
    const origin = vectorOf(from)
    for (let place = 0; place < count; place++) {
      const i = order[place]!
      const x = vectors[3 * i]! - origin.x
      const y = vectors[3 * i + 1]! - origin.y
      const z = vectors[3 * i + 2]! - origin.z
      const squared = x * x + y * y + z * z // chordSquared of distance.ts
      // Only an unweighted order can do without the arc itself.
      keys[place] = factors === undefined ? squared : Math.asin(Math.min(1, Math.sqrt(squared) / 2)) * factors[i]!
      const low = 2 * place + LOW_HALF
      halves[low] = (halves[low]! & ~indexBits) | i
    }
    if (!insertionSort(keys, MOST_MOVES * count)) keys.sort()
    for (let place = 0; place < count; place++) order[place] = halves[2 * place + LOW_HALF]! & indexBits
    return order
  }
}

/** @returns whether it is sorted: after so many moves it gives up, and what is left is in any order */
function insertionSort(keys: Float64Array, most: number): boolean {
  let left = most
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!
    let at = i
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!
    keys[at] = key
    left -= i - at
    if (left < 0) return false
  }
  return true
}
