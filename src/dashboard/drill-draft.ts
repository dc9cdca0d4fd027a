// A drill as it is being written down, and what the API is asked for by it. Pure.
import type { DrillWishView } from '../control-plane/admin/api.js'

export type DraftStep = NonNullable<DrillWishView['steps']>[number]

export interface Draft {
  readonly targets: readonly string[]
  readonly kind: 'switch' | 'fault'
  /** Whether it begins at a time, or when somebody starts it. */
  readonly isTimed: boolean
  /** `2026-11-25T04:23`, in UTC. */
  readonly at: string
  /** A duration; empty: it begins at its time or not at all. */
  readonly window: string
  readonly weekly: boolean
  readonly steps: readonly DraftStep[]
  readonly back: readonly DraftStep[]
  /** For how long the checks of a fault fail. */
  readonly faultFor: string
  readonly minHealthy: number
  readonly maxLoad: number
  readonly maxErrors: number
}

const HOUR_MS = 3_600_000

/** As the API has it where nothing is said; the time is the next whole hour but one. @param now epoch ms */
export const emptyDraft = (now: number): Draft => ({
  targets: [],
  kind: 'switch',
  isTimed: false,
  at: new Date((Math.floor(now / HOUR_MS) + 2) * HOUR_MS).toISOString().slice(0, 16),
  window: '1h',
  weekly: false,
  steps: [
    { percent: 25, for: '2m' },
    { percent: 50, for: '2m' },
    { percent: 100, for: '10m' },
  ],
  back: [{ percent: 50, for: '2m' }],
  faultFor: '10m',
  minHealthy: 1,
  maxLoad: 100,
  maxErrors: 5,
})

export function wishOf(draft: Draft, reason: string): DrillWishView {
  const { targets, kind, isTimed, at, window, weekly, minHealthy, maxLoad, maxErrors } = draft
  const way =
    kind === 'fault'
      ? { steps: [{ percent: 100, for: draft.faultFor }], back: [] }
      : { steps: draft.steps, back: draft.back }
  return {
    targets,
    kind,
    ...(isTimed ? { at: `${at}:00Z`, weekly, ...(window.trim() === '' ? {} : { window: window.trim() }) } : {}),
    ...way,
    minHealthy,
    maxLoad,
    maxErrors,
    reason,
  }
}
