// The way of a drill as a picture: a stair of steps, as wide as they last and as high as their percent, and where it is now.
import type { DrillView } from '../control-plane/admin/api.js'
import { duration } from './words.js'

export interface CourseStep {
  readonly percent: number
  readonly seconds: number
}

const WIDTH = 600
const HEIGHT = 64
const TOP = 16
/** A step that is narrower than this has no room for its words. */
const ROOM = 34

export const lengthOf = (steps: readonly CourseStep[]): number => steps.reduce((sum, { seconds }) => sum + seconds, 0)

/** For how many seconds the drill has gone on; undefined where it is not under way. @param now epoch ms */
export function elapsedOf({ phase, percent, steps, back, movesAt }: DrillView, now: number): number | undefined {
  if ((phase !== 'out' && phase !== 'back') || movesAt === undefined) return undefined
  const before = phase === 'out' ? [] : steps
  const own = phase === 'out' ? steps : back
  const at = own.findIndex(step => step.percent === percent)
  const end = lengthOf([...before, ...own.slice(0, at + 1)])
  const left = Math.max(0, (Date.parse(movesAt) - now) / 1000)
  return Math.max(lengthOf([...before, ...own.slice(0, at)]), end - left)
}

/** @param elapsed in seconds */
export function Course({
  steps,
  elapsed,
}: {
  readonly steps: readonly CourseStep[]
  readonly elapsed?: number | undefined
}) {
  const all = lengthOf(steps)
  if (!(all > 0)) return null
  const x = (seconds: number): number => (seconds / all) * WIDTH
  const y = (percent: number): number => TOP + (1 - percent / 100) * (HEIGHT - TOP)
  const starts = steps.map((_, i) => lengthOf(steps.slice(0, i)))
  return (
    <svg class="course" viewBox={`0 0 ${WIDTH} ${HEIGHT + 14}`} role="img" aria-label={sentence(steps)}>
      {steps.map(({ percent, seconds }, i) => (
        // Two steps may be alike: their place tells them apart.
        <g key={i} class={elapsed !== undefined && starts[i]! <= elapsed ? 'gone' : undefined}>
          <rect x={x(starts[i]!)} y={y(percent)} width={Math.max(0, x(seconds) - 1)} height={HEIGHT - y(percent)} />
          {x(seconds) < ROOM ? null : (
            <>
              <text x={x(starts[i]!) + 3} y={y(percent) - 4}>
                {percent} %
              </text>
              <text x={x(starts[i]!) + 3} y={HEIGHT + 12}>
                {duration(seconds * 1000)}
              </text>
            </>
          )}
        </g>
      ))}
      {elapsed === undefined ? null : <line x1={x(elapsed)} x2={x(elapsed)} y1="0" y2={HEIGHT} />}
    </svg>
  )
}

const sentence = (steps: readonly CourseStep[]): string =>
  steps.map(({ percent, seconds }) => `${percent} % elsewhere for ${duration(seconds * 1000)}`).join(', then ')
