// A rehearsal of failovers: what the loss of a region comes to is worked out before one is lost, and forgotten. Until the runtime has
// compiled what settles, that takes some seven times as long, and the first to wait for it would be clients of a region that is down.
import type { ForcedRegions } from './forced.js'

/** After so many V8 has compiled all of it. */
const TIMES = 10

/** A step for each region in turn, and round again. */
export function* rehearsal(
  regions: readonly string[],
  settle: (forced: ForcedRegions) => unknown,
): Generator<undefined, void> {
  if (regions.length === 0) return
  for (let i = 0; i < TIMES; i++) {
    const id = regions[i % regions.length]! // there are some
    settle(new Map([[id, { id, state: 'down', drain: 0, until: Infinity, actor: 'nobody', reason: 'a rehearsal' }]]))
    yield
  }
}
