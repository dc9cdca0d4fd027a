// Charts of a drill as SVG that needs nothing but itself: answers by region over time, and what was foretold beside what came. Pure.
import { type Comparison, compare, type DrillRecord, regionsIn } from './drill-record.js'

/** Markup in a text is text. */
export const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const WIDTH = 900
const HEIGHT = 220
/** Told apart also by those who see few colours (after Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#b8a500']

/** The style of a page with these charts. Colours are classes: a page that may be shown anywhere has no style in attributes. */
export const CHART_STYLE = `svg{width:100%;height:auto}line{stroke:#1b1f23;stroke-dasharray:4 3}svg text{font-size:11px;fill:#1b1f23}svg .name{font-size:14px}
.legend span{margin-left:1rem}i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}${COLOURS.map((one, i) => `i.c${i}{background:${one}}`).join('')}`

const colour = (i: number): string => COLOURS[i % COLOURS.length]!

/** Areas one on the other, and a line for each move of the drill. */
export function trafficChart(record: DrillRecord): string {
  const { seconds, drill } = record
  const first = seconds[0]
  const last = seconds.at(-1)
  if (first === undefined || last === undefined || first === last) return '<p>Nothing was counted.</p>'
  const ids = regionsIn(record)
  const sums = seconds.map(({ answers }) => ids.reduce((sum, id) => sum + (answers[id] ?? 0), 0))
  const most = Math.max(1, ...sums)
  const x = (at: number): string => (((at - first.until) / (last.until - first.until)) * WIDTH).toFixed(1)
  const y = (count: number): string => (HEIGHT - (count / most) * HEIGHT).toFixed(1)
  const below = seconds.map(() => 0)
  const areas = ids.map((id, i) => {
    const lower = seconds.map(({ until }, k) => `${x(until)},${y(below[k]!)}`)
    const upper = seconds.map(({ until, answers }, k) => {
      below[k] = below[k]! + (answers[id] ?? 0)
      return `${x(until)},${y(below[k]!)}`
    })
    return `<polygon fill="${colour(i)}" points="${[...lower, ...upper.reverse()].join(' ')}"><title>${safe(id)}</title></polygon>`
  })
  const moves = drill.timeline
    .filter(({ at }) => at >= first.until && at <= last.until)
    .map(
      ({ at, what }) => `<line x1="${x(at)}" x2="${x(at)}" y1="0" y2="${HEIGHT}"><title>${safe(what)}</title></line>`,
    )
  const legend = ids.map((id, i) => `<span><i class="c${i % COLOURS.length}"></i>${safe(id)}</span>`)
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Answers a second by region, at most ${most}">${areas.join('')}${moves.join('')}</svg>
<p class="legend">at most ${most} a second; a line is a move of the drill ${legend.join(' ')}</p>`
}

const ROW = 48
const LABEL = 140
const BAR = 12

/** For each region three bars: before, foretold, counted. */
export function sharesChart(record: DrillRecord): string {
  const ids = regionsIn(record)
  const rows = compare(record)
  const width = (share: number): string => (share * (WIDTH - LABEL - 60)).toFixed(1)
  const bars = rows.map(({ region, ...shares }, row) => {
    const of = (key: keyof typeof shares, i: number): string => {
      const share = shares[key]
      if (share === undefined) return ''
      const top = row * ROW + 4 + i * (BAR + 1)
      const opacity = OPACITY[key]
      const words = `${WORDS[key]}: ${(share * 100).toFixed(1)} %`
      return `<rect x="${LABEL}" y="${top}" width="${width(share)}" height="${BAR}" fill="${colour(ids.indexOf(region))}" fill-opacity="${opacity}"><title>${safe(region)}, ${words}</title></rect>
<text x="${LABEL + 6 + Number(width(share))}" y="${top + BAR - 2}">${words}</text>`
    }
    return `<text class="name" x="0" y="${row * ROW + 24}">${safe(region)}</text>${of('before', 0)}${of('predicted', 1)}${of('actual', 2)}`
  })
  return `<svg viewBox="0 0 ${WIDTH + 60} ${rows.length * ROW}" role="img" aria-label="Shares of the answers by region: before, foretold and counted">${bars.join('')}</svg>`
}

const OPACITY: Readonly<Record<keyof Omit<Comparison, 'region'>, number>> = { before: 0.35, predicted: 0.65, actual: 1 }
const WORDS: Readonly<Record<keyof Omit<Comparison, 'region'>, string>> = {
  before: 'before',
  predicted: 'foretold',
  actual: 'counted',
}
