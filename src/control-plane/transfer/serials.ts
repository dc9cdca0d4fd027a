// The serials of zones that do not write one: each change of a zone's content gives it a higher one (RFC 1982), also
// over restarts, and nothing else does.
import { formatName, type Name } from '../../dns/name.js'
import { nextSerial, serialAfter } from '../../dns/serial.js'
import type { Steps } from '../threads/steps.js'
import type { Zone } from '../traffic/document/zone.js'
import type { CountSerial, TrafficDocument } from '../traffic/document.js'
import { contentDigest, digestInSteps } from './content-digest.js'

/** What a zone last held, and the serial that it had then. */
export interface Numbered {
  readonly serial: number
  readonly digest: string
}

/** By the name of the zone; the form in which it is kept on disk. */
export type Serials = Readonly<Record<string, Numbered>>

/**
 * Counts from what is known: a zone whose content is the same keeps its serial; any other has the time in seconds, or,
 * where it changes more often than that, one more than before. A serial is thus also a time, and a node that has
 * forgotten everything goes on above what it said.
 */
export function countSerial(known: Serials, now: number): CountSerial {
  const serialOf = ({ origin }: Zone, digest: () => string): number => {
    const before = known[keyOf(origin)]
    if (before === undefined) return now >>> 0
    if (before.digest === digest()) return before.serial
    return serialAfter(now >>> 0, before.serial) ? now >>> 0 : nextSerial(before.serial)
  }
  function* inSteps(zone: Zone, document: TrafficDocument): Steps<number> {
    // Also of a zone of which nothing is known: it is asked for again when the zone is served.
    const digest = yield* digestInSteps(zone, document)
    return serialOf(zone, () => digest)
  }
  const count = (zone: Zone, document: TrafficDocument): number => serialOf(zone, () => contentDigest(zone, document))
  return Object.assign(count, { inSteps })
}

/**
 * What is to be remembered of a document that is served: of all its zones, since one that writes its serial today may
 * leave it to us tomorrow. Zones that are gone are kept: they may come back.
 */
export function remember(known: Serials, document: TrafficDocument): Serials {
  const now = [...document.zones.values()].map(zone => {
    const digest = zone.serialFrom === 'count' ? contentDigest(zone, document) : UNKNOWN
    return [keyOf(zone.origin), { serial: zone.soa.serial, digest }] as const
  })
  return { ...known, ...Object.fromEntries(now) }
}

/** The digest of no zone. */
const UNKNOWN = ''

const keyOf = (origin: Name): string => formatName(origin).toLowerCase()
