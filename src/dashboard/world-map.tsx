// The picture: land as dots in the colour of the region that their clients get, regions as marks with their state.
import type { Catchment, RegionView } from '../control-plane/admin/api.js'
import { countryName, mainRegion } from './catchment.js'
import { Dots } from './map-dots.js'
import { type Cell, MapFrame } from './map-frame.js'
import { Mark } from './map-mark.js'
import { colourOf } from './palette.js'
import { rateOf } from './rates.js'
import type { SeenPlace } from './seen-clients.js'
import { SeenClientsLayer } from './seen-clients-layer.js'

interface MapProps {
  readonly catchment: Catchment | undefined
  readonly regions: readonly RegionView[]
  /** The region that is pointed at: its land is painted as it would be without it. */
  readonly pointed: string | undefined
  readonly onPoint: (region: string | undefined) => void
  /** Called with the place of the land that was clicked. */
  readonly onPick: (latitude: number, longitude: number) => void
  /** Clients that were seen asking. */
  readonly places: readonly SeenPlace[]
}

export function WorldMap({ catchment, regions, pointed, onPoint, onPick, places }: MapProps) {
  const ids = regions.map(({ id }) => id)
  const rates = regions.map(({ id }) => rateOf(id))
  const all = rates.reduce((sum, rate) => sum + rate, 0)
  return (
    <MapFrame
      label="Map of the world: which region each part of it gets. The table below says the same."
      catchment={catchment}
      onPick={onPick}
      caption={under => (catchment === undefined ? '' : caption(catchment, under, pointed))}
    >
      {catchment === undefined ? null : <Dots catchment={catchment} ids={ids} pointed={pointed} />}
      <SeenClientsLayer places={places} regions={regions} ids={ids} />
      {regions.map((region, i) => (
        <Mark
          key={region.id}
          region={region}
          share={all === 0 ? 0 : rates[i]! / all}
          colour={colourOf(ids, region.id)}
          onPoint={onPoint}
        />
      ))}
    </MapFrame>
  )
}

function caption(catchment: Catchment, cell: Cell | undefined, pointed: string | undefined): string {
  if (cell === undefined)
    return pointed === undefined
      ? 'Point at land to see which region it gets, click it to see why, and point at a region to see who would take its clients.'
      : `As it would be without ${pointed}.`
  const [, , country, now, next] = cell
  const told = (outcome: number) => mainRegion(catchment, outcome) ?? `nothing (${catchment.outcomes[outcome]?.rung})`
  return `${countryName(country)}: ${told(now)} now; without it, ${told(next)}.`
}
