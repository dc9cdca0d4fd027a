// Overrides as a table for people.
import type { HeldView, OverrideList } from '../control-plane/admin/api.js'
import { moment } from './revision.js'
import { table } from './table.js'

export function formatOverrides({ overrides }: OverrideList): string {
  if (overrides.length === 0) return 'no overrides are in force: every region is as its checks find it'
  const rows = overrides.map(
    ({ id, holdsFor, addresses = [], targets, expiresAt, actor, reason, overrode, ...said }) => [
      id,
      holdsFor.length + addresses.length === 0 ? `(${targets.join(' ')})` : [...holdsFor, ...addresses].join(' '),
      wordsOf(said),
      expiresAt === undefined ? '-' : moment(expiresAt),
      actor,
      overrode === undefined ? reason : `${reason} (overrode ${overrode.join(', ')})`,
    ],
  )
  const header = ['ID', 'REGIONS', 'ARE', 'UNTIL', 'WHO', 'WHY']
  return table([header, ...rows], ['right', 'left', 'left', 'left', 'left', 'left']).join('\n')
}

/** `forced down`, `drained by 50 %`, `kept as they were` */
export const wordsOf = ({ state, percent }: Pick<HeldView, 'state' | 'percent'>): string =>
  state === 'drain' ? `drained by ${percent} %` : state === 'observe' ? 'kept as they were' : `forced ${state}`
