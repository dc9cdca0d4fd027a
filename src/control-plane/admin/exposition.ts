// Metrics as text: the Prometheus exposition format, version 0.0.4. Pure.
import { BOUNDS, type DurationCounts } from '../trace/durations.js'

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

interface Named {
  readonly name: string
  readonly help: string
}

/** All samples of one name. */
export type Metric = Named &
  (
    | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
    | { readonly type: 'histogram'; readonly samples: readonly DurationCounts[] }
  )

/** A number that goes up and down. */
export const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name: `meridian_${name}`,
  help,
  type: 'gauge',
  samples,
})

/** A number that only grows, from the start of the process on. */
export const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name: `meridian_${name}`,
  help,
  type: 'counter',
  samples,
})

/** How long things took, from the start of the process on. */
export const histogram = (name: string, help: string, samples: readonly DurationCounts[]): Metric => ({
  name: `meridian_${name}`,
  help,
  type: 'histogram',
  samples,
})

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The lines of all metrics, each with what it means and what it is. */
export const formatMetrics = (metrics: readonly Metric[]): string => metrics.map(formatMetric).join('')

function formatMetric(metric: Metric): string {
  const { name, help, type } = metric
  const lines =
    metric.type === 'histogram'
      ? metric.samples.flatMap(one => bucketLines(name, one))
      : metric.samples.map(({ labels, value }) => formatSample(name, labels, value))
  return `${[`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`
}

/** Each bucket has those of the smaller ones as well. */
function bucketLines(name: string, { labels, sum, counts }: DurationCounts): readonly string[] {
  let count = 0
  const buckets = counts.map((own, place) => {
    count += own
    return formatSample(`${name}_bucket`, { ...labels, le: formatNumber(BOUNDS[place] ?? Infinity) }, count)
  })
  return [...buckets, formatSample(`${name}_sum`, labels, sum), formatSample(`${name}_count`, labels, count)]
}

const formatSample = (name: string, labels: Readonly<Record<string, string>> = {}, value: number): string =>
  `${name}${formatLabels(labels)} ${formatNumber(value)}`

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const escapeValue = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')

/** Go's spelling of what is no number in JSON. */
function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}
