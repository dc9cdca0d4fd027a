// A chart over time, and the same numbers as a table for whoever cannot see it.
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { isDark } from './scheme.js'
import { amount } from './words.js'

export interface Line {
  readonly label: string
  readonly colour: string
  /** Null where there is nothing to be said. */
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  readonly unit: string
  /** Epoch ms, rising. */
  readonly times: readonly number[]
  /** How far back the picture goes, in ms, whether or not there is something to show. */
  readonly spanMs: number
  readonly lines: readonly Line[]
  /** Moments at which something happened, epoch ms: a line across the picture for each. */
  readonly marks?: readonly number[]
}

const HEIGHT = 190

const NONE: readonly number[] = []

export function Chart({ title, unit, times, spanMs, lines, marks = NONE }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const marked = useRef(marks)
  marked.current = marks
  const labels = [spanMs, ...lines.map(({ label }) => label)].join('\n')
  // A chart is made for its lines and the light that it is seen in, and fed from then on.
  useEffect(() => {
    const element = box.current! // it is drawn before the effect runs
    const style = getComputedStyle(element)
    const [ink, grid] = ['--soft', '--line'].map(token => style.getPropertyValue(token))
    const axis = { stroke: ink!, grid: { stroke: grid!, width: 1 }, ticks: { stroke: grid!, width: 1 } }
    plot.current = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { y: false },
        hooks: { draw: [plot => drawMarks(plot, marked.current, ink!)] },
        legend: { live: true },
        axes: [
          { ...axis, space: 70, values: (_, ticks) => ticks.map(tick => clockTime(tick, spanMs)) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map(amount) },
        ],
        scales: {
          x: { range: (_, __, max) => [max - spanMs / 1000, max] },
          y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] },
        },
        series: [
          { label: 'Until', value: (_, time) => (time === null ? '–' : clockTime(time, 0)) },
          ...lines.map(({ label, colour }) => ({
            label,
            stroke: colour,
            width: 1.5,
            points: { show: false },
            value: (_: uPlot, value: number | null) => told(value),
          })),
        ],
      },
      dataOf(times, lines),
      element,
    )
    const watch = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      plot.current?.destroy()
    }
  }, [labels, isDark.value])
  useEffect(() => plot.current?.setData(dataOf(times, lines)))
  return (
    <figure class="chart">
      <figcaption>
        {title} <span class="quiet">{unit}</span>
      </figcaption>
      <div ref={box} aria-hidden="true" />
      <details>
        <summary>As a table</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Until (UTC)</th>
                {lines.map(({ label }) => (
                  <th key={label} scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.slice(-30).map((time, i) => (
                <tr key={time}>
                  <th scope="row">{new Date(time).toISOString().slice(11, 19)}</th>
                  {lines.map(({ label, values }) => (
                    <td key={label} class="number">
                      {told(values[Math.max(0, times.length - 30) + i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly number[], ink: string): void {
  ctx.save()
  ctx.strokeStyle = ink
  ctx.setLineDash([4, 3])
  for (const mark of marks) {
    const x = valToPos(mark / 1000, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}

const told = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : amount(value))

const dataOf = (times: readonly number[], lines: readonly Line[]): uPlot.AlignedData => [
  times.map(time => time / 1000),
  ...lines.map(({ values }) => [...values]),
]

const DAY_MS = 86_400_000
const two = (value: number): string => String(value).padStart(2, '0')

/** In the time of whoever looks: `14:05`, or over days `24 Nov`. */
function clockTime(seconds: number, spanMs: number): string {
  const at = new Date(seconds * 1000)
  if (spanMs > DAY_MS) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return `${two(at.getHours())}:${two(at.getMinutes())}${at.getSeconds() === 0 && spanMs > 0 ? '' : `:${two(at.getSeconds())}`}`
}
