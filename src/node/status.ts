// What a node says of itself: the age of its geo data, and how late its event loop runs.
import type { IntervalHistogram } from 'node:perf_hooks'
import type { DatabaseStatus } from '../control-plane/admin/port.js'
import { staleness } from '../control-plane/geo/freshness.js'
import type { GeoLibrary } from '../control-plane/geo/library.js'
import type { Settings } from '../settings.js'

export function databaseStatus(geo: GeoLibrary, { geo: { maxAgeDays } }: Settings): readonly DatabaseStatus[] {
  return geo.list().map(({ file, type, families, buildEpoch, refused }) => {
    const { ageDays, stale } = staleness(buildEpoch, Date.now(), maxAgeDays)
    const warning =
      refused !== undefined
        ? `a newer ${file} was refused: ${refused}`
        : stale
          ? `the data of ${file} are ${ageDays} days old; more than ${maxAgeDays} mislead`
          : undefined
    return {
      file,
      type,
      families,
      builtAt: buildEpoch * 1000,
      ageDays,
      ...(warning === undefined ? {} : { warning }),
    }
  })
}

const NS_PER_MS = 1e6

export function lagOf(lag: IntervalHistogram): { meanMs: number; p99Ms: number; maxMs: number } {
  // The histogram measures the whole tick, its resolution included.
  const late = (ns: number): number => Math.max(0, ns / NS_PER_MS - 20)
  const figures = { meanMs: late(lag.mean || 0), p99Ms: late(lag.percentile(99)), maxMs: late(lag.max) }
  lag.reset()
  return figures
}
