// What the data plane counts by number, told by name.
import type { Counts } from '../control-plane/admin/port.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import { total } from '../data-plane/counters.js'
import { TRANSPORTS } from '../data-plane/peer.js'
import type { DataPlane } from '../data-plane/workers.js'
import { rcodeName, typeName } from '../dns/numbers.js'
import { RUNGS } from '../snapshot/choices.js'
import { NO_ZONE } from '../snapshot/slots.js'

export function namedCounts(
  plane: Pick<DataPlane, 'counters' | 'crashes'>,
  { zoneSlots, regionSlots }: Pick<Publisher, 'zoneSlots' | 'regionSlots'>,
  office: Counts['office'],
): Counts {
  const { queries, responses, regions, rungs, durations, scalars } = total(plane.counters())
  return {
    queries: queries.map(({ transport, type, count }) => ({
      transport: TRANSPORTS[transport]!, // counted by these numbers
      type: type < 0 ? 'other' : typeName(type),
      count,
    })),
    responses: responses.map(({ zoneSlot, rcode, count }) => ({
      zone: zoneSlot === NO_ZONE ? '' : (zoneSlots.names[zoneSlot] ?? 'other'),
      rcode: rcodeName(rcode),
      count,
    })),
    regions: regions.map(({ regionSlot, count }) => ({ region: regionSlots.names[regionSlot] ?? 'other', count })),
    office,
    rungs: rungs.map(({ rung, count }) => ({ rung: RUNGS[rung]!, count })),
    durations,
    scalars: { ...scalars, threadCrashes: plane.crashes() },
  }
}
