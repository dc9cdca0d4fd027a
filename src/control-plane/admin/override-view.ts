// Overrides as the API shows them: what was said, whom it means, and where it holds. Pure.
import { type Override, regionsOf } from '../operate/override.js'
import { addressesOf } from '../operate/override-addresses.js'
import type { Region } from '../traffic/document/region.js'
import type { HeldView, OverrideView } from './api-override.js'
import { isoTime } from './api-values.js'

export function overrideView(
  override: Override,
  regions: Iterable<Region>,
  holding: ReadonlyMap<string, Override>,
): OverrideView {
  const { id, targets, reason, actor, createdAt, origin, overrode } = override
  const all = [...regions]
  const meant = regionsOf(override, all)
  const addresses = [...new Set(all.flatMap(region => addressesOf(override, region).map(({ text }) => text)))]
  return {
    id,
    targets,
    regions: meant,
    ...(addresses.length === 0 ? {} : { addresses }),
    holdsFor: meant.filter(region => holding.get(region)?.id === id),
    ...saying(override),
    reason,
    actor,
    createdAt: isoTime(createdAt),
    ...(overrode === undefined ? {} : { overrode }),
    origin,
  }
}

export function heldView(override: Override): HeldView {
  const { id, actor, reason, createdAt } = override
  return { id, ...saying(override), actor, reason, createdAt: isoTime(createdAt) }
}

const saying = ({ state, drain, expiresAt }: Override): Pick<HeldView, 'state' | 'percent' | 'expiresAt'> => ({
  state,
  ...(state === 'drain' ? { percent: drain } : {}),
  ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }),
})
