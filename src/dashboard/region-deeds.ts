// What can be done to a region as it stands, and what the buttons for it say. Pure.
import type { RegionView } from '../control-plane/admin/api.js'
import { standingOf } from './standing.js'

/** `raise`: it is said to be up, whatever its checks find. */
export type Deed = 'disable' | 'enable' | 'drain' | 'raise'

export const VERBS: Readonly<Record<Deed, string>> = {
  disable: 'Disable',
  enable: 'Enable',
  drain: 'Drain',
  raise: 'Force up',
}

/** The first is the one that is wanted most. */
export function deedsFor(region: RegionView): readonly Deed[] {
  // What the break-glass file says ends there, and holds against all that could be said here.
  if (region.override !== undefined && region.override.expiresAt === undefined) return []
  switch (standingOf(region)) {
    case 'up':
    case 'draining':
      return ['disable', 'drain']
    case 'forced-up':
      return ['disable']
    case 'down':
      return ['disable', 'raise']
    case 'disabled':
      return ['enable']
    case 'forced-down':
    case 'drained':
      return ['enable']
  }
}

/** What is in the document takes who may edit it; the rest who may operate. */
export const scopeOf = (deed: Deed, { enabled }: RegionView): 'edit' | 'operate' =>
  deed === 'enable' && !enabled ? 'edit' : 'operate'
