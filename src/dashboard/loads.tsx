// What regions carry against what they can carry, as they report it.
import { useComputed } from '@preact/signals'
import type { LoadList, RegionView } from '../control-plane/admin/api.js'
import { clock } from './parts.js'
import { useReading } from './reading.js'
import { amount, percent } from './words.js'

type Load = LoadList['loads'][number]

const LOOK_MS = 5000

/** By region; none of those that report nothing. */
export function useLoads(): ReadonlyMap<string, Load> {
  const tick = useComputed(() => Math.floor(clock.value / LOOK_MS))
  const { value } = useReading('/v1/load', {}, tick.value)
  return new Map(value?.loads.map(load => [load.region, load]))
}

export function LoadCell({
  region: { id, capacity },
  load,
}: {
  readonly region: RegionView
  readonly load: Load | undefined
}) {
  if (load === undefined)
    return capacity === undefined ? null : <span class="quiet">of {amount(capacity)}, not reported</span>
  const { current, capacity: most, stale } = load
  const share = current / most
  return (
    <>
      <meter aria-label={`Load of ${id}`} min={0} max={1} high={0.9} value={Math.min(1, share)} />
      <span class={share > 1 ? 'block bad' : 'block'}>
        {amount(current)} of {amount(most)}, {percent(share)}
        {stale ? ' (said too long ago)' : ''}
      </span>
    </>
  )
}
