// A calculated check: so many of other checks of the same address, some of which may be calculated themselves.
import type { CalculatedCheckSpec } from '../traffic/document/check.js'
import type { Mirror } from './mirror.js'
import { counts, isKnown, NOT_CHECKED, type Standing, weigh } from './verdict.js'

/** What a region names: a check that is probed, or one that is made of others. */
export type Judged = Mirror | Calculated

export class Calculated {
  readonly spec: CalculatedCheckSpec
  readonly members: readonly Judged[]

  constructor(spec: CalculatedCheckSpec, members: readonly Judged[]) {
    this.spec = spec
    this.members = members
  }

  /** `now` is epoch ms. */
  standing(now: number): Standing {
    return calculate(
      this.spec,
      this.members.map(member => member.standing(now)),
    )
  }
}

/** What is probed for it. */
export const mirrorsOf = (judged: Judged): readonly Mirror[] =>
  judged instanceof Calculated ? [...new Set(judged.members.flatMap(mirrorsOf))] : [judged]

/** Where the check stands, given where its members do. Pure. A member that is not known yet does not count. */
export function calculate(
  { id, needs, observe, inverted }: CalculatedCheckSpec,
  members: readonly Standing[],
): Standing {
  const counted = members.filter(counts)
  const known = counted.filter(({ health }) => isKnown(health))
  const observed = observe === true ? { observe } : {}
  const { up: holds, times, changeInMs, cause = 'down' } = weigh(counted, needs)
  if (known.length === 0 || cause === NOT_CHECKED)
    return { health: { check: id, up: false, run: 0, changeInMs: 0, lastError: NOT_CHECKED, ...observed } }
  const up = holds !== (inverted === true)
  const failing = known.flatMap(({ health }) =>
    health.up || health.failingSince === undefined ? [] : [health.failingSince],
  )
  const since = times.length === 0 ? undefined : holds ? Math.max(...times) : Math.min(...times)
  return {
    health: {
      check: id,
      up,
      run: 0,
      changeInMs,
      lastAt: Math.max(...known.map(({ health }) => health.lastAt ?? 0)),
      ...(up ? {} : { lastError: inverted === true ? 'it holds, and the check is inverted' : cause }),
      ...(up || failing.length === 0 ? {} : { failingSince: Math.min(...failing) }),
      ...observed,
    },
    ...(since === undefined ? {} : { since }),
  }
}
