// How a drill stands, in a word.
import type { DrillView } from '../control-plane/admin/api.js'
import { standingOf } from './drill-weeks.js'

export function Outcome({ drill }: { readonly drill: DrillView }) {
  const standing = standingOf(drill)
  return <span class={`outcome ${standing.replace(' ', '-')}`}>{standing}</span>
}
