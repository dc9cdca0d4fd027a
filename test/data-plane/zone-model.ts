// What a server answers, in plain words: the algorithm of RFC 1034 §4.3.2 with RFC 4592 and RFC 6672, over lists of
// records. It is slow, and knows nothing of how the line does it.

/** Labels from left to right. */
export type Labels = readonly string[]

export interface ModelRecord {
  readonly owner: Labels
  readonly type: string
  readonly data: string
}

export interface ModelZone {
  readonly origin: Labels
  /** Without SOA and NS of the zone itself. */
  readonly records: readonly ModelRecord[]
}

export interface ModelAnswer {
  readonly rcode: string
  readonly answer: readonly string[]
  /** Whose SOA, or whose NS records, are in the authority section. */
  readonly authority: string | undefined
}

const MAX_LINKS = 16

export const text = (name: Labels): string => (name.length === 0 ? '.' : `${name.join('.')}.`)
export const parse = (name: string): Labels => (name === '.' ? [] : name.split('.').slice(0, -1))
const isWithin = (name: Labels, above: Labels): boolean =>
  name.length >= above.length && text(name.slice(name.length - above.length)) === text(above)
const line = (owner: Labels, type: string, data: string): string => `${text(owner)} ${type} ${data}`

/** Whether the name is that of a zone whose parent leads elsewhere above it, so that nobody finds its DS. */
export const isHidden = (zones: readonly ModelZone[], name: string): boolean =>
  zones.some(({ origin }) => text(origin) === name) &&
  zones.some(({ records }) =>
    records.some(({ owner, type }) => (type === 'DNAME' || type === 'NS') && name.endsWith(`.${text(owner)}`)),
  )

export function model(zones: readonly ModelZone[], asked: Labels, type: string): ModelAnswer {
  const answer: string[] = []
  const seen = new Set<string>()
  const add = (record: string): void => {
    if (!answer.includes(record)) answer.push(record)
  }
  const done = (rcode: string, authority?: Labels): ModelAnswer => ({
    rcode,
    answer,
    authority: authority === undefined ? undefined : text(authority),
  })
  for (let name = asked; ; ) {
    const parent = type === 'DS' ? parentSide(zones, name) : undefined
    const zone = parent ?? zoneOf(zones, name)
    if (zone === undefined) return done(answer.length === 0 ? 'REFUSED' : 'NOERROR')
    const found = parent === undefined ? find(zones, zone, name) : ({ kind: 'name', at: name } as const)
    const here = (type: string): readonly string[] =>
      'at' in found
        ? zone.records.filter(r => text(r.owner) === text(found.at) && r.type === type).map(({ data }) => data)
        : []
    if (found.kind === 'none') return done('NXDOMAIN', zone.origin)
    if (found.kind === 'cut' && (type !== 'DS' || text(found.at) !== text(name))) return done('NOERROR', found.at)
    const [cname] = found.kind === 'name' && parent === undefined ? here('CNAME') : []
    if (found.kind !== 'dname' && (cname === undefined || type === 'CNAME')) {
      const records = here(type)
      for (const data of records) add(line(name, type, data))
      return done('NOERROR', records.length === 0 ? zone.origin : undefined)
    }
    if (seen.has(text(name)) || seen.size === MAX_LINKS) return done('NOERROR')
    seen.add(text(name))
    if (found.kind === 'dname') {
      const [target] = here('DNAME')
      add(line(found.at, 'DNAME', target!))
      name = [...name.slice(0, name.length - found.at.length), ...parse(target!)]
      add(line(nameOf(seen), 'CNAME', text(name)))
      if (type === 'CNAME' || type === 'ANY') return done('NOERROR')
    } else {
      add(line(name, 'CNAME', cname!))
      name = parse(cname!)
    }
  }
}

/** The name that was seen last. */
const nameOf = (seen: ReadonlySet<string>): Labels => parse([...seen].at(-1)!)

const zoneOf = (zones: readonly ModelZone[], name: Labels): ModelZone | undefined =>
  zones.filter(({ origin }) => isWithin(name, origin)).sort((a, b) => b.origin.length - a.origin.length)[0]

/** The zone of ours that delegates this one of ours. */
function parentSide(zones: readonly ModelZone[], name: Labels): ModelZone | undefined {
  if (name.length === 0 || !zones.some(({ origin }) => text(origin) === text(name))) return undefined
  const zone = zoneOf(zones, name.slice(1))
  return zone !== undefined && edge(zone, name.slice(1), true) === undefined ? zone : undefined
}

type Found = { readonly kind: 'name' | 'cut' | 'dname'; readonly at: Labels } | { readonly kind: 'none' }

/** The topmost delegation at or above a name, or DNAME above it; at it too if `at`. */
function edge({ origin, records }: ModelZone, name: Labels, at = false): Found | undefined {
  const has = (owner: Labels, type: string): boolean =>
    records.some(r => r.type === type && text(r.owner) === text(owner))
  for (let length = origin.length; length <= name.length; length++) {
    const above = name.slice(name.length - length)
    if (length > origin.length && has(above, 'NS')) return { kind: 'cut', at: above }
    if ((at || length < name.length) && has(above, 'DNAME')) return { kind: 'dname', at: above }
  }
  return undefined
}

function find(zones: readonly ModelZone[], zone: ModelZone, name: Labels): Found {
  const end = edge(zone, name)
  if (end !== undefined) return end
  const exists = (name: Labels): boolean =>
    text(name) === text(zone.origin) ||
    zone.records.some(({ owner }) => isWithin(owner, name)) ||
    zones.some(({ origin }) => origin.length > zone.origin.length && isWithin(origin, name))
  if (exists(name)) return { kind: 'name', at: name }
  let encloser = name
  while (!exists(encloser)) encloser = encloser.slice(1)
  const wildcard = ['*', ...encloser]
  return exists(wildcard) ? { kind: 'name', at: wildcard } : { kind: 'none' }
}
