// The picture: land as dots in the colour of the region that their clients get, regions as marks with their state.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Catchment, RegionView } from '../control-plane/admin/api.js'
import { countryName, mainRegion } from './catchment.js'
import { HEIGHT, outlines, placeAt, readOutlines, WIDTH } from './earth.js'
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

const DOT = 3.1
const NEAR = 9
/** Of a region that gives no answer, and of one that gives all of them: marks are as large as what is asked of them. */
const SMALLEST = 5.5
const LARGEST = 12

export function WorldMap({ catchment, regions, pointed, onPoint, onPick, places }: MapProps) {
  const under = useSignal<Catchment['cells'][number] | undefined>(undefined)
  useEffect(() => void readOutlines().catch(() => {}), [])
  const ids = regions.map(({ id }) => id)
  const rates = regions.map(({ id }) => rateOf(id))
  const all = rates.reduce((sum, rate) => sum + rate, 0)
  const shapes = outlines.value
  const cellAt = (event: MouseEvent & { readonly currentTarget: SVGSVGElement }) => {
    if (catchment === undefined) return undefined
    const box = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - box.left) * WIDTH) / box.width
    const y = ((event.clientY - box.top) * HEIGHT) / box.height
    return nearest(catchment, x, y)
  }
  return (
    <figure class="map">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links of the table by country do the same by keyboard */}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        class={under.value === undefined ? '' : 'on-land'}
        aria-label="Map of the world: which region each part of it gets. The table below says the same."
        onMouseMove={event => {
          under.value = cellAt(event)
        }}
        onClick={event => {
          const cell = cellAt(event)
          if (cell !== undefined) onPick(cell[0], cell[1])
        }}
        onMouseLeave={() => {
          under.value = undefined
        }}
      >
        {shapes === undefined ? null : (
          <>
            <path class="land" d={shapes.land} />
            <path class="borders" d={shapes.borders} />
          </>
        )}
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
      </svg>
      <figcaption>{catchment === undefined ? '' : caption(catchment, under.value, pointed)}</figcaption>
    </figure>
  )
}

/** One path for each pair of outcomes: a few dozen shapes for the browser, not thousands. */
function Dots({
  catchment,
  ids,
  pointed,
}: {
  readonly catchment: Catchment
  readonly ids: readonly string[]
  readonly pointed: string | undefined
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

function Mark({
  region: { id, location, state },
  share,
  colour,
  onPoint,
}: {
  readonly region: RegionView
  /** Of all answers, 0 to 1. */
  readonly share: number
  readonly colour: string
  readonly onPoint: MapProps['onPoint']
}) {
  if (location === undefined) return null
  const [x, y] = placeAt(location.latitude, location.longitude)
  const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table beside it does the same by keyboard
    <g
      class={`mark ${state}`}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      onMouseEnter={() => onPoint(id)}
      onMouseLeave={() => onPoint(undefined)}
    >
      <circle r={(radius + 2.5).toFixed(1)} class="halo" />
      {state === 'up' ? (
        <circle r={radius.toFixed(1)} fill={colour} />
      ) : (
        <path d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5" class="cross" />
      )}
      <text y={(-6 - radius).toFixed(1)}>{id}</text>
    </g>
  )
}

function nearest({ cells }: Catchment, x: number, y: number): Catchment['cells'][number] | undefined {
  let best: Catchment['cells'][number] | undefined
  let least = NEAR * NEAR
  for (const cell of cells) {
    const [cx, cy] = placeAt(cell[0], cell[1])
    const distance = (cx - x) ** 2 + (cy - y) ** 2
    if (distance >= least) continue
    least = distance
    best = cell
  }
  return best
}

function caption(
  catchment: Catchment,
  cell: Catchment['cells'][number] | undefined,
  pointed: string | undefined,
): string {
  if (cell === undefined)
    return pointed === undefined
      ? 'Point at land to see which region it gets, click it to see why, and point at a region to see who would take its clients.'
      : `As it would be without ${pointed}.`
  const [, , country, now, next] = cell
  const told = (outcome: number) => mainRegion(catchment, outcome) ?? `nothing (${catchment.outcomes[outcome]?.rung})`
  return `${countryName(country)}: ${told(now)} now; without it, ${told(next)}.`
}
