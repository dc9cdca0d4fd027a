// Which entries of a document are known to have the shape of their place: those that are written as before, and are the same
// objects, need not be looked at again when the rest is.
import { changedKeys } from '../descent/descent.js'
import type { Steps } from '../threads/steps.js'
import { isMap } from './edit-value.js'

/** What was met, and is known once the document is found to have its shape. */
interface Met {
  /** Entries of which nothing is known yet, with where they stand. */
  readonly entries: (readonly [entry: object, place: string])[]
  /** The maps that hold entries, by where they stand. */
  readonly maps: Map<string, Readonly<Record<string, unknown>>>
}

export interface Unknown {
  /** The document without the entries that are known: where this has the shape of a document, all of it has. */
  readonly value: unknown
  /** To be called where it has: what it holds is known from now on. */
  keep(): void
}

/** Fewer records are looked at together with the document. */
const MANY = 2000
const AT_A_TIME = 100

const SECTIONS: ReadonlySet<string> = new Set(['checks', 'regions', 'policies', 'latency', 'safety'])

export class KnownShapes {
  private readonly places = new WeakMap<object, string>()
  /** All of whose entries have been found to have their shape, by where they stand: each time the last. */
  private readonly sound = new Map<string, WeakRef<Readonly<Record<string, unknown>>>>()

  unknownIn(document: unknown): Unknown {
    const met: Met = { entries: [], maps: new Map() }
    const value = isMap(document)
      ? mapValues(document, (section, name) => this.ofSection(section, name, met))
      : document
    return {
      value,
      keep: () => {
        for (const [entry, place] of met.entries) this.places.set(entry, place)
        for (const [place, map] of met.maps) this.sound.set(place, new WeakRef(map))
      },
    }
  }

  /**
   * Looks at many records that are not known a few at a time, in steps, so that they are when the document is looked at. One that has
   * not its shape ends it: then all that is wrong is told of the whole.
   * @param isSound whether a document of so many records has its shape
   */
  *meet(document: unknown, isSound: (part: unknown) => boolean): Steps<void> {
    const zones = isMap(document) && isMap(document['zones']) ? document['zones'] : {}
    for (const [name, zone] of Object.entries(zones)) {
      const records = isMap(zone) ? zone['records'] : undefined
      const place = `zones ${name}`
      const keys = isMap(records) ? this.unsure(records, place) : []
      if (!isMap(records) || keys.length < MANY) continue
      for (let i = 0; i < keys.length; i += AT_A_TIME) {
        const some = keys.slice(i, i + AT_A_TIME).map(key => [key, records[key]] as const)
        if (!isSound({ zones: { [name]: { file: 'any', records: Object.fromEntries(some) } } })) return
        for (const [key, entry] of some)
          if (typeof entry === 'object' && entry !== null) this.places.set(entry, `${place} ${key}`)
        yield
      }
      this.sound.set(place, new WeakRef(records))
    }
  }

  private ofSection(section: unknown, name: string, met: Met): unknown {
    if (SECTIONS.has(name)) return this.without(section, name, met)
    if (name !== 'zones') return section
    const zones = this.without(section, name, met)
    return isMap(zones) ? mapValues(zones, (zone, key) => this.ofZone(zone, `${name} ${key}`, met)) : zones
  }

  /** Most of a zone is its records, each of which is an entry like any other. */
  private ofZone(zone: unknown, place: string, met: Met): unknown {
    return isMap(zone) && isMap(zone['records'])
      ? { ...zone, records: this.without(zone['records'], place, met) }
      : zone
  }

  private without(map: unknown, place: string, met: Met): unknown {
    if (!isMap(map)) return map
    met.maps.set(place, map)
    const left: [string, unknown][] = []
    for (const key of this.unsure(map, place)) {
      const entry = map[key]
      const isObject = typeof entry === 'object' && entry !== null
      // The key has a shape as well.
      const own = `${place} ${key}`
      if (isObject && this.places.get(entry) === own) continue
      if (isObject) met.entries.push([entry, own])
      left.push([key, entry])
    }
    return Object.fromEntries(left)
  }

  /** The keys whose entries may be others than those that were found sound there. */
  private unsure(map: Readonly<Record<string, unknown>>, place: string): readonly string[] {
    const before = this.sound.get(place)?.deref()
    const changed = before && changedKeys(before, map)
    return changed === undefined ? Object.keys(map) : [...changed].filter(key => Object.hasOwn(map, key))
  }
}

const mapValues = (map: Readonly<Record<string, unknown>>, change: (value: unknown, key: string) => unknown): unknown =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))
