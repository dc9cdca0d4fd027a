// Regions as a table for people: up, down or disabled, what operators have said beside it, since when, and why.
import type { RegionList, RegionView } from '../control-plane/admin/api.js'
import { wordsOf } from './override.js'
import { table } from './table.js'

/** In the order of the document; no colours, at most 100 columns where words can be parted. */
export function formatRegions({ regions }: RegionList): string {
  if (regions.length === 0) return 'the traffic document has no regions'
  const rows = [['REGION', 'STATE', 'SINCE', 'ADDRESSES', 'CAUSE'], ...regions.map(row)]
  return table(rows, ['left', 'left', 'left', 'left', 'left']).join('\n')
}

/** Of what is written in the document, its revisions know more. */
const IN_DOCUMENT = 'in the document; meridian history tells who and why'

const row = ({ id, state, since, addresses, target, enabled, cause, override, ttl }: RegionView): readonly string[] => [
  id,
  override === undefined ? state : `${state}, ${wordsOf(override)}`,
  // To the second: `2026-03-01 09:30:05Z`.
  since === undefined ? '-' : since.replace(/^(.{10})T(.{8}).*$/, '$1 $2Z'),
  target ?? addresses.join(' '),
  [
    cause ?? (enabled ? '' : IN_DOCUMENT),
    ...(override === undefined ? [] : [`${override.actor}: ${override.reason}`]),
    ...(ttl === undefined ? [] : [`TTL at most ${ttl} s`]),
  ]
    .filter(Boolean)
    .join('; '),
]
