// What this node's answers are made of, in short hashes, so that nodes of a fleet can tell whether they answer alike. Pure.
import { type Content, shortHash } from '../control-plane/fleet/member.js'
import type { GeoLibrary } from '../control-plane/geo/library.js'
import type { Health } from '../control-plane/health/health.js'
import type { ForcedRegions } from '../control-plane/publish/forced.js'
import type { Loaded } from '../control-plane/traffic/store.js'

export const contentOf = (
  { revision }: Pick<Loaded, 'revision'>,
  databases: ReturnType<GeoLibrary['list']>,
  forced: ForcedRegions,
  health: Health,
): Content => ({
  document: revision,
  // Not their paths: those may differ from machine to machine.
  geo: shortHash(databases.map(({ type, families, buildEpoch }) => [type, families, buildEpoch])),
  overrides: shortHash(
    [...forced].map(([region, { state, drain, addresses = [] }]) => [region, state, drain, ...addresses]).sort(),
  ),
  health: healthHash(health),
})

/** A value stays the same object until something happens. */
const hashes = new WeakMap<Health, string>()

function healthHash(health: Health): string {
  const known = hashes.get(health)
  if (known !== undefined) return known
  const hash = shortHash(
    [...health].map(([region, all]) => [region, all.map(({ address, up }) => [address, up])]).sort(),
  )
  hashes.set(health, hash)
  return hash
}
