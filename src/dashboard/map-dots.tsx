// Land as dots in the colour of the region that their clients get.
import type { Catchment } from '../control-plane/admin/api.js'
import { mainRegion } from './catchment.js'
import { placeAt } from './earth.js'
import { colourOf } from './palette.js'

const DOT = 3.1

/** One path for each pair of outcomes: a few dozen shapes for the browser, not thousands. */
export function Dots({
  catchment,
  ids,
  pointed,
}: {
  readonly catchment: Catchment
  readonly ids: readonly string[]
  /** The region whose land is painted as it would be without it. */
  readonly pointed?: string | undefined
}) {
  const groups = new Map<string, { now: number; next: number; path: string }>()
  for (const [latitude, longitude, , now, next] of catchment.cells) {
    const key = `${now} ${next}`
    const group = groups.get(key) ?? { now, next, path: '' }
    const [x, y] = placeAt(latitude, longitude)
    group.path += `M${(x - DOT).toFixed(1)} ${y.toFixed(1)}a${DOT} ${DOT} 0 1 0 ${DOT * 2} 0a${DOT} ${DOT} 0 1 0 ${-DOT * 2} 0`
    groups.set(key, group)
  }
  return (
    <g class={pointed === undefined ? 'dots' : 'dots pointing'}>
      {[...groups].map(([key, { now, next, path }]) => {
        const mine = mainRegion(catchment, now)
        const moved = pointed !== undefined && mine === pointed
        return (
          <path
            key={key}
            d={path}
            class={moved ? 'moved' : ''}
            fill={colourOf(ids, moved ? mainRegion(catchment, next) : mine)}
          />
        )
      })}
    </g>
  )
}
