// An address as a region shows it, put together from targets that other regions may share.
import type { AddressHealth } from './health.js'
import type { Target } from './target.js'
import { stateOf, verdict } from './verdict.js'

export interface View {
  readonly region: string
  readonly address: string
  readonly targets: readonly Target[]
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
export function makeView(region: string, address: string, targets: readonly Target[], previous?: AddressHealth): View {
  return { region, address, targets, health: judge(address, targets, previous) }
}

/** Judges the address anew; the change, if that turned it. */
export function refresh(view: View): Change | undefined {
  const before = stateOf(view.health)
  view.health = judge(view.address, view.targets, view.health)
  if (stateOf(view.health) === before) return undefined
  const { region, address, health } = view
  return { region, address, up: health.up, ...(health.cause === undefined ? {} : { cause: health.cause }) }
}

const judge = (address: string, targets: readonly Target[], previous: AddressHealth | undefined): AddressHealth =>
  verdict(
    address,
    targets.map(target => target.standing()),
    previous,
    Date.now(),
  )
