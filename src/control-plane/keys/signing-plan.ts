// What would be done when, were a zone signed now that is not. Pure.
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { calendar, type Planned } from './advance.js'
import { longestTtl } from './longest-ttl.js'
import { signing } from './rollover.js'

/** @param propagation that it would have; it and `now`, since 1970, in seconds */
export const signingPlan = (
  zone: Zone,
  document: Pick<TrafficDocument, 'zones'>,
  propagation: number,
  now: number,
): readonly Planned[] => calendar(signing(longestTtl(zone, document), now), propagation)
