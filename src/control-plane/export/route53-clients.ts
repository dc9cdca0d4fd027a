// Kinds of clients as Route 53 tells them apart: by place, and by collections of networks.
import { type AddressBytes, parsePrefix } from '../../dns/address.js'
import type { ClientKey } from '../geo/client-key.js'
import type { CidrBlock, RecordSet } from '../migrate/route53-records.js'

/** ISO countries for which Route 53 knows no addresses. */
const WITHOUT_ADDRESSES: readonly string[] = ['BV', 'CX', 'EH', 'HM']

/** Undefined where Route 53 has no words for it: of subdivisions it has the states of the United States alone. */
export function placeFor(key: ClientKey): RecordSet['GeoLocation'] {
  if (key.startsWith('continent:')) return { ContinentCode: key.slice('continent:'.length) }
  const [country = '', ...subdivision] = key.split('-')
  if (WITHOUT_ADDRESSES.includes(country) || country === 'XK') return undefined
  if (subdivision.length === 0) return { CountryCode: country }
  return country === 'US' && /^[A-Z]{2}$/.test(subdivision.join('-'))
    ? { CountryCode: country, SubdivisionCode: subdivision.join('-') }
    : undefined
}

/** The longest prefixes that Route 53 takes, by the length of an address in bytes. */
const LONGEST: Readonly<Record<AddressBytes['length'], number>> = { 4: 24, 16: 48 }

/** Networks in collections, one for each name: a network can be in one location of a collection. */
export class Networks {
  private readonly collections = new Map<string, CidrBlock[]>()
  private count = 0

  mayHave(network: string): boolean {
    const { bytes, length } = parsePrefix(network)! // the gate has read it
    return length <= LONGEST[bytes.length]!
  }

  /** These networks are one location. */
  add(name: string, networks: readonly string[]): { readonly CollectionId: string; readonly LocationName: string } {
    const LocationName = `networks-${++this.count}`
    const blocks = this.collections.get(name) ?? []
    blocks.push(...networks.map(CidrBlock => ({ CidrBlock, LocationName })))
    this.collections.set(name, blocks)
    return { CollectionId: name, LocationName }
  }

  others(name: string): { readonly CollectionId: string; readonly LocationName: string } {
    return { CollectionId: name, LocationName: '*' }
  }

  /** By the name that they are for. */
  all(): ReadonlyMap<string, readonly CidrBlock[]> {
    return this.collections
  }
}
