// Clients on the map: a dot where they are, as large as what they ask, and an arc to the region that they get.
import type { RegionView } from '../control-plane/admin/api.js'
import { arcBetween, placeAt } from './earth.js'
import { colourOf } from './palette.js'
import type { SeenPlace } from './seen-clients.js'

/** Of a dot for all that is asked, and of the smallest that can be seen. */
const LARGEST = 14
const SMALLEST = 1.6

export function SeenClientsLayer({
  places,
  regions,
  ids,
}: {
  readonly places: readonly SeenPlace[]
  readonly regions: readonly RegionView[]
  readonly ids: readonly string[]
}) {
  const locations = new Map(regions.map(({ id, location }) => [id, location]))
  // One path for each region: a few shapes for the browser, however many clients there are.
  const arcs = new Map<string, string>()
  for (const place of places) {
    const to = locations.get(place.region)
    if (to !== undefined) arcs.set(place.region, (arcs.get(place.region) ?? '') + arcBetween(place, to))
  }
  return (
    <g class="clients">
      {[...arcs].map(([region, path]) => (
        <path key={region} class="arc" d={path} stroke={colourOf(ids, region)} />
      ))}
      {places.map(({ latitude, longitude, region, share }) => {
        const [x, y] = placeAt(latitude, longitude)
        const radius = Math.max(SMALLEST, LARGEST * Math.sqrt(share))
        return (
          <circle
            key={`${latitude} ${longitude}`}
            cx={x.toFixed(1)}
            cy={y.toFixed(1)}
            r={radius.toFixed(1)}
            fill={colourOf(ids, region)}
          />
        )
      })}
    </g>
  )
}
