// Reads what the data plane wrote down of queries, gives names to it, and passes it on to whoever wants it.
import { RecentQueries } from '../control-plane/operate/recent.js'
import type { SampledQuery } from '../control-plane/operate/sampled.js'
import { TopQueries } from '../control-plane/operate/top.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import { TRANSPORTS } from '../data-plane/peer.js'
import { type RawSample, readSamples } from '../data-plane/read-samples.js'
import { REASONS, type SampleRing } from '../data-plane/sample-ring.js'
import type { DataPlane, Sampled } from '../data-plane/workers.js'
import { formatName } from '../dns/name.js'
import { rcodeName, typeName } from '../dns/numbers.js'
import { RUNGS } from '../snapshot/choices.js'
import { NO_ZONE } from '../snapshot/slots.js'

/** How often to look, ms: each look costs a wake-up and, for what goes into files, writes. Oftener where rings may fill faster. */
const LOOK_MS = 1000
const SOONEST_MS = 100
/** Answers a second of a thread for which no more than a quarter of its ring fills between two looks. */
const FAST = 300_000
/** Sampled queries that can be looked at one by one. */
const RECENT = 10_000

/** Somebody who wants every sample; it must not throw. */
export type SampleReader = (query: SampledQuery, raw: RawSample, bound: Sampled['bound']) => void

export interface WatchedSamples {
  readonly top: TopQueries
  readonly recent: RecentQueries
  /** Looks at once. */
  look(): void
  counts(): { readonly read: number; readonly skipped: number }
  stop(): void
}

export function watchSamples(
  plane: Pick<DataPlane, 'samples'>,
  names: Pick<Publisher, 'zoneSlots' | 'regionSlots'>,
  readers: readonly SampleReader[],
  { oneIn, startedAt }: { readonly oneIn: number; readonly startedAt: number },
): WatchedSamples {
  const top = new TopQueries(startedAt)
  const recent = new RecentQueries(RECENT)
  const places = new Map<SampleRing, number>()
  let read = 0
  let skipped = 0
  // What was written last is there to be read when its thread has gone.
  let sampled = plane.samples()
  const look = (): void => {
    const now = plane.samples()
    if (now.length > 0) sampled = now
    for (const { ring, bound } of sampled) {
      const found = readSamples(ring, places.get(ring) ?? 0)
      places.set(ring, found.next)
      read += found.samples.length
      skipped += found.skipped
      for (const raw of found.samples) {
        const query = named(raw, names)
        top.add(query)
        recent.add(query)
        for (const reader of readers) reader(query, raw, bound)
      }
    }
  }
  const slots = Math.min(...sampled.map(({ ring }) => ring.slots))
  const timer = setInterval(look, Math.max(SOONEST_MS, Math.min(LOOK_MS, (slots / 4 / FAST) * oneIn * 1000)))
  timer.unref()
  return {
    top,
    recent,
    look,
    counts: () => ({ read, skipped }),
    stop: () => {
      clearInterval(timer)
      look()
      sampled = []
    },
  }
}

function named(raw: RawSample, { zoneSlots, regionSlots }: Pick<Publisher, 'zoneSlots' | 'regionSlots'>): SampledQuery {
  const { at, weight, client, bySubnet, scope, bytes, name, type, zoneSlot, regionSlot, rung } = raw
  const isRead = name.length > 0
  return {
    at,
    weight,
    transport: TRANSPORTS[raw.transport] ?? 'other',
    name: isRead ? formatName(name).toLowerCase() : '',
    type: isRead ? typeName(type) : '',
    client,
    bySubnet,
    zone: zoneSlot === NO_ZONE ? '' : (zoneSlots.names[zoneSlot] ?? 'other'),
    rcode: rcodeName(raw.rcode),
    reason: REASONS[raw.reason] ?? 'other',
    region: regionSlot < 0 ? undefined : (regionSlots.names[regionSlot] ?? 'other'),
    rung: RUNGS[rung],
    scope,
    bytes,
  }
}
