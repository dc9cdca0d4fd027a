// What the answer must be, computed by brute force from the geo database: no maps, no snapshot, no shortcuts.
import { readFileSync } from 'node:fs'
import { bundledDatabases } from '../../src/control-plane/geo/bundled.js'
import { type GeoDatabase, openDatabase } from '../../src/control-plane/geo/database.js'
import { type Candidate, rank } from '../../src/control-plane/policies/policy.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { type Family, familyOf, type Prefix, parsePrefix, truncate } from '../../src/dns/address.js'

/** What clients in no public network get: the answer for the resolver that asks for them. */
export const AS_RESOLVER = 'as the resolver'

/** RFC 6890 and its updates. */
const NOT_PUBLIC = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  '::/8 100::/64 2001:db8::/32 fc00::/7 fe80::/10 ff00::/8',
]
  .flatMap(line => line.split(' '))
  .map(text => parsePrefix(text)!) // the list above is well-formed

const bitOf = (bytes: Uint8Array, at: number): 0 | 1 => (((bytes[at >> 3]! >> (7 - (at & 7))) & 1) === 0 ? 0 : 1)

/** Whether one prefix lies within the other. */
const within = (inner: Prefix, outer: Prefix): boolean =>
  inner.bytes.length === outer.bytes.length &&
  inner.length >= outer.length &&
  truncate(inner.bytes, outer.length).every((byte, i) => byte === outer.bytes[i])

export class Oracle {
  private readonly databases: readonly GeoDatabase[]
  private readonly candidates: readonly Candidate[]
  private readonly policy
  private readonly known = new Map<number, string>()

  /** @param down regions that are out */
  constructor(document: TrafficDocument, family: Family, private_: { readonly down?: readonly string[] } = {}) {
    const { down = [] } = private_
    this.databases = bundledDatabases().flatMap(file => {
      const database = openDatabase(readFileSync(file), file)
      return database.root(family) === undefined ? [] : [database]
    })
    this.candidates = [...document.regions.values()].filter(({ id }) => !down.includes(id))
    this.policy = document.policies.get('nearest')!
  }

  private get database(): GeoDatabase {
    return this.databases[0]!
  }
}
