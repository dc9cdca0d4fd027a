// The zones as secondaries see them, and their past: one entry for each zone of the document that is served.
import { type Name, nameKey } from '../../dns/name.js'
import { type StaticView, staticView } from '../publish/static-view.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Journal, record } from './journal.js'

export interface Archived {
  readonly zone: Zone
  readonly view: StaticView
  readonly journal: Journal
}

export class Archive {
  private zones: ReadonlyMap<string, Archived> = new Map()

  /** The zone with this origin. */
  get(origin: Name): Archived | undefined {
    return this.zones.get(nameKey(origin))
  }

  /** Whether there is a zone that somebody may have, or change, or is told of. */
  get isAskedFor(): boolean {
    return [...this.zones.values()].some(
      ({ zone: { transfer, update } }) => transfer.allow.length + transfer.notify.length + update.length > 0,
    )
  }

  /** Takes a new document over. @returns the zones that have another serial than before, new ones among them */
  take(document: TrafficDocument): readonly Archived[] {
    const before = this.zones
    this.zones = new Map(
      [...document.zones.values()].map(zone => [
        nameKey(zone.origin),
        archived(before.get(nameKey(zone.origin)), zone, document),
      ]),
    )
    return [...this.zones].flatMap(([key, zone]) => (before.get(key)?.view.serial === zone.view.serial ? [] : [zone]))
  }
}

function archived(before: Archived | undefined, zone: Zone, document: TrafficDocument): Archived {
  const view = staticView(zone, document)
  // Nobody who may not have the zone needs its past.
  if (before === undefined || zone.transfer.allow.length === 0) return { zone, view, journal: [] }
  return { zone, view, journal: record(before.journal, before.view, view) }
}
