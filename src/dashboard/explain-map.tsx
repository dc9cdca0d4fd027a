// Where the client of a question is, and the region that it gets: to be seen, and to be asked by a click.
import type { Catchment, Explanation } from '../control-plane/admin/api.js'
import { countryName, mainRegion } from './catchment.js'
import { arcBetween, placeAt } from './earth.js'
import { change, regions } from './live.js'
import { Dots } from './map-dots.js'
import { type Cell, MapFrame } from './map-frame.js'
import { Mark } from './map-mark.js'
import { colourOf } from './palette.js'
import { useReading } from './reading.js'

interface ExplainMapProps {
  readonly told: Explanation | undefined
  readonly onPick: (latitude: number, longitude: number) => void
}

/** Of a name that is steered there is a catchment. @param name in full, with its dot */
export function SteeredMap({
  name,
  type,
  ...props
}: ExplainMapProps & { readonly name: string; readonly type: string }) {
  const asked = { name, type: type === 'AAAA' ? 'AAAA' : 'A' } as const
  const { value } = useReading('/v1/catchment', { query: asked }, change.value)
  return <ExplainMap catchment={value} {...props} />
}

export function ExplainMap({
  told,
  catchment,
  onPick,
}: ExplainMapProps & { readonly catchment?: Catchment | undefined }) {
  const all = regions.value ?? []
  const ids = all.map(({ id }) => id)
  const chosen = new Set(told?.regions.flatMap(({ region, state }) => (state === 'chosen' ? [region] : [])))
  return (
    <MapFrame
      label="Map of the world: where the client is, and the region that it gets. The steps say the same."
      catchment={catchment}
      onPick={onPick}
      caption={under => caption(catchment, under)}
    >
      {catchment === undefined ? null : <Dots catchment={catchment} ids={ids} />}
      {all.map(region => (
        <Mark
          key={region.id}
          region={region}
          share={chosen.has(region.id) ? 0.3 : 0}
          colour={colourOf(ids, region.id)}
        />
      ))}
      <Client told={told} chosen={chosen} />
    </MapFrame>
  )
}

/** A ring where the client is, and the way to each region that it may get. */
function Client({ told, chosen }: { readonly told: Explanation | undefined; readonly chosen: ReadonlySet<string> }) {
  const { latitude = null, longitude = null } = told?.location.place ?? {}
  if (latitude === null || longitude === null) return null
  const [x, y] = placeAt(latitude, longitude)
  const ways = (regions.value ?? []).flatMap(({ id, location }) =>
    chosen.has(id) && location !== undefined ? [arcBetween({ latitude, longitude }, location)] : [],
  )
  return (
    <g class="client">
      {ways.map(way => (
        <path key={way} d={way} />
      ))}
      <circle cx={x.toFixed(1)} cy={y.toFixed(1)} r="6" />
    </g>
  )
}

function caption(catchment: Catchment | undefined, cell: Cell | undefined): string {
  if (catchment === undefined || cell === undefined)
    return 'Click where the client is. The ring is the one of this answer.'
  const [, , country, now] = cell
  const region = mainRegion(catchment, now) ?? `nothing (${catchment.outcomes[now]?.rung})`
  return `${countryName(country)}: ${region}. Click to see why.`
}
