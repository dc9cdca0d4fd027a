// The document's regions under today's health, as settling and the snapshot see them.
import type { Family } from '../../dns/address.js'
import { REGION_WORDS } from '../../snapshot/choices.js'
import { Bytes, shareInt32 } from '../../snapshot/shared.js'
import type { Slots } from '../../snapshot/slots.js'
import type { AddressHealth, Health } from '../health/health.js'
import type { Address, Region, TrafficDocument } from '../traffic/document.js'
import type { RegionState } from './ladder.js'

/** By region id, for one family of addresses. A region is up while any of its addresses is. */
export function regionStates(
  { regions }: TrafficDocument,
  health: Health,
  family: Family,
): ReadonlyMap<string, RegionState> {
  return new Map([...regions].map(([id, region]) => [id, regionState(region, health, family)]))
}

function regionState({ id, enabled, weight, addresses }: Region, health: Health, family: Family): RegionState {
  const own = addresses.filter(address => address.family === family)
  const known = own.map(address => addressHealth(health, id, address))
  return {
    id,
    enabled,
    weight,
    hasAddresses: own.length > 0,
    up: known.some(address => address?.up ?? true),
    changeIn: Math.min(...known.map(address => (address?.changeInMs ?? Infinity) / 1000)),
  }
}

const addressHealth = (health: Health, region: string, { text }: Address): AddressHealth | undefined =>
  health.get(region)?.find(({ address }) => address === text)

/** Addresses to give out: those that are up; all of them where none is, since the ladder may yet choose the region. */
export function servedAddresses({ id, addresses }: Region, health: Health, family: Family): readonly Address[] {
  const own = addresses.filter(address => address.family === family)
  const up = own.filter(address => addressHealth(health, id, address)?.up ?? true)
  return up.length > 0 ? up : own
}

/** The regions as words of a snapshot, in the document's order, and their addresses. */
export function regionWords(
  { regions }: TrafficDocument,
  health: Health,
  slots: Slots,
): { readonly regions: Int32Array; readonly addresses: Uint8Array } {
  const bytes = new Bytes()
  const words = [...regions.values()].flatMap(region => {
    const row = [slots.of(region.id), saltOf(region.id)]
    for (const family of [4, 6] as const) {
      const served = servedAddresses(region, health, family)
      const first = bytes.length
      for (const address of served) bytes.push(address.bytes)
      row.push(first, served.length)
    }
    return row
  })
  if (words.length !== regions.size * REGION_WORDS) throw new Error('a region has the wrong number of words')
  return { regions: shareInt32(words), addresses: bytes.share() }
}

/** Depends on nothing but the id, so that an edit elsewhere in the document moves no client. */
function saltOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash
}
