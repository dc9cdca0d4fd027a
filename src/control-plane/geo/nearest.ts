// Sorts fixed points by their distance from one point after another: once for each place of a database, up to 400,000 times.
import type { Location } from '../traffic/document/region.js'
import { chordSquared, vectorOf } from './distance.js'

// Which half of a double holds its last bits.
const LOW_HALF = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1

/**
 * Gives a function that lists the indices of `points`, nearest to `from` first; of points equally far, the first one first.
 * A point is sorted as one double, the distance, whose last bits are replaced by its index (10 bits of 52 for 1,000 points,
 * far less than a millimetre): the runtime's own sort of doubles is then four times as fast as one with a comparison function.
 * @param factors what the distance of each point is multiplied by before they are compared; absent: nothing
 */
export function nearestFirst(points: readonly Location[], factors?: readonly number[]): (from: Location) => number[] {
  const vectors = points.map(vectorOf)
  const keys = new Float64Array(points.length)
  const halves = new Uint32Array(keys.buffer)
  const indexBits = 2 ** Math.ceil(Math.log2(points.length + 1)) - 1
  return from => {
    const origin = vectorOf(from)
    for (let i = 0; i < vectors.length; i++) {
      const squared = chordSquared(vectors[i]!, origin)
      // Only an unweighted order can do without the arc itself.
      keys[i] = factors === undefined ? squared : Math.asin(Math.min(1, Math.sqrt(squared) / 2)) * factors[i]!
      const low = 2 * i + LOW_HALF
      halves[low] = (halves[low]! & ~indexBits) | i
    }
    keys.sort()
    const order = new Array<number>(vectors.length)
    for (let i = 0; i < order.length; i++) order[i] = halves[2 * i + LOW_HALF]! & indexBits
    return order
  }
}
