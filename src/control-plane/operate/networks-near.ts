// A client network near a place, for who points at a map and wants to know what clients there get.
import { type AddressBytes, formatPrefix } from '../../dns/address.js'
import { kilometres } from '../geo/distance.js'
import type { Locate } from '../geo/library.js'
import type { Location } from '../traffic/document/region.js'

export interface NetworkNear {
  /** An IPv4 network of 256 addresses. */
  readonly network: string
  readonly kilometres: number
}

interface Placed {
  readonly bytes: AddressBytes
  readonly location: Location
}

/** One network in each /16: few enough for half a second, enough for nearly every country. */
const LOOKED_AT = 65_536
/** Another one in each, so that they are not all the first, which belong to routers more often than not. */
const STEP = 97
/** Looked up before others have their turn. */
const AT_ONCE = 512
/** They are let go of after so long, ms: the database may be another one by then. */
const KEPT_MS = 600_000

export class NetworksNear {
  private readonly locate: () => Promise<Locate>
  private known: Promise<readonly Placed[]> | undefined
  private letGo: NodeJS.Timeout | undefined

  constructor(locate: () => Promise<Locate>) {
    this.locate = locate
  }

  /** The nearest of those that are looked at; undefined where the database places none of them. */
  async find(near: Location): Promise<NetworkNear | undefined> {
    this.known ??= this.look()
    let best: Placed | undefined
    let least = Infinity
    for (const placed of await this.known) {
      const distance = kilometres(placed.location, near)
      if (distance < least) [best, least] = [placed, distance]
    }
    return best && { network: formatPrefix({ bytes: best.bytes, length: 24 }), kilometres: Math.round(least) }
  }

  private async look(): Promise<readonly Placed[]> {
    const placed: Placed[] = []
    try {
      const locate = await this.locate()
      for (let i = 0; i < LOOKED_AT; i++) {
        if (i % AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
        const bytes = Uint8Array.of(i >>> 8, i, i * STEP, 0)
        const location = locate(bytes)?.place?.location
        if (location !== undefined) placed.push({ bytes, location })
      }
      return placed
    } finally {
      clearTimeout(this.letGo)
      this.letGo = setTimeout(() => {
        this.known = undefined
      }, KEPT_MS).unref()
    }
  }
}
