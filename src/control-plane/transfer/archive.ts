// The zones as secondaries see them, and their past: one entry for each zone of the document that is served. Those that are signed here come
// with what proves them, and a serial that counts signatures as well.
import { type Name, nameKey } from '../../dns/name.js'
import type { ViewsByOrigin } from '../publish/signed-views.js'
import { type StaticView, staticView } from '../publish/static-view.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Journal, record } from './journal.js'

export interface Archived {
  readonly zone: Zone
  readonly serial: number
  /** Made when somebody asks for it, where it is not signed. */
  readonly view: StaticView
  readonly journal: Journal
}

export class Archive {
  private zones: ReadonlyMap<string, Archived> = new Map()
  private readonly others: boolean

  /** @param others whether other nodes sign the same zones: a secondary may have the serial from one of them, and its signatures */
  constructor(others = false) {
    this.others = others
  }

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

  /**
   * Takes a new document over, or the same one signed anew. @returns the zones that have another serial than before, new ones among them
   * @param signed what secondaries get of those that are signed
   */
  take(document: TrafficDocument, signed: ViewsByOrigin = new Map()): readonly Archived[] {
    const before = this.zones
    this.zones = new Map(
      [...document.zones.values()].map(zone => {
        const key = nameKey(zone.origin)
        return [key, this.archived(before.get(key), zone, document, signed.get(key))]
      }),
    )
    return [...this.zones].flatMap(([key, one]) => (before.get(key)?.serial === one.serial ? [] : [one]))
  }

  private archived(
    before: Archived | undefined,
    zone: Zone,
    document: TrafficDocument,
    signed: StaticView | undefined,
  ): Archived {
    let view = signed
    const viewNow = (): StaticView => {
      view ??= staticView(zone, document)
      return view
    }
    const serial = signed?.serial ?? zone.soa.serial
    const isForgotten = signed !== undefined && this.others
    return {
      zone,
      serial,
      get view() {
        return viewNow()
      },
      journal: isForgotten ? [] : journalOf(before, zone, serial, viewNow),
    }
  }
}

function journalOf(before: Archived | undefined, zone: Zone, serial: number, view: () => StaticView): Journal {
  // Nobody who may not have the zone needs its past.
  if (before === undefined || zone.transfer.allow.length === 0) return []
  if (before.serial === serial) return before.journal
  return record(before.journal, before.view, view())
}
