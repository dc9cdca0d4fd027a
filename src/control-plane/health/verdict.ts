// From the checks of an address to its health: up when all of its checks are. Pure.
import type { AddressHealth, CheckHealth } from './health.js'

/** One check of the address, and the epoch ms at which its `up` took its present value (absent before the first result). */
export interface Standing {
  readonly health: CheckHealth
  readonly since?: number
}

export const NOT_CHECKED = 'not checked yet'

/**
 * The health of an address. A check without a result yet is neither up nor down and does not count, so that adding a
 * check to a region takes nothing out; an address of which nothing is known at all is not up.
 * @param previous what it was before, whose `since` holds as long as `up` does
 * @param now epoch ms
 */
export function verdict(
  address: string,
  standings: readonly Standing[],
  previous: AddressHealth | undefined,
  now: number,
): AddressHealth {
  const checks = standings.map(({ health }) => health)
  const known = standings.filter(({ health }) => isKnown(health))
  const down = known.filter(({ health }) => !health.up)
  const failing = down[0]?.health
  const up = failing === undefined && (known.length > 0 || checks.length === 0)
  const times = (up ? known : down).flatMap(({ since }) => since ?? [])
  const turned = times.length === 0 ? now : up ? Math.max(...times) : Math.min(...times)
  return {
    address,
    up,
    since: previous?.up === up ? previous.since : turned,
    changeInMs: changeIn(checks, up),
    ...(up
      ? {}
      : {
          cause:
            failing === undefined
              ? NOT_CHECKED
              : `${failing.check}: ${failing.lastError ?? 'passes again, but not yet often enough'}`,
        }),
    checks,
  }
}

const isKnown = (check: CheckHealth): boolean => check.lastAt !== undefined

/** Any check can take an up address down, so the soonest counts; a down one needs all that hold it down, so the last counts. */
function changeIn(checks: readonly CheckHealth[], up: boolean): number {
  if (checks.length === 0) return Number.POSITIVE_INFINITY
  const times = checks.filter(check => check.up === up).map(check => check.changeInMs)
  return up ? Math.min(...checks.filter(check => !isKnown(check)).map(() => 0), ...times) : Math.max(...times)
}

/** What is known of an address: nothing until one of its checks has a result, unless it has none. */
export function stateOf({ up, checks }: AddressHealth): 'up' | 'down' | 'unknown' {
  if (up) return 'up'
  return checks.some(isKnown) ? 'down' : 'unknown'
}
