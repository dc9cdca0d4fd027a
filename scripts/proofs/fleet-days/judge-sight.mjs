// What each node has surely found out of each region by its own probes, and whether its word counts among the others', as docs/fleet.md
// and docs/health.md have it: who sees most regions down has no vote while anybody else has one, and who suspects itself says nothing.
import { RHYTHM } from './document.mjs'
import { REGIONS } from './names.mjs'
import { time } from './time.mjs'

const { intervalMs, timeoutMs, fall, rise } = RHYTHM
/** After so long everybody has found out that a region is down, or up. */
const DOWN_MS = (fall + 2) * intervalMs + 2 * timeoutMs
const UP_MS = (rise + 2) * intervalMs + 2 * timeoutMs
export const SEEN_MS = Math.max(DOWN_MS, UP_MS)
/** Of four regions these are most: 70 %. */
const MOST = 3

export class SightJudge {
  /** By node, when most regions were last seen that it may take for down: from then on it may suspect itself, and hold what it sees. */
  dimAt = new Map()

  /** @param injected whether a region's probes may be made to fail by a drill, or were lately */
  constructor(world, injected) {
    Object.assign(this, { world, injected })
  }

  /** To be called whenever something has changed, and now and then. */
  look() {
    for (const one of this.world.nodes) {
      const dim = REGIONS.filter(region => this.injected(region) || !this.isSeenFor(one, region, UP_MS))
      if (dim.length >= MOST) this.dimAt.set(one.name, time())
    }
  }

  /** What a node has surely found out itself. */
  view(one, region) {
    if (this.isSeenFor(one, region, UP_MS)) return 'up'
    // While it suspects itself it holds what it saw, however long that is; where it has to be sure of itself, it is, soon.
    return this.isUnseenFor(one, region, DOWN_MS) && !this.isDim(one) ? 'down' : 'unsure'
  }

  /** What it may be saying of a region, to all who can hear it; `absent` where it says nothing, or has no vote. */
  words(one, region) {
    // Whether it takes most for down, or suspects itself and holds them: it has no vote either way.
    if (REGIONS.filter(each => this.isUnseenFor(one, each, DOWN_MS)).length >= MOST) return ['absent']
    const view = this.view(one, region)
    if (view === 'unsure') return ['up', 'down', 'absent']
    return this.isDim(one) ? [view, 'absent'] : [view]
  }

  isDim({ name }) {
    const at = this.dimAt.get(name)
    return at !== undefined && time() - at < DOWN_MS
  }

  isSeenFor(one, region, ms) {
    return this.isOpen(one, region) && time() - this.since(one, region) >= ms
  }

  isUnseenFor(one, region, ms) {
    return !this.isOpen(one, region) && time() - this.since(one, region) >= ms
  }

  isOpen({ name }, region) {
    const { regions, sight } = this.world
    return regions.get(region).up && sight.get(`${name} ${region}`).open
  }

  since({ name, upAt = 0 }, region) {
    const { regions, sight } = this.world
    return Math.max(regions.get(region).since, sight.get(`${name} ${region}`).since, upAt)
  }
}
