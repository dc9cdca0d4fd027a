// Addresses that some of a region's clients go without, since an operator drains them. Who leaves first is the same for all
// addresses of a region, and for the region itself: whoever goes without one that is drained by 30 % goes without all that are
// drained by more. So a client that would be left with none of them is one that a drain of the whole region sends elsewhere. Pure.
import type { Endpoint } from '../health/endpoints.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Forced, ForcedRegions } from './forced.js'

/** Percent of the clients of its region that go without an address, 0 to 100. */
export const drainOf = ({ text }: Endpoint, word: Forced | undefined): number => word?.addresses?.get(text)?.drain ?? 0

/** Percent of the clients for whom none of these addresses would be left. */
export const drainOfAll = (given: readonly Endpoint[], word: Forced | undefined): number =>
  given.length === 0 ? 0 : Math.min(...given.map(endpoint => drainOf(endpoint, word)))

/** Whether clients that stay get different ones of these addresses. */
export const isDivided = (given: readonly Endpoint[], word: Forced | undefined): boolean =>
  given.some(endpoint => drainOf(endpoint, word) !== drainOf(given[0]!, word))

/** Without what is drained by so many percent or more; all of it where nothing would be left. */
export function leftAt(level: number, given: readonly Endpoint[], word: Forced | undefined): readonly Endpoint[] {
  const left = given.filter(endpoint => drainOf(endpoint, word) < level)
  return left.length > 0 ? left : given
}

/** What is left of a region for those who go without what is drained by `level` percent or more. */
export interface DrainedPart {
  readonly id: string
  readonly level: number
}

/** In the order of the document; of one region the greatest level first. */
export const drainedParts = ({ regions }: TrafficDocument, forced: ForcedRegions): readonly DrainedPart[] =>
  [...regions.keys()].flatMap(id => levelsOf(forced.get(id)).map(level => ({ id, level })))

function levelsOf(word: Forced | undefined): readonly number[] {
  const drains = [...(word?.addresses?.values() ?? [])].flatMap(({ drain }) => drain ?? [])
  return [...new Set(drains)].sort((a, b) => b - a)
}
