// From the checks of an address to its health: up when enough of its checks are, and all that it depends on. Pure.
import type { AddressHealth, CheckHealth } from './health.js'

/** One check of the address, and the epoch ms at which its `up` took its present value (absent before the first result). */
export interface Standing {
  readonly health: CheckHealth
  readonly since?: number
}

export interface Needs {
  /** How many of its checks an address needs. */
  readonly needs?: 'all' | 'any' | number | undefined
  /** Checks of something else, all of which it needs. */
  readonly dependencies?: readonly Standing[]
}

export const NOT_CHECKED = 'not checked yet'

/**
 * The health of an address. A check without a result yet is neither up nor down and does not count, so that adding a
 * check to a region takes nothing out; an address of which nothing is known at all is not up. A check that only observes
 * never counts.
 * @param previous what it was before, whose `since` holds as long as `up` does
 * @param now epoch ms
 * @param parts checks that are shown with it, and count within others only
 */
export function verdict(
  address: string,
  standings: readonly Standing[],
  previous: AddressHealth | undefined,
  now: number,
  { needs = 'all', dependencies = [] }: Needs = {},
  parts: readonly CheckHealth[] = [],
): AddressHealth {
  const counted = standings.filter(counts)
  const own = weigh(counted, needs)
  // A dependency that is new and has no result yet takes nothing out either.
  const untold = !dependencies.some(({ health }) => isKnown(health))
  const needed = dependencies.filter(counts)
  const others = weigh(untold && (own.times.length > 0 || previous?.up === true) ? [] : needed, 'all')
  const up = own.up && others.up
  const holding = up ? [own, others] : [own, others].filter(side => !side.up)
  const times = holding.flatMap(side => side.times)
  const turned = times.length === 0 ? now : up ? Math.max(...times) : Math.min(...times)
  const changes = holding.map(side => side.changeInMs)
  // What is known to be down says more than what is not known yet.
  const cause = own.cause === NOT_CHECKED ? (others.cause ?? own.cause) : (own.cause ?? others.cause)
  return {
    address,
    up,
    since: previous?.up === up ? previous.since : turned,
    changeInMs: up ? Math.min(...changes) : Math.max(...changes),
    ...(cause === undefined ? {} : { cause }),
    checks: [...[...standings, ...dependencies].map(shown), ...parts],
  }
}

/** A check as it is shown. */
export const shown = ({ health, since }: Standing): CheckHealth => (since === undefined ? health : { ...health, since })

export interface Weighed {
  readonly up: boolean
  readonly times: readonly number[]
  readonly changeInMs: number
  readonly cause?: string
}

/** What only observes decides nothing, and neither does what this node cannot find out. */
export const counts = ({ health }: Standing): boolean => health.observe !== true && health.unavailable !== true

const UNTOLD: Weighed = { up: false, times: [], changeInMs: 0, cause: NOT_CHECKED }

/** So many of them, and why not. */
export function weigh(standings: readonly Standing[], needs: 'all' | 'any' | number): Weighed {
  if (standings.length === 0) return { up: true, times: [], changeInMs: Number.POSITIVE_INFINITY }
  const known = standings.filter(({ health }) => isKnown(health))
  if (known.length === 0) return UNTOLD
  const wanted = Math.min(standings.length, needs === 'all' ? standings.length : needs === 'any' ? 1 : needs)
  const ups = known.filter(({ health }) => health.up)
  const downs = known.filter(({ health }) => !health.up)
  const spare = standings.length - downs.length - wanted
  const up = spare >= 0 && (ups.length > 0 || wanted === 0)
  // Some fail, and those that have no result yet will decide.
  if (!up && spare >= 0) return UNTOLD
  const side = up ? ups : downs
  const times = side.flatMap(({ since }) => since ?? [])
  const changes = [
    ...side.map(({ health }) => health.changeInMs),
    ...(up ? standings.slice(known.length).map(() => 0) : []),
  ]
  // So many have to turn before the whole does: up, one more than can be spared; down, as many as are missing.
  const changeInMs = changes.sort((a, b) => a - b)[Math.min(changes.length, up ? spare + 1 : -spare) - 1] ?? 0
  return { up, times, changeInMs, ...(up ? {} : { cause: causeOf(downs, wanted, standings.length) }) }
}

function causeOf(downs: readonly Standing[], wanted: number, of: number): string {
  const words = downs.map(({ health: { check, lastError, heldUntil } }) => {
    const still =
      heldUntil === undefined
        ? 'passes again, but not yet often enough'
        : 'passes again, and is held down for going down too often'
    return `${check}: ${lastError ?? still}`
  })
  // Where all are needed, the first one that is down says enough.
  return wanted === of
    ? words[0]!
    : `${of - downs.length} of ${of} checks are up, ${wanted} needed (${words.join('; ')})`
}

export const isKnown = (check: CheckHealth): boolean => check.lastAt !== undefined

/** What is known of an address: nothing until the results of its checks decide, whatever is known of that which it depends on. */
export function stateOf({ up, cause, checks }: AddressHealth): 'up' | 'down' | 'unknown' {
  if (up) return 'up'
  return cause === NOT_CHECKED || !checks.some(isKnown) ? 'unknown' : 'down'
}
