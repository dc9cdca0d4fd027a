// A region on the map: a mark that is as large as what is asked of it, with its state around it.
import type { RegionView } from '../control-plane/admin/api.js'
import { placeAt } from './earth.js'
import { serves } from './standing.js'
import { colourOfStanding } from './state.js'

/** Of a region that gives no answer, and of one that gives all of them: marks are as large as what is asked of them. */
const SMALLEST = 5.5
const LARGEST = 12

export function Mark({
  region,
  share,
  colour,
  onPoint,
}: {
  readonly region: RegionView
  /** Of all answers, 0 to 1. */
  readonly share: number
  readonly colour: string
  readonly onPoint?: (region: string | undefined) => void
}) {
  const { id, location } = region
  if (location === undefined) return null
  const [x, y] = placeAt(location.latitude, location.longitude)
  const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table beside it does the same by keyboard
    <g
      class={`mark ${colourOfStanding(region)}`}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      onMouseEnter={() => onPoint?.(id)}
      onMouseLeave={() => onPoint?.(undefined)}
    >
      <circle r={(radius + 2.5).toFixed(1)} class="halo" />
      {serves(region) ? (
        <circle r={radius.toFixed(1)} fill={colour} />
      ) : (
        <path d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5" class="cross" />
      )}
      <text y={(-6 - radius).toFixed(1)}>{id}</text>
    </g>
  )
}
