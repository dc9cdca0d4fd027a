// Metrics as text: the Prometheus exposition format, version 0.0.4. Pure.

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** All samples of one name. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly Sample[]
}

/** A number that goes up and down. */
export const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name: `meridian_${name}`,
  help,
  type: 'gauge',
  samples,
})

/** A number that only grows, from the start of the process on. */
export const counter = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...gauge(name, help, samples),
  type: 'counter',
})

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The lines of all metrics, each with what it means and what it is. */
export const formatMetrics = (metrics: readonly Metric[]): string => metrics.map(formatMetric).join('')

function formatMetric({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => `${name}${formatLabels(labels)} ${formatNumber(value)}`)
  return `${[`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`
}

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
