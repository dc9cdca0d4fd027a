// What every map has: land, a place under the pointer that can be clicked, and a sentence beneath.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Catchment } from '../control-plane/admin/api.js'
import { HEIGHT, outlines, placeAt, readOutlines, spotAt, WIDTH } from './earth.js'

export type Cell = Catchment['cells'][number]

interface FrameProps {
  /** For those who do not see it. */
  readonly label: string
  readonly catchment: Catchment | undefined
  /** Called with the place of the land that was clicked. */
  readonly onPick: (latitude: number, longitude: number) => void
  /** What is said beneath it. */
  readonly caption: (under: Cell | undefined) => string
  readonly children: ComponentChildren
}

/** In the picture, how far from the middle of a cell still means it. */
const NEAR = 9

export function MapFrame({ label, catchment, onPick, caption, children }: FrameProps) {
  const under = useSignal<Cell | undefined>(undefined)
  useEffect(() => void readOutlines().catch(() => {}), [])
  const shapes = outlines.value
  return (
    <figure class="map">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the fields and links beside it do the same by keyboard */}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        class={under.value === undefined && catchment !== undefined ? '' : 'on-land'}
        aria-label={label}
        onMouseMove={event => {
          under.value = catchment && nearest(catchment, ...pointIn(event))
        }}
        onClick={event => {
          const [x, y] = pointIn(event)
          const cell = catchment && nearest(catchment, x, y)
          // Where cells are not known, any place will do.
          const spot = cell ?? (catchment === undefined ? spotAt(x, y) : undefined)
          if (spot !== undefined) onPick(spot[0], spot[1])
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
        {children}
      </svg>
      <figcaption>{caption(under.value)}</figcaption>
    </figure>
  )
}

/** Where an event is in the picture, however large that is drawn. */
function pointIn(event: MouseEvent & { readonly currentTarget: SVGSVGElement }): readonly [x: number, y: number] {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
  return [((event.clientX - left) * WIDTH) / width, ((event.clientY - top) * HEIGHT) / height]
}

function nearest({ cells }: Catchment, x: number, y: number): Cell | undefined {
  let best: Cell | undefined
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
