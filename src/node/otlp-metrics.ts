// Metrics as OTLP has them: those of /metrics under the same names, so that a board works whichever way they came.
import { ValueType } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { Metric } from '../control-plane/admin/exposition.js'
import { BOUNDS } from '../control-plane/trace/durations.js'

/** Pure. Counters have grown since `startedAt`; all times in epoch ms. */
export function otlpMetrics(metrics: readonly Metric[], startedAt: number, now: number): MetricData[] {
  const [startTime, endTime] = [hrTime(startedAt), hrTime(now)]
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(metric => {
      const { name, help } = metric
      const facts = {
        descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
        aggregationTemporality: AggregationTemporality.CUMULATIVE,
      }
      if (metric.type === 'histogram')
        return {
          ...facts,
          dataPointType: DataPointType.HISTOGRAM as const,
          dataPoints: metric.samples.map(({ labels, sum, counts }) => ({
            attributes: { ...labels },
            value: {
              buckets: { boundaries: [...BOUNDS], counts: [...counts] },
              sum,
              count: counts.reduce((all, own) => all + own, 0),
            },
            startTime,
            endTime,
          })),
        }
      const dataPoints = metric.samples.map(({ labels = {}, value }) => ({
        attributes: { ...labels },
        value,
        startTime,
        endTime,
      }))
      const common = { ...facts, dataPoints }
      return metric.type === 'counter'
        ? { ...common, dataPointType: DataPointType.SUM as const, isMonotonic: true }
        : { ...common, dataPointType: DataPointType.GAUGE as const }
    })
}

/** Seconds, and nanoseconds beyond them. */
const hrTime = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
