// A traffic document while it is drawn up from what another system had; and what of that cannot be said in it.

/** What was lost on the way, or means something else now: never nothing that nobody is told of. */
export interface Finding {
  /** In the words of the other system: `api.example.com A "blue"`. */
  readonly where: string
  /** What it was, and what it has become; a sentence without its final dot. */
  readonly what: string
}

export type Written = Record<string, unknown>

export interface Migrated {
  /** As it would be written in YAML. */
  readonly document: Written
  readonly findings: readonly Finding[]
}

/** What a region is known by: its addresses, or its target. */
export interface Place {
  readonly addresses?: readonly string[]
  /** A full name, with the final dot. */
  readonly target?: string
}

export interface RegionWish extends Place {
  readonly checks?: readonly string[]
  /** Degrees. */
  readonly location?: readonly [latitude: number, longitude: number]
  readonly description?: string
  /** A share such as `50%`. */
  readonly 'minimum-up'?: string
  /** Only where the other system was told that it is out. */
  readonly enabled?: false
}

interface RegionDraft extends RegionWish {
  readonly id: string
}

const MAX_ID = 63

/** What stands in the document under a name that people gave: `Blue / EU (1)` is `blue-eu-1`. */
export function idOf(text: string): string {
  const id = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_ID)
    .replace(/^-+|-+$/g, '')
  return id === '' ? 'unnamed' : id
}

export class Draft {
  readonly findings: Finding[] = []
  private readonly regions = new Map<string, RegionDraft>()
  private readonly checks = new Map<string, Written>()
  private readonly policies = new Map<string, readonly unknown[]>()
  private readonly zones = new Map<string, Written>()

  lose(where: string, what: string): void {
    if (!this.findings.some(known => known.where === where && known.what === what)) this.findings.push({ where, what })
  }

  /** The id of a check: the same for the same check. */
  check(wish: string, check: Written): string {
    return put(this.checks, idOf(wish), check)
  }

  policy(wish: string, steps: readonly unknown[]): string {
    return put(this.policies, idOf(wish), steps)
  }

  /**
   * The id of a region: the same for the same addresses of a family, since none may belong to two regions.
   * @returns undefined where some of its addresses belong to another region, which is told
   */
  region(wishedId: string, wish: RegionWish, where: string): string | undefined {
    const known = [...this.regions.values()].find(other => samePlace(other, wish))
    if (known !== undefined) {
      if (known.addresses?.length !== wish.addresses?.length)
        this.lose(
          where,
          `${known.id} has these addresses, and those of the other family besides: names with it have both now`,
        )
      this.join(known, wish, where)
      return known.id
    }
    const taken = wish.addresses?.find(address =>
      [...this.regions.values()].some(other => other.addresses?.includes(address)),
    )
    if (taken !== undefined) {
      this.lose(
        where,
        `left out: ${taken} belongs to another set of addresses as well, and an address can have one region only`,
      )
      return undefined
    }
    const id = free(this.regions, idOf(wishedId))
    this.regions.set(id, { id, ...wish })
    return id
  }

  /** Says where a region is; where it is somewhere already, that is told, and it stays there. */
  locate(id: string, location: readonly [latitude: number, longitude: number], where: string): void {
    const known = this.regions.get(id)
    if (known !== undefined) this.join(known, { ...known, location }, where)
  }

  /** Adds a record to a name of a zone. @param owner relative to the zone; `@` is the zone itself */
  record(zone: string, owner: string, record: Written): void {
    const { records } = this.zone(zone)
    records[owner] = [...(records[owner] ?? []), record]
  }

  /** One more name server of a zone. @param name without its final dot */
  nameserver(zone: string, name: string): void {
    const known = this.zone(zone)['nameservers']
    this.setZone(zone, 'nameservers', [...(Array.isArray(known) ? (known as string[]) : []), name]) // written here
  }

  /** What a region is known by. */
  placeOf(id: string): Place | undefined {
    return this.regions.get(id)
  }

  /** What a zone has of a name so far. */
  recordsOf(zone: string, owner: string): readonly Written[] {
    return this.zone(zone).records[owner] ?? []
  }

