// What this node's answers are made of, in short hashes, so that nodes of a fleet can tell whether they answer alike. Pure.
import { type Content, shortHash } from '../control-plane/fleet/member.js'
import type { GeoLibrary } from '../control-plane/geo/library.js'
import type { Health } from '../control-plane/health/health.js'
import type { Override } from '../control-plane/operate/override.js'
import type { Loaded } from '../control-plane/traffic/store.js'

export const contentOf = (
  { revision }: Pick<Loaded, 'revision'>,
  databases: ReturnType<GeoLibrary['list']>,
  holding: ReadonlyMap<string, Override>,
  health: Health,
): Content => ({
  document: revision,
  // Not their paths: those may differ from machine to machine.
  geo: shortHash(databases.map(({ type, families, buildEpoch }) => [type, families, buildEpoch])),
  overrides: shortHash([...holding].map(([region, { state, drain }]) => [region, state, drain]).sort()),
  health: shortHash([...health].map(([region, all]) => [region, all.map(({ address, up }) => [address, up])]).sort()),
})
