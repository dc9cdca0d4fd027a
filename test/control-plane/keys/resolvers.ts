// Resolvers as they may be at one time, whatever they have asked when: each remembers sets of some moment not longer ago than
// their TTL. Written from RFC 4035 §5, RFC 6840 §5.11 and RFC 6781 §4.1, without the code that rolls.

/** Keys are told by their tags. */
export interface ZoneServed {
  /** Algorithm by tag: the DNSKEY set. */
  readonly keys: ReadonlyMap<number, number>
  readonly signsKeys: readonly number[]
  readonly signsZone: readonly number[]
}

/** The DS set: algorithm by tag. */
export type ParentServed = ReadonlyMap<number, number>

export interface Moment<T> {
  /** Seconds. */
  readonly at: number
  readonly served: T
}

/** All that somebody can remember at `now` who keeps it for `ttl`: what was there at the beginning of that, and whatever came since. */
export function remembered<T>(history: readonly Moment<T>[], now: number, ttl: number): readonly T[] {
  const before = history.findLastIndex(({ at }) => at <= now - ttl)
  return history.slice(Math.max(0, before)).map(({ served }) => served)
}

/** What a validator finds wrong that has this DS set, this DNSKEY set, and an answer of that moment; undefined where nothing is. */
export function fault(ds: ParentServed, keySet: ZoneServed, answer: ZoneServed): string | undefined {
  if (ds.size === 0) return undefined
  for (const algorithm of new Set(ds.values())) {
    const entries = [...ds.keys()].filter(tag => ds.get(tag) === algorithm)
    if (!entries.some(tag => keySet.keys.get(tag) === algorithm && keySet.signsKeys.includes(tag)))
      return `no key of algorithm ${algorithm} that the parent names signs the keys`
  }
  // A strict validator wants all algorithms that it has seen; a zone has to sign with each that it has keys of (RFC 4035 §2.2).
  for (const algorithm of new Set([...ds.values(), ...keySet.keys.values()]))
    if (!answer.signsZone.some(tag => keySet.keys.get(tag) === algorithm))
      return `no signature of algorithm ${algorithm} by a key that is there`
  return undefined
}
