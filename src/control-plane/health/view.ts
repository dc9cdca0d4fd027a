// An address as a region shows it, put together from targets that other regions may share.
import { Calculated, type Judged, mirrorsOf } from './calculated.js'
import type { Gives } from './endpoints.js'
import type { AddressHealth, CheckHealth } from './health.js'
import { type Needs, shown, stateOf, verdict } from './verdict.js'

export interface View {
  readonly region: string
  readonly address: string
  readonly gives: Gives
  readonly judged: readonly Judged[]
  /** What the region depends on. */
  readonly dependencies: readonly Judged[]
  readonly needs: Needs['needs']
  health: AddressHealth
}

/** One address of one region that went up or down, or of which a first thing is known. */
export interface Change {
  readonly region: string
  readonly address: string
  readonly up: boolean
  /** Why it is down: the check and its error. */
  readonly cause?: string
}

/** `previous` is its health until now, whose `since` holds on as long as `up` does. */
export const makeView = (parts: Omit<View, 'health'>, previous?: AddressHealth): View => ({
  ...parts,
  health: judge(parts, previous),
})

/** Judges the address anew; the change, if that turned it. */
export function refresh(view: View): Change | undefined {
  const before = stateOf(view.health)
  view.health = judge(view, view.health)
  if (stateOf(view.health) === before) return undefined
  const { region, address, health } = view
  return { region, address, up: health.up, ...(health.cause === undefined ? {} : { cause: health.cause }) }
}

/** What its region is let back in is not for its checks to say, and stays. */
function judge(
  { address, judged, dependencies, needs }: Omit<View, 'health'>,
  previous?: AddressHealth,
): AddressHealth {
  const now = Date.now()
  const health = verdict(
    address,
    judged.map(one => one.standing(now)),
    previous,
    now,
    { needs, dependencies: dependencies.map(one => one.standing(now)) },
    partsOf([...judged, ...dependencies], now),
  )
  return previous?.admitted === undefined ? health : { ...health, admitted: previous.admitted }
}

/** Checks that count only within a calculated one, which nobody would see otherwise. */
function partsOf(judged: readonly Judged[], now: number): readonly CheckHealth[] {
  const seen = new Set<Judged>(judged)
  return judged.flatMap(one => {
    if (!(one instanceof Calculated)) return []
    return mirrorsOf(one).flatMap(mirror => {
      if (seen.has(mirror)) return []
      seen.add(mirror)
      return [{ ...shown(mirror.standing(now)), within: one.spec.id }]
    })
  })
}
