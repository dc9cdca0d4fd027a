// Which address decides for a client, and what the steering maps make of it: as the line sees it (RFC 7871 §7.1, §7.2.1).
import { type AddressBytes, contains, type Family, familyOf } from '../../dns/address.js'
import { ASK_FOR_RESOLVER } from '../../snapshot/choices.js'
import { type ClientMap, leafDepth, leafRanking, lookup4, lookup6, UNLOCATED } from '../../snapshot/map.js'
import type { Steering } from '../../snapshot/snapshot.js'
import type { MapPair } from '../publish/map-maker.js'
import type { Zone } from '../traffic/document/zone.js'
import type { Asked } from './asked.js'

/** What became of the client subnet. Declined: it was sent with length 0, which asks not to be located (RFC 7871 §7.1.2). */
export type SubnetFate = 'absent' | 'declined' | 'distrusted' | 'private' | 'believed'

export interface Client {
  readonly subnet: SubnetFate
  /** The address that decides. */
  readonly address: AddressBytes
  readonly family: Family
  /** Private or unroutable: nothing tells where the client is. */
  readonly nowhere: boolean
  /** Its number in the map that knows all rankings; in a widened map neighbours share one. */
  readonly ranking: number
  /** The number of the snapshot's choice, and what it would be by `ranking`: equal, unless the maps are wrong. */
  readonly choice: number
  readonly choiceByRanking: number
  /** Bits of the address that decided. */
  readonly depth: number
  /** Bits of the client subnet that decided that it is private; 0 unless it is. */
  readonly privateDepth: number
}

/** Finds who decides: the client's own network, or else the resolver. */
export function findClient(steering: Steering, maps: MapPair, zone: Zone, { client, resolver }: Asked): Client {
  const look = (address: AddressBytes) => lookUp(steering, maps, address)
  const asked = client === undefined ? 'absent' : client.length === 0 ? 'declined' : undefined
  const fate = asked ?? (zone.ecsTrust.some(prefix => contains(prefix, resolver)) ? undefined : 'distrusted')
  const own = fate === undefined && client !== undefined ? look(client.bytes) : undefined
  if (own !== undefined && own.choice !== ASK_FOR_RESOLVER)
    return { ...own, subnet: 'believed', nowhere: false, privateDepth: 0 }

  const subnet = fate ?? 'private'
  const privateDepth = own?.depth ?? 0
  const found = look(resolver)
  if (found.choice !== ASK_FOR_RESOLVER) return { ...found, subnet, nowhere: false, privateDepth }
  const choice = viewOf(steering, found.family).choiceOf[UNLOCATED]!
  return { ...found, subnet, nowhere: true, privateDepth, ranking: UNLOCATED, choice, choiceByRanking: choice }
}

function lookUp(steering: Steering, maps: MapPair, address: AddressBytes) {
  const family = familyOf(address)
  const { map, choiceOf } = viewOf(steering, family)
  const leaf = leafOf(map, address)
  const ranking = leafRanking(leafOf(maps[family].map, address))
  const choice = choiceOf[leafRanking(leaf)]!
  return { address, family, ranking, choice, choiceByRanking: choiceOf[ranking]!, depth: leafDepth(leaf) }
}

const viewOf = ({ v4, v6 }: Steering, family: Family) => (family === 4 ? v4 : v6)

function leafOf(map: ClientMap, address: AddressBytes): number {
  if (address.length === 16) return lookup6(map, address, 0)
  return lookup4(map, (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!)
}
