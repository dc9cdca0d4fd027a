// Words of operators on addresses: those that name one, and those that keep a region as it was. Pure.
import { formatAddress, parseAddress } from '../../dns/address.js'
import { type Endpoint, endpoints } from '../health/endpoints.js'
import type { Health } from '../health/health.js'
import type { SaidAddress } from '../publish/forced.js'
import type { Region } from '../traffic/document/region.js'
import { counts, isOver, type Override, regionsOf } from './override.js'

/** The address that a target names, in one way of writing it; undefined where it is about regions. */
export function addressIn(target: string): string | undefined {
  const bytes = parseAddress(target)
  return bytes && formatAddress(bytes)
}

/** The addresses of a region that are named one by one. */
export function addressesOf({ targets }: Pick<Override, 'targets'>, region: Region): readonly Endpoint[] {
  const named = targets.flatMap(target => addressIn(target) ?? [])
  return named.length === 0 ? [] : endpoints(region).filter(({ canonical }) => named.includes(canonical))
}

/** What is kept of regions for whoever only wants them observed: by region, which of its addresses were down. */
export function downNow(
  override: Pick<Override, 'targets'>,
  regions: Iterable<Region>,
  health: Health,
): Readonly<Record<string, readonly string[]>> {
  const all = [...regions]
  const meant = new Set(regionsOf(override, all))
  return Object.fromEntries(
    all.flatMap(region => {
      if (!meant.has(region.id) && addressesOf(override, region).length === 0) return []
      const down = (health.get(region.id) ?? []).filter(({ up }) => !up)
      return [[region.id, down.map(({ address }) => address)] as const]
    }),
  )
}

/**
 * What holds for addresses, by region and by the address as the document writes it.
 * @param overrides oldest first
 * @param held what holds for whole regions
 * @param now epoch ms
 */
export function heldAddresses(
  overrides: readonly Override[],
  regions: Iterable<Region>,
  held: ReadonlyMap<string, Override>,
  now: number,
): ReadonlyMap<string, ReadonlyMap<string, SaidAddress & { readonly by: Override }>> {
  const current = overrides.filter(override => !isOver(override, now))
  return new Map(
    [...regions].flatMap(region => {
      const said = new Map<string, SaidAddress & { readonly by: Override }>()
      const say = (by: Override, on: readonly Endpoint[]): void => {
        for (const { text } of on) {
          const before = said.get(text)
          if (before !== undefined && !counts(by, before.by)) continue
          const word = wordOn(by, region, text)
          if (word !== undefined) said.set(text, { ...word, by })
        }
      }
      const whole = held.get(region.id)
      if (whole?.state === 'observe') say(whole, endpoints(region))
      for (const override of current) {
        const named = addressesOf(override, region)
        // Who names an address means it, whatever is said of its region.
        for (const { text } of named) if (said.get(text)?.by === whole) said.delete(text)
        say(override, named)
      }
      return said.size === 0 ? [] : [[region.id, said] as const]
    }),
  )
}

/** Undefined where nothing comes of it. */
function wordOn(override: Override, region: Region, address: string): SaidAddress | undefined {
  switch (override.state) {
    case 'observe': {
      const up = wasUp(override, region, address)
      return up === undefined ? undefined : { up, observed: true }
    }
    case 'drain':
      return { drain: override.drain }
    case 'up':
    case 'down':
      return { up: override.state === 'up' }
  }
}

/** Undefined where nobody looked then: what is new is as its checks find it. */
function wasUp({ kept = {} }: Override, { id }: Region, address: string): boolean | undefined {
  const down = kept[id]
  return down && !down.includes(address)
}
