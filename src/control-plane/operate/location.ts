// Where a client is and how that is known, in words.
import { formatAddress, formatPrefix, truncate } from '../../dns/address.js'
import { UNLOCATED } from '../../snapshot/map.js'
import type { Place } from '../geo/place.js'
import type { Asked } from './asked.js'
import type { Client } from './client.js'
import type { Found, ToldLocation, ToldPlace } from './explanation.js'

export const NO_LOCATION: ToldLocation = {
  source: 'none',
  address: null,
  network: null,
  place: null,
  database: null,
  notes: ['the answer is the same for everybody'],
}

/** @param named networks of the document's rules and rows that it lies in, the smallest first */
export function tellLocation(
  client: Client,
  found: Found | undefined,
  asked: Asked,
  named: readonly string[] = [],
): ToldLocation {
  return {
    source: client.subnet === 'believed' ? 'client-subnet' : 'resolver',
    address: formatAddress(client.address),
    network: found === undefined ? null : network(client.address, found.prefix),
    place: found?.place === undefined ? null : tellPlace(found.place),
    database: found?.database ?? null,
    notes: [...subnetNotes(client, asked), ...placeNotes(client, found), ...namedNotes(named)],
  }
}

export const network = (address: Uint8Array, length: number): string =>
  formatPrefix({ bytes: truncate(address, length), length })

const tellPlace = ({ country, subdivision, city, asn, location }: Place): ToldPlace => ({
  country: country ?? null,
  subdivision: subdivision ?? null,
  city: city ?? null,
  asn: asn ?? null,
  latitude: location?.latitude ?? null,
  longitude: location?.longitude ?? null,
})

function subnetNotes({ subnet }: Client, { client, resolver }: Asked): readonly string[] {
  if (client === undefined) return []
  switch (subnet) {
    case 'absent':
    case 'believed':
      return []
    case 'declined':
      return ["a client subnet of length 0 asks not to be located: the resolver's address was used"]
    case 'distrusted':
      return [`the zone does not trust client subnets of the resolver ${formatAddress(resolver)}: its address was used`]
    case 'private':
      return [`client subnet ${formatPrefix(client)} is private or unroutable: the resolver's address was used`]
  }
}

const namedNotes = (networks: readonly string[]): readonly string[] =>
  networks.length === 0 ? [] : [`the document speaks of ${networks.join(' and ')}, wherever that is`]

const DEFAULT_ORDER = "regions are in the document's order"

function placeNotes({ address, family, nowhere, ranking }: Client, found: Found | undefined): readonly string[] {
  if (nowhere)
    return [`${formatAddress(address)} is private or unroutable and says nothing of a place: ${DEFAULT_ORDER}`]
  if (found?.place?.location !== undefined && found.place.locationSource === 'country')
    return ['the database gives only the country; its centre was used']
  if (ranking !== UNLOCATED) return []
  if (found === undefined) return [`there is no database for IPv${family} addresses: ${DEFAULT_ORDER}`]
  if (found.place === undefined) return [`unknown to the database: ${DEFAULT_ORDER}`]
  return [`the database gives no location for it: ${DEFAULT_ORDER}`]
}
