// Which entries of a document are known to have the shape of their place: those that are written as before, and are the same
// objects, need not be looked at again when the rest is.
import { isMap } from './edit-value.js'

/** An entry of which nothing is known yet, and where it stands. */
interface Fresh {
  readonly entry: object
  readonly place: string
}

export interface Unknown {
  /** The document without the entries that are known: where this has the shape of a document, all of it has. */
  readonly value: unknown
  /** To be called where it has: what it holds is known from now on. */
  keep(): void
}

const SECTIONS: ReadonlySet<string> = new Set(['checks', 'regions', 'policies', 'latency', 'safety'])

export class KnownShapes {
  private readonly places = new WeakMap<object, string>()

  unknownIn(document: unknown): Unknown {
    const fresh: Fresh[] = []
    const value = isMap(document)
      ? mapValues(document, (section, name) => this.ofSection(section, name, fresh))
      : document
    return {
      value,
      keep: () => {
        for (const { entry, place } of fresh) this.places.set(entry, place)
      },
    }
  }

  private ofSection(section: unknown, name: string, fresh: Fresh[]): unknown {
    if (SECTIONS.has(name)) return this.without(section, name, fresh)
    if (name !== 'zones') return section
    const zones = this.without(section, name, fresh)
    return isMap(zones) ? mapValues(zones, (zone, key) => this.ofZone(zone, `${name} ${key}`, fresh)) : zones
  }

  /** Most of a zone is its records, each of which is an entry like any other. */
  private ofZone(zone: unknown, place: string, fresh: Fresh[]): unknown {
    return isMap(zone) && isMap(zone['records'])
      ? { ...zone, records: this.without(zone['records'], place, fresh) }
      : zone
  }

  private without(map: unknown, place: string, fresh: Fresh[]): unknown {
    if (!isMap(map)) return map
    const left: [string, unknown][] = []
    for (const key of Object.keys(map)) {
      const entry = map[key]
      const isObject = typeof entry === 'object' && entry !== null
      // The key has a shape as well.
      const own = `${place} ${key}`
      if (isObject && this.places.get(entry) === own) continue
      if (isObject) fresh.push({ entry, place: own })
      left.push([key, entry])
    }
    return Object.fromEntries(left)
  }
}

const mapValues = (map: Readonly<Record<string, unknown>>, change: (value: unknown, key: string) => unknown): unknown =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))
