// The document's regions under today's health, as settling and the snapshot see them.
import type { Family } from '../../dns/address.js'
import { REGION_WORDS } from '../../snapshot/choices.js'
import { shareWord } from '../../snapshot/draw.js'
import { LINK } from '../../snapshot/names.js'
import { Bytes, shareInt32 } from '../../snapshot/shared.js'
import { contentDigest } from '../../snapshot/signatures.js'
import type { Slots } from '../../snapshot/slots.js'
import { type Endpoint, endpoints, type Gives } from '../health/endpoints.js'
import type { AddressHealth, Health } from '../health/health.js'
import { regionUp } from '../health/region-up.js'
import type { Address, Region } from '../traffic/document/region.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type DrainedPart, drainedParts, drainOfAll, isDivided, leftAt } from './drained.js'
import type { Forced, ForcedRegions } from './forced.js'
import { fixedId, type RegionState } from './ladder.js'
import { NOTHING_PLANNED, type PlannedMove, type PlannedMoves } from './planned.js'

/**
 * By region id, for one kind of answer. A region is up while enough of its addresses are, unless an operator says otherwise.
 * @param now epoch ms
 */
export function regionStates(
  { regions }: TrafficDocument,
  health: Health,
  gives: Gives,
  forced: ForcedRegions,
  now: number,
  planned: PlannedMoves = NOTHING_PLANNED,
  loads: Loads = NO_LOADS,
): ReadonlyMap<string, RegionState> {
  return new Map(
    [...regions].map(([id, region]) => {
      const load = loads.get(id)
      const word = forced.get(id)
      const given = served(region, health, gives, word)
      const own = regionState(region, health, gives, word, given)
      const state = withWord(load === undefined ? own : { ...own, load }, word, now, drainOfAll(given, word))
      return [id, withPlan(state, planned.get(id), now)]
    }),
  )
}

/** What will be moved at a time that is known changes no later than then. */
function withPlan(state: RegionState, move: PlannedMove | undefined, now: number): RegionState {
  return move === undefined ? state : { ...state, changeIn: Math.min(state.changeIn, secondsUntil(move.at, now)) }
}

/** None where that is over: then it changes at any moment. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, at - now) / 1000
/** By region id, what it carries, 1 being its capacity; the others do not say. */
export type Loads = ReadonlyMap<string, number>

export const NO_LOADS: Loads = new Map()

/**
 * What an operator said ends at a time that is known, and the answers that it gives should end with it.
 * @param addressDrain percent of the clients for whom no address is left
 */
function withWord(state: RegionState, word: Forced | undefined, now: number, addressDrain: number): RegionState {
  if (word === undefined) return state
  const left = secondsUntil(word.until, now)
  if (word.state === 'drain')
    return { ...state, drain: Math.max(state.drain, word.drain), changeIn: Math.min(state.changeIn, left) }
  if (word.state === 'observe' || word.state === 'some') return { ...state, changeIn: Math.min(state.changeIn, left) }
  // Who says that it is up means it for all of its clients, whatever part of them its health would admit.
  return { ...state, up: word.state === 'up', drain: addressDrain, forced: word.state, changeIn: left }
}

/** @param given what clients of it get */
function regionState(
  region: Region,
  health: Health,
  gives: Gives,
  word: Forced | undefined,
  given: readonly Endpoint[],
): RegionState {
  const { id, enabled, weight, ttl, minimumUp } = region
  const own = endpoints(region).filter(endpoint => endpoint.gives === gives)
  const known = own.map(address => asSaid(addressHealth(health, id, address), address, word))
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
    drain: Math.max(100 - Math.min(100, ...known.map(address => address?.admitted ?? 100)), drainOfAll(given, word)),
    ...(isDivided(given, word) ? { divided: true as const } : {}),
    changeIn: Math.min(...known.map(address => (address?.changeInMs ?? Infinity) / 1000)),
    ...(ttl === undefined ? {} : { ttl }),
    ...lastUpOf(known),
    // Who takes out every address takes out the region: the ladder does not revive it.
    ...(own.length > 0 && own.every(address => isTakenOut(address, word)) ? { forced: 'down' as const } : {}),
  }
}

const isTakenOut = ({ text }: Endpoint, word: Forced | undefined): boolean => {
  const said = word?.addresses?.get(text)
  return said?.up === false && said.observed !== true
}

/** Down since its last address went. */
function lastUpOf(known: readonly (AddressHealth | undefined)[]): Pick<RegionState, 'lastUp'> {
  const times = known.flatMap(address => (address?.up === false ? [address.since] : []))
  return times.length === 0 || times.length < known.length ? {} : { lastUp: Math.max(...times) }
}

const addressHealth = (health: Health, region: string, { text }: Endpoint): AddressHealth | undefined =>
  health.get(region)?.find(({ address }) => address === text)

/** An operator's word goes before what checks find, and they cannot change it. */
function asSaid(
  known: AddressHealth | undefined,
  { text: address }: Endpoint,
  word: Forced | undefined,
): AddressHealth | undefined {
  const up = word?.addresses?.get(address)?.up
  if (up === undefined) return known
  const { since = 0, checks = [] } = known ?? {}
  return { address, up, since, changeInMs: Infinity, checks }
}

