// Overrides: an operator's temporary word on regions, and which of several holds. Pure; docs/operations.md tells operators.
import type { Forced } from '../publish/forced.js'
import type { Region } from '../traffic/document/region.js'
import { meets } from '../traffic/region-glob.js'

export { isPlain, meets } from '../traffic/region-glob.js'

export type OverrideState = Forced['state']

/** Who is behind it: a person, the break-glass file, or a drill. */
export type Origin = 'operator' | 'file' | `drill:${string}`

export interface Override {
  readonly id: string
  /** Ids of regions, globs over them (`us-*`), and tags (`tag:edge`). */
  readonly targets: readonly string[]
  readonly state: OverrideState
  /** Percent of the clients of a region that go elsewhere, 1 to 100; 0 unless the state is `drain`. */
  readonly drain: number
  readonly reason: string
  readonly actor: string
  /** Epoch ms. */
  readonly createdAt: number
  /** Epoch ms; absent only in the break-glass file, whose words hold while they are in it. */
  readonly expiresAt?: number
  readonly origin: Origin
  /** Ids of the safety rules that were overridden to make it so. */
  readonly overrode?: readonly string[]
}

export const regionsOf = ({ targets }: Pick<Override, 'targets'>, regions: Iterable<Region>): readonly string[] =>
  [...regions].filter(region => targets.some(target => meets(target, region))).map(({ id }) => id)

export const isOver = ({ expiresAt = Infinity }: Pick<Override, 'expiresAt'>, now: number): boolean => expiresAt <= now

/** The file speaks when nothing else can be reached, and a person knows more than a plan. */
const RANK = (origin: Origin): number => (origin === 'file' ? 2 : origin === 'operator' ? 1 : 0)

/**
 * The override that holds for each region: of those that mean it, the newest word of the one who counts most. When it
 * ends, the one before it holds again.
 * @param overrides oldest first
 * @param now epoch ms
 */
export function holding(
  overrides: readonly Override[],
  regions: Iterable<Region>,
  now: number,
): ReadonlyMap<string, Override> {
  const known = [...regions]
  const held = new Map<string, Override>()
  for (const override of overrides) {
    if (isOver(override, now)) continue
    for (const id of regionsOf(override, known)) {
      const before = held.get(id)
      if (before === undefined || RANK(override.origin) >= RANK(before.origin)) held.set(id, override)
    }
  }
  return held
}

export const forcedBy = (held: ReadonlyMap<string, Override>): ReadonlyMap<string, Forced> =>
  new Map(
    [...held].map(([region, { id, state, drain, actor, reason, expiresAt = Infinity }]) => [
      region,
      { id, state, drain, actor, reason, until: expiresAt },
    ]),
  )
