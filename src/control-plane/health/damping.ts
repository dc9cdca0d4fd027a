// Flap damping, after RFC 2439: what goes down too often stays down until it has been quiet for a while. Pure.
import type { DampingSpec } from '../traffic/document/check.js'

export interface Penalty {
  readonly value: number
  /** Epoch ms at which it had that value. */
  readonly at: number
}

/** A penalty too small to matter; kept no longer. */
const NEGLIGIBLE = 0.05

/** What is left of the penalty by `now`. A clock that was set back changes nothing. */
export const decayed = ({ value, at }: Penalty, { halfLifeMs }: DampingSpec, now: number): number =>
  value * 0.5 ** (Math.max(0, now - at) / halfLifeMs)

/** The penalty after one more fall. It never grows beyond what takes `holdMs` to decay to `reuse`. */
export function flap(before: Penalty | undefined, spec: DampingSpec, now: number): Penalty {
  // RFC 2439 §4.8.6: the ceiling. At least `suppress`, or nothing would ever be held.
  const ceiling = Math.max(spec.suppress, spec.reuse * 2 ** (spec.holdMs / spec.halfLifeMs))
  const left = before === undefined ? 0 : decayed(before, spec, now)
  return { value: Math.min(ceiling, left + 1), at: now }
}

/** The penalty as it is kept while nothing happens: undefined once it is negligible. */
export const calmed = (before: Penalty | undefined, spec: DampingSpec, now: number): Penalty | undefined =>
  before === undefined || decayed(before, spec, now) < NEGLIGIBLE ? undefined : before

/**
 * Until when the target is held down, epoch ms; undefined while it is not. Once held it is held until the penalty has
 * decayed to `reuse`; `holdMs` after the last fall it is let go whatever the penalty.
 */
export function releaseAt(
  penalty: Penalty | undefined,
  heldUntil: number | undefined,
  spec: DampingSpec,
  now: number,
): number | undefined {
  if (penalty === undefined) return undefined
  const held = heldUntil !== undefined || penalty.value >= spec.suppress
  const decay = Math.max(0, spec.halfLifeMs * Math.log2(penalty.value / spec.reuse))
  const until = Math.ceil(penalty.at + Math.min(spec.holdMs, decay))
  return held && now < until ? until : undefined
}