/**
 * What is given out: what is up; all of it where nothing is, since the ladder may yet choose the region.
 * @param level to those who go without what is drained by so many percent or more; to the others unless told
 */
export function served(
  region: Region,
  health: Health,
  gives: Gives,
  word?: Forced,
  level?: DrainedPart['level'],
): readonly Endpoint[] {
  const given = standing(region, health, gives, word)
  return level === undefined ? given : leftAt(level, given, word)
}

function standing(region: Region, health: Health, gives: Gives, word: Forced | undefined): readonly Endpoint[] {
  const own = endpoints(region).filter(endpoint => endpoint.gives === gives)
  const up = own.filter(endpoint => asSaid(addressHealth(health, region.id, endpoint), endpoint, word)?.up ?? true)
  if (up.length > 0) return up
  // What an operator has taken out is given to nobody, as long as there is anything else.
  const left = own.filter(endpoint => !isTakenOut(endpoint, word))
  return left.length > 0 ? left : own
}

/** Fixed addresses of records, by the name under which they are given out as if they were a region. */
export const fixedAddresses = ({ zones }: TrafficDocument): ReadonlyMap<string, readonly Address[]> =>
  new Map([...zones.values()].flatMap(fixedIn))

const FAMILIES = [4, 6] as const

/** A zone may have many records, and stays the same object until it changes. */
function fixedIn(zone: Zone): readonly (readonly [string, readonly Address[]])[] {
  const known = fixedOf.get(zone)
  if (known !== undefined) return known
  const fixed: (readonly [string, readonly Address[]])[] = []
  // Few records have any.
  for (const { fixed: given } of zone.steered)
    for (const family of given === undefined ? [] : FAMILIES) {
      const addresses = given!.filter(address => address.family === family)
      if (addresses.length > 0) fixed.push([fixedId(addresses), addresses])
    }
  fixedOf.set(zone, fixed)
  return fixed
}

const fixedOf = new WeakMap<Zone, readonly (readonly [string, readonly Address[]])[]>()

/** Under which all fixed addresses are counted together. */
const FIXED_SLOT = '(fixed)'

/** The numbers by which a snapshot names regions: in the document's order, fixed addresses after them. */
export const regionNumbers = (document: TrafficDocument): ReadonlyMap<string, number> =>
  new Map([...document.regions.keys(), ...fixedAddresses(document).keys()].map((id, number) => [id, number]))

/**
 * The regions as words of a snapshot, by their numbers, and their addresses; behind them, what is left of those whose addresses are drained.
 * @param links where the target of a region leads, by its id
 * @param seed of the digests of what each region gives
 */
export function regionWords(
  document: TrafficDocument,
  health: Health,
  forced: ForcedRegions,
  slots: Slots,
  links: ReadonlyMap<string, number>,
  seed: number,
): { readonly regions: Int32Array; readonly addresses: Uint8Array } {
  const bytes = new Bytes()
  const regions = [...document.regions.values()]
  const fixed = [...fixedAddresses(document)]
  const parts = drainedParts(document, forced)
  const rowOf = (region: Region, level?: number) => ({
    id: region.id,
    slot: slots.of(region.id),
    of: (family: Family): readonly { readonly bytes: Uint8Array }[] =>
      served(region, health, family, forced.get(region.id), level),
    target: region.target?.name,
  })
  const rows = [
    ...regions.map(region => rowOf(region)),
    ...fixed.map(([id, addresses]) => ({
      id,
      slot: slots.of(FIXED_SLOT),
      of: (family: Family) => addresses.filter(address => address.family === family),
      target: undefined,
    })),
    ...parts.map(({ id, level }) => rowOf(document.regions.get(id)!, level)), // regions of the document
  ]
  const ahead = rows.length - parts.length
  const words = rows.flatMap(({ id, slot, of, target }, i) => {
    const row = [slot, saltOf(id)]
    const digests: number[] = []
    for (const family of [4, 6] as const) {
      const given = of(family)
      const first = bytes.length
      for (const address of given) bytes.push(address.bytes)
      row.push(first, given.length)
      digests.push(contentDigest(Buffer.concat(given.map(address => address.bytes)), seed))
    }
    const name = target ?? NO_NAME
    row.push(bytes.push(name), name.length, links.get(id) ?? LINK.none)
    row.push(...digests, contentDigest(name, seed))
    const next = i < ahead ? parts.findIndex(part => part.id === id) : i - ahead + 1
    row.push(...(parts[next]?.id === id ? [shareWord(parts[next].level / 100), ahead + next] : [0, 0]))
    return row
  })
  if (words.length !== rows.length * REGION_WORDS) throw new Error('a region has the wrong number of words')
  return { regions: shareInt32(words), addresses: bytes.share() }
}

const NO_NAME = new Uint8Array(0)

/** Depends on nothing but the id, so that an edit elsewhere in the document moves no client. */
function saltOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return hash
}
