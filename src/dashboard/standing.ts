// How a region stands for clients: what operators have said of it, over what its checks find. Pure.
import type { RegionView } from '../control-plane/admin/api.js'

export type Standing = 'up' | 'forced-up' | 'draining' | 'drained' | 'down' | 'forced-down' | 'disabled'

export function standingOf({ state, override }: Pick<RegionView, 'state' | 'override'>): Standing {
  // What the document says is for good, and above words for the time being.
  if (state === 'disabled' || override === undefined) return state
  if (override.state === 'observe') return state
  if (override.state !== 'drain') return `forced-${override.state}`
  return state === 'down' ? 'down' : override.percent === 100 ? 'drained' : 'draining'
}

const SERVING: readonly Standing[] = ['up', 'forced-up', 'draining']

/** Whether it gets clients. */
export const serves = (region: Pick<RegionView, 'state' | 'override'>): boolean => SERVING.includes(standingOf(region))

/** Taken out by somebody, whatever its checks find. */
export const isOut = (region: Pick<RegionView, 'state' | 'override'>): boolean =>
  ['disabled', 'forced-down', 'drained'].includes(standingOf(region))
