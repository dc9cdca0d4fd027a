// Overrides: an operator's temporary word on regions, and which of several holds. Pure; docs/operations.md tells operators.

import type { Forced, ForcedRegions, SaidAddress } from '../publish/forced.js'
import type { Region } from '../traffic/document/region.js'
import { meets } from '../traffic/region-glob.js'

export { isPlain, meets } from '../traffic/region-glob.js'

/** `observe`: as it is, whatever its checks find from now on. */
export type OverrideState = Exclude<Forced['state'], 'some'>

/** Who is behind it: a person, the break-glass file, or a drill. */
export type Origin = 'operator' | 'file' | `drill:${string}`

export interface Override {
  readonly id: string
  /** Ids of regions, globs over them (`us-*`), tags (`tag:edge`), and addresses. */
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
  /** Of `observe`: by region, which of its addresses were down when it was said. */
  readonly kept?: Readonly<Record<string, readonly string[]>>
  /** Ids of the safety rules that were overridden to make it so. */
  readonly overrode?: readonly string[]
}

export const regionsOf = ({ targets }: Pick<Override, 'targets'>, regions: Iterable<Region>): readonly string[] =>
  [...regions].filter(region => targets.some(target => meets(target, region))).map(({ id }) => id)

export const isOver = ({ expiresAt = Infinity }: Pick<Override, 'expiresAt'>, now: number): boolean => expiresAt <= now

/** The file speaks when nothing else can be reached, and a person knows more than a plan. */
const RANK = (origin: Origin): number => (origin === 'file' ? 2 : origin === 'operator' ? 1 : 0)

/** Whether the newer of two holds. */
export const counts = (newer: Override, older: Override): boolean => RANK(newer.origin) >= RANK(older.origin)

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
      if (before === undefined || counts(override, before)) held.set(id, override)
    }
  }
  return held
}

/** @param said what holds for addresses, by region */
export function forcedBy(
  regions: Iterable<Region>,
  held: ReadonlyMap<string, Override>,
  said: ReadonlyMap<string, ReadonlyMap<string, SaidAddress & { readonly by: Override }>>,
): ForcedRegions {
  return new Map(
    [...regions].flatMap(region => {
      const word = wordOn(held.get(region.id), said.get(region.id))
      return word === undefined ? [] : [[region.id, word] as const]
    }),
  )
}

function wordOn(
  held: Override | undefined,
  said: ReadonlyMap<string, SaidAddress & { readonly by: Override }> = new Map(),
): Forced | undefined {
  const words = [...said.values()]
  const by = held ?? words.at(-1)?.by
  if (by === undefined) return undefined
  const until = Math.min(...[...(held === undefined ? [] : [held]), ...words.map(({ by }) => by)].map(endOf))
  const { id, state, drain, actor, reason } = by
  const addresses =
    words.length === 0 ? {} : { addresses: new Map([...said].map(([text, { by: _, ...word }]) => [text, word])) }
  if (held === undefined) return { id, state: 'some', drain: 0, actor, reason, until, ...addresses }
  return { id, state, drain, actor, reason, until, ...addresses }
}

const endOf = ({ expiresAt = Infinity }: Override): number => expiresAt
