// What the gate made of zones and records, so that those that are written as before, and refer to what was there before, need
// not be read again. They stay the same objects, by which others see that nothing changed. Only what is sound is remembered.
import { formatName } from '../../dns/name.js'
import type { ZoneFile } from '../../dns/zonefile.js'
import type { PlacedWhole } from './across-zones.js'
import type { Zone } from './document/zone.js'
import type { Finding } from './finding.js'
import { KnownSections } from './known-sections.js'
import { KnownShapes } from './known-shapes.js'
import type { KnownToZone } from './parse-steered.js'
import type { PlacedAlias, PlacedStatic, PlacedSteered, PlacedZone } from './placed.js'
import { SameMade } from './same-made.js'
import type { WrittenZone } from './written.js'

/** What stands at one key of the records of a zone. */
export interface PlacedEntry {
  readonly statics: readonly PlacedStatic[]
  readonly steered: readonly PlacedSteered[]
  readonly aliases: readonly PlacedAlias[]
}

/** All that was read of the records of a zone, and of what. */
export interface ReadWhole {
  readonly written: Readonly<Record<string, unknown>>
  readonly context: string
  readonly placed: PlacedEntry
}

/** A zone, and all that it was made of. */
export interface WholeZone {
  readonly written: WrittenZone
  readonly context: string
  readonly serial: number
  readonly file: ZoneFile | undefined
  readonly placed: PlacedWhole
  /** What passed the rules. */
  readonly ruled: PlacedZone
  readonly warnings: readonly Finding[]
}

interface Entry {
  readonly key: string
  /** Of the zone. */
  readonly around: string
  /** What it refers to; undefined where it refers to nothing. */
  readonly context: string | undefined
  readonly placed: PlacedEntry
}

export class Remembered {
  readonly shapes = new KnownShapes()
  readonly sections = new KnownSections()
  private context = ''
  /** Of regions and policies alone. */
  private readonly sectionsSaid = new SameMade<string>()
  private readonly zones = new Map<string, RememberedZone>()
  private readonly counted = new WeakMap<Zone, Zone>()

  /** To be called before zones are read. @returns what says all that their records can refer to */
  refer(known: KnownToZone): string {
    const { regions, policies, origins } = known
    const sections = this.sectionsSaid.of([regions, policies], noReport, () => sectionsOf(known))
    const context = `${sections} ${origins.map(formatName).join(' ')}`
    if (context !== this.context) this.context = context
    // The same text every time, so that it is compared at a glance.
    return this.context
  }

  zone(key: string): RememberedZone {
    const zone = this.zones.get(key) ?? new RememberedZone()
    this.zones.set(key, zone)
    return zone
  }

  /** To be called when a document was read: forgets zones that it does not have. */
  settle(keys: ReadonlySet<string>): void {
    for (const key of this.zones.keys()) if (!keys.has(key)) this.zones.delete(key)
  }

  /** The zone with the serial: the one that had it before, where there is one. */
  withSerial(zone: Zone, serial: number): Zone {
    const before = this.counted.get(zone)
    if (before?.soa.serial === serial) return before
    const counted = { ...zone, soa: { ...zone.soa, serial } }
    this.counted.set(zone, counted)
    return counted
  }
}

export class RememberedZone {
  whole: WholeZone | undefined
  /** What was last read of its records. */
  records: ReadWhole | undefined
  private around = ''
  private readonly entries = new WeakMap<object, Entry>()

  /** To be called before records are read. @param around what all of them depend on */
  begin(around: string): void {
    if (around === this.around) return
    this.around = around
    this.records = undefined
  }

  entry(key: string, written: object, context: string): PlacedEntry | undefined {
    const known = this.entries.get(written)
    const same = known?.key === key && known.around === this.around && (known.context ?? context) === context
    return same ? known.placed : undefined
  }

  keep(key: string, written: object, placed: PlacedEntry, context: string): void {
    const refers = placed.steered.length + placed.aliases.length > 0
    this.entries.set(written, { key, around: this.around, context: refers ? context : undefined, placed })
  }
}

const noReport = (): void => {}

function sectionsOf({ regions, policies }: KnownToZone): string {
  return JSON.stringify([
    [...regions.values()].map(({ id, tags, country, target, addresses }) => [
      id,
      tags,
      country,
      target?.text,
      addresses.map(({ text }) => text),
    ]),
    [...policies].map(([id, { steps }]) => [id, steps]),
  ])
}
