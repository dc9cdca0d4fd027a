// Slowness as failure: the 95th percentile of the last probes against a limit. Pure.
import type { LatencySpec } from '../traffic/document/check.js'
import type { ProbeResult } from './trace.js'

/** The window after one more result. Failed probes have no latency: they fail by themselves. */
export const recent = (
  before: readonly number[] = [],
  { passed, ms }: ProbeResult,
  { window }: LatencySpec,
): readonly number[] => (passed ? [...before, ms].slice(-window) : before)

/** Why the window is too slow, in words; undefined where it is not, or not full yet. */
export function latencyFailure(latencies: readonly number[], { limitMs, window }: LatencySpec): string | undefined {
  if (latencies.length < window) return undefined
  const p95 = percentile95(latencies)
  return p95 <= limitMs
    ? undefined
    : `too slow: the 95th percentile of ${window} probes is ${Math.round(p95)} ms, more than ${limitMs} ms`
}

/** By the nearest rank. */
export const percentile95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0
