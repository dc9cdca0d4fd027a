// The document's regions under today's health, as settling and the snapshot see them.
import { REGION_WORDS } from '../../snapshot/choices.js'
import { LINK } from '../../snapshot/names.js'
import { Bytes, shareInt32 } from '../../snapshot/shared.js'
import type { Slots } from '../../snapshot/slots.js'
import { type Endpoint, endpoints, type Gives } from '../health/endpoints.js'
import type { AddressHealth, Health } from '../health/health.js'
import { regionUp } from '../health/region-up.js'
import type { Region, TrafficDocument } from '../traffic/document.js'
import type { RegionState } from './ladder.js'

/** By region id, for one kind of answer. A region is up while enough of its addresses are. */
export function regionStates(
  { regions }: TrafficDocument,
  health: Health,
  gives: Gives,
): ReadonlyMap<string, RegionState> {
  return new Map([...regions].map(([id, region]) => [id, regionState(region, health, gives)]))
}

function regionState(region: Region, health: Health, gives: Gives): RegionState {
  const { id, enabled, weight, minimumUp } = region
  const own = endpoints(region).filter(endpoint => endpoint.gives === gives)
  const known = own.map(address => addressHealth(health, id, address))
  const up = regionUp(
    known.map(address => address?.up ?? true),
    minimumUp,
  )
  return {
    id,
    enabled,
    weight,
    hasAddresses: own.length > 0,
    up,
    drain: 100 - Math.min(100, ...known.map(address => address?.admitted ?? 100)),
    changeIn: Math.min(...known.map(address => (address?.changeInMs ?? Infinity) / 1000)),
  }
}

const addressHealth = (health: Health, region: string, { text }: Endpoint): AddressHealth | undefined =>
  health.get(region)?.find(({ address }) => address === text)

/** What is given out: what is up; all of it where nothing is, since the ladder may yet choose the region. */
export function served(region: Region, health: Health, gives: Gives): readonly Endpoint[] {
  const own = endpoints(region).filter(endpoint => endpoint.gives === gives)
  const up = own.filter(endpoint => addressHealth(health, region.id, endpoint)?.up ?? true)
  return up.length > 0 ? up : own
}

/**
 * The regions as words of a snapshot, in the document's order, and their addresses.
 * @param links where the target of a region leads, by its id
 */
export function regionWords(
  { regions }: TrafficDocument,
  health: Health,
  slots: Slots,
  links: ReadonlyMap<string, number>,
): { readonly regions: Int32Array; readonly addresses: Uint8Array } {
  const bytes = new Bytes()
  const words = [...regions.values()].flatMap(region => {
    const row = [slots.of(region.id), saltOf(region.id)]
    for (const family of [4, 6] as const) {
      const given = served(region, health, family)
      const first = bytes.length
      for (const address of given) bytes.push(address.bytes)
      row.push(first, given.length)
    }
    const name = region.target?.name ?? NO_NAME
    row.push(bytes.push(name), name.length, links.get(region.id) ?? LINK.none)
    return row
  })
  if (words.length !== regions.size * REGION_WORDS) throw new Error('a region has the wrong number of words')
  return { regions: shareInt32(words), addresses: bytes.share() }
}

const NO_NAME = new Uint8Array(0)

/** Depends on nothing but the id, so that an edit elsewhere in the document moves no client. */
function saltOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash
}
