// The earth as it is drawn: an Equal Earth projection (Šavrič, Patterson & Jenny 2018), so that areas can be compared.
import { signal } from '@preact/signals'
import { geoEqualEarth, geoPath } from 'd3-geo'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import atlasUrl from 'world-atlas/countries-110m.json?url'

export const WIDTH = 960
export const HEIGHT = 440

/** Cut below the southernmost land with people; Antarctica is outside the picture. */
const projection = geoEqualEarth()
  .rotate([-11, 0])
  .scale(172)
  .translate([WIDTH / 2, HEIGHT / 2 + 34])

/** Where a place is in the picture. */
export function placeAt(latitude: number, longitude: number): readonly [x: number, y: number] {
  const [x, y] = projection([longitude, latitude]) ?? [-100, -100]
  return [x, y]
}

/** The place at a point of the picture; undefined outside of the earth. */
export function spotAt(x: number, y: number): readonly [latitude: number, longitude: number] | undefined {
  const [longitude = NaN, latitude = NaN] = projection.invert?.([x, y]) ?? []
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : undefined
}

interface Spot {
  readonly latitude: number
  readonly longitude: number
}

/** The shortest way from one place to another, as a path; in two pieces where it leaves the picture on one side. */
export const arcBetween = (from: Spot, to: Spot): string =>
  geoPath(projection)({
    type: 'LineString',
    coordinates: [from, to].map(({ latitude, longitude }) => [longitude, latitude]),
  }) ?? ''

export interface Outlines {
  readonly land: string
  readonly borders: string
}

export const outlines = signal<Outlines | undefined>(undefined)

type Atlas = Topology<{ readonly countries: GeometryCollection; readonly land: GeometryCollection }>

/** Reads the shapes once; without them the picture is of dots alone. */
export async function readOutlines(): Promise<void> {
  if (outlines.peek() !== undefined) return
  const response = await fetch(atlasUrl)
  const atlas = (await response.json()) as Atlas // our own file
  const path = geoPath(projection)
  outlines.value = {
    land: path(feature(atlas, atlas.objects.land)) ?? '',
    borders: path(mesh(atlas, atlas.objects.countries, (a, b) => a !== b)) ?? '',
  }
}
