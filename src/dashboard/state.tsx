// How a region stands, in a sign and a word, so that the colour is not needed to tell.
import type { RegionView } from '../control-plane/admin/api.js'
import { type Standing, standingOf } from './standing.js'

/** A colour of the page, a sign, and what is said. */
const TOLD: Readonly<Record<Standing, readonly [colour: string, sign: string, word: string]>> = {
  up: ['up', '●', 'up'],
  'forced-up': ['up', '▲', 'forced up'],
  draining: ['disabled', '◐', 'draining'],
  drained: ['disabled', '◼', 'drained'],
  down: ['down', '▼', 'down'],
  'forced-down': ['disabled', '◼', 'disabled'],
  disabled: ['disabled', '◼', 'disabled'],
}

export const colourOfStanding = (region: Pick<RegionView, 'state' | 'override'>): string => TOLD[standingOf(region)][0]

export function State({ region }: { readonly region: RegionView }) {
  const [colour, sign, word] = TOLD[standingOf(region)]
  return (
    <span class={`state ${colour}`}>
      <span aria-hidden="true">{sign}</span> {word}
      {standingOf(region) === 'draining' ? ` ${region.override?.percent} %` : ''}
    </span>
  )
}
