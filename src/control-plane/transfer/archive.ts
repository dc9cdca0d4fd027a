// The zones as secondaries see them, and their past: one entry for each zone of the document that is served.
import { type Name, nameKey } from '../../dns/name.js'
import { type StaticView, staticView } from '../publish/static-view.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Journal, record } from './journal.js'

export interface Archived {
  readonly zone: Zone
  /** Made when somebody asks for it. */
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
    return [...this.zones].flatMap(([key, one]) =>
      before.get(key)?.zone.soa.serial === one.zone.soa.serial ? [] : [one],
    )
  }
}

function archived(before: Archived | undefined, zone: Zone, document: TrafficDocument): Archived {
  let view: StaticView | undefined
  const viewNow = (): StaticView => {
    view ??= staticView(zone, document)
    return view
  }
  return {
    zone,
    get view() {
      return viewNow()
    },
    journal: journalOf(before, zone, viewNow),
  }
}

function journalOf(before: Archived | undefined, zone: Zone, view: () => StaticView): Journal {
  // Nobody who may not have the zone needs its past.
  if (before === undefined || zone.transfer.allow.length === 0) return []
  if (before.zone.soa.serial === zone.soa.serial) return before.journal
  return record(before.journal, before.view, view())
}
