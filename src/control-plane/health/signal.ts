// What others see of a region: its load balancer, or the error rates of its users, told through the API. Pure.
import type { PassiveCheckSpec } from '../traffic/document/check.js'

export interface Signal {
  /** Who says it; a later word of the same source takes the place of an earlier one. */
  readonly source: string
  /** Epoch ms. */
  readonly at: number
  /** Of which address; of all of the region where it is absent. */
  readonly address?: string
  readonly seen: Seen
  readonly reason?: string
}

/** Its own judgement, or the errors among so many requests; `errorRate` is a share, 0 to 1. */
export type Seen =
  | { readonly kind: 'verdict'; readonly failing: boolean }
  | { readonly kind: 'errors'; readonly errorRate: number; readonly samples: number }

/** Sources of one region that are listened to; the one that was silent longest gives way. */
export const MOST_SOURCES = 64

/** The signals of a region after one more. */
export function withSignal(signals: readonly Signal[], signal: Signal): readonly Signal[] {
  const others = signals.filter(({ source, address }) => source !== signal.source || address !== signal.address)
  return [...others, signal].slice(-MOST_SOURCES)
}

/** Signals that see failures by the measure of the check, and are still young. `now` is epoch ms. */
export const failingSignals = (signals: readonly Signal[], spec: Measure, now: number): readonly Signal[] =>
  signals.filter(({ at, seen }) => now - at < spec.maxAgeMs && sees(seen, spec))

type Measure = Pick<PassiveCheckSpec, 'maxAgeMs' | 'errorRate' | 'samples'>

function sees(seen: Seen, { errorRate, samples }: Measure): boolean {
  return seen.kind === 'verdict' ? seen.failing : seen.samples >= samples && seen.errorRate >= errorRate
}

/** `rum: 12.5 % of 400 requests failed` */
export function signalWords({ source, seen, reason }: Signal): string {
  const words =
    seen.kind === 'verdict'
      ? 'says that it fails'
      : `${Number((seen.errorRate * 100).toFixed(2))} % of ${seen.samples} requests failed`
  return `${source}: ${words}${reason === undefined ? '' : ` (${reason})`}`
}