  /** A key of a zone: `nameservers`, `negative-ttl`. */
  setZone(zone: string, key: string, value: unknown): void {
    this.zone(zone)[key] = value
  }

  finish(): Migrated {
    const regions = [...this.regions.values()].map(({ id, ...region }) => [id, plain({ ...region })] as const)
    const document = {
      checks: Object.fromEntries(this.checks),
      regions: Object.fromEntries(regions),
      policies: Object.fromEntries(this.policies),
      zones: Object.fromEntries([...this.zones].map(([name, zone]) => [name, withSingles(zone)])),
    }
    return { document: plain(document), findings: this.findings }
  }

  private zone(name: string): Written & { records: Record<string, readonly Written[]> } {
    const zone = this.zones.get(name) ?? { records: {} }
    this.zones.set(name, zone)
    return zone as Written & { records: Record<string, readonly Written[]> } // made here, with its records
  }

  private join(known: RegionDraft, wish: RegionWish, where: string): void {
    const checks = wish.checks ?? []
    const missing = checks.filter(check => !known.checks?.includes(check))
    const words = otherChecks(known.checks ?? [], checks, missing)
    if (words !== undefined) this.lose(where, `${known.id} has these addresses already, ${words}`)
    for (const key of ['minimum-up', 'enabled'] as const)
      if (known[key] !== wish[key])
        this.lose(where, `${known.id} has these addresses already, with another "${key}": that one holds for it`)
    const { location } = wish
    if (location !== undefined && known.location !== undefined && location.join() !== known.location.join())
      this.lose(where, `${known.id} has these addresses already, at another place: that is where it stays`)
    const addresses = [...new Set([...(known.addresses ?? []), ...(wish.addresses ?? [])])]
    this.regions.set(known.id, {
      ...known,
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(missing.length === 0 ? {} : { checks: [...(known.checks ?? []), ...missing] }),
      ...(known.location === undefined && location !== undefined ? { location } : {}),
    })
  }
}

/** What becomes of the names of a region that had these checks, and is asked for with others; undefined where they are the same. */
function otherChecks(
  known: readonly string[],
  wished: readonly string[],
  missing: readonly string[],
): string | undefined {
  if (missing.length > 0)
    return known.length > 0
      ? 'with other checks: both hold for it now'
      : `without checks: ${missing.join(', ')} can take it out of the names before as well now`
  if (wished.length < known.length) return `with checks: ${known.join(', ')} can take it out of this name as well`
  return undefined
}

/** The same target; or the same addresses of each family that both have, and one that both have. */
function samePlace(a: Place, b: Place): boolean {
  if (a.target !== undefined || b.target !== undefined) return a.target === b.target
  const families = ([4, 6] as const).map(family => [ofFamily(a, family), ofFamily(b, family)] as const)
  const shared = families.filter(([one, other]) => one !== '' && other !== '')
  return shared.length > 0 && shared.every(([one, other]) => one === other)
}

const ofFamily = ({ addresses = [] }: Place, family: 4 | 6): string =>
  addresses
    .filter(address => address.includes(':') === (family === 6))
    .sort()
    .join()

function put<T>(map: Map<string, T>, wish: string, value: T): string {
  const text = JSON.stringify(value)
  for (const [id, known] of map)
    if (JSON.stringify(known) === text && (id === wish || id.startsWith(`${wish}-`))) return id
  const id = free(map, wish)
  map.set(id, value)
  return id
}

function free(map: ReadonlyMap<string, unknown>, wish: string): string {
  for (let i = 2, id = wish; ; i++) {
    if (!map.has(id)) return id
    id = `${wish.slice(0, MAX_ID - 1 - String(i).length)}-${i}`
  }
}

/** Without what is empty. */
function plain(map: Written): Written {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0)
  return Object.fromEntries(Object.entries(map).filter(([key, value]) => key === 'zones' || !isEmpty(value)))
}

/** A list of one record is written as the record. */
function withSingles(zone: Written): Written {
  const records = Object.entries(zone['records'] as Record<string, readonly Written[]>) // made above
  return {
    ...zone,
    records: Object.fromEntries(records.map(([owner, list]) => [owner, list.length === 1 ? list[0] : list])),
  }
}
