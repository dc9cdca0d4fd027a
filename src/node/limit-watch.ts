// Says in the log when rate limiting holds answers back: how many, and whom it met last; not once a packet.

import { totalOf } from '../data-plane/counters.js'
import type { DataPlane } from '../data-plane/workers.js'
import { formatAddress } from '../dns/address.js'
import type { Log } from '../log.js'

const EVERY_MS = 10_000

/** @returns what ends the watch */
export function watchLimits(plane: Pick<DataPlane, 'counters' | 'lastLimited'>, log: Log): () => void {
  let before = 0
  const timer = setInterval(() => {
    const limited = totalOf(plane.counters(), 'limited')
    const last = plane.lastLimited()
    if (limited > before && last !== undefined) {
      const address = formatAddress(last)
      log.warn(
        { limited: limited - before, last: address },
        `rate limiting met ${limited - before} queries, the last from ${address}`,
      )
    }
    before = limited
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
