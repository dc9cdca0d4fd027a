// What somebody wants of an override, held against what may be had: all that is wrong with it, at once. Pure.
import { endpoints } from '../health/endpoints.js'
import type { Region } from '../traffic/document/region.js'
import { formatDuration, parseDuration } from '../traffic/duration.js'
import type { Problem } from '../traffic/problem.js'
import { nearest } from '../traffic/suggest.js'
import { isPlain, meets, type Override, type OverrideState } from './override.js'
import { addressIn } from './override-addresses.js'

export interface OverrideWish {
  readonly targets: readonly string[]
  readonly state: OverrideState
  readonly percent?: number | undefined
  readonly reason: string
  /** A duration as people write it; this or `until`. */
  readonly for?: string | number | undefined
  /** RFC 3339. */
  readonly until?: string | undefined
}

/** Less is over before anybody could see it. */
const LEAST_MS = 1000

export interface Bounds {
  readonly longestMs: number
  /** Epoch ms. */
  readonly now: number
}

export function problemsOf(
  wish: OverrideWish,
  regions: ReadonlyMap<string, Region>,
  bounds: Bounds,
): readonly Problem[] {
  return [
    ...wish.targets.flatMap((target, i) => targetProblems(target, regions).map(at(`targets[${i}]`))),
    ...percentProblems(wish),
    ...(wish.reason.trim() === ''
      ? [{ path: 'reason', message: 'a reason is needed, for whoever looks at it later' }]
      : []),
    ...endProblems(wish, bounds),
  ]
}

const at =
  (path: string) =>
  (problem: Omit<Problem, 'path'>): Problem => ({ path, ...problem })

export function targetProblems(target: string, regions: ReadonlyMap<string, Region>): readonly Omit<Problem, 'path'>[] {
  const address = addressIn(target)
  if (address !== undefined) {
    const there = [...regions.values()].flatMap(endpoints)
    if (there.some(({ canonical }) => canonical === address)) return []
    const suggestion = nearest(
      target,
      there.map(({ text }) => text),
    )
    return [{ message: `no region has the address ${target}`, ...(suggestion === undefined ? {} : { suggestion }) }]
  }
  if ([...regions.values()].some(region => meets(target, region))) return []
  if (!isPlain(target)) return [{ message: `"${target}" means no region` }]
  const suggestion = nearest(target, regions.keys())
  return [{ message: `no region is named "${target}"`, ...(suggestion === undefined ? {} : { suggestion }) }]
}

function percentProblems({ state, percent }: OverrideWish): readonly Problem[] {
  if (state === 'drain' && percent === undefined)
    return [{ path: 'percent', message: 'to drain takes a percent, from 1 to 100' }]
  if (state !== 'drain' && percent !== undefined)
    return [{ path: 'percent', message: `only drain takes a percent, and this is ${state}` }]
  return []
}

type End = Pick<OverrideWish, 'for' | 'until'>

export function endProblems(end: End, { longestMs, now }: Bounds): readonly Problem[] {
  if (end.for === undefined && end.until === undefined)
    return [{ path: 'for', message: 'an override has an end: say for how long, or until when' }]
  if (end.for !== undefined && end.until !== undefined)
    return [{ path: 'until', message: 'for how long or until when, not both' }]
  const path = end.for === undefined ? 'until' : 'for'
  const left = endOf(end, now) - now
  if (Number.isNaN(left)) return [{ path, message: `${JSON.stringify(end.for ?? end.until)} cannot be read` }]
  if (left < LEAST_MS) return [{ path, message: 'that is over already; one second is the least' }]
  if (left > longestMs) return [{ path, message: `${formatDuration(longestMs)} is the most; it can be extended later` }]
  return []
}

/** Epoch ms; NaN where it cannot be read. */
export function endOf(end: End, now: number): number {
  if (end.until !== undefined) return Date.parse(end.until)
  return now + (parseDuration(end.for ?? Number.NaN) ?? Number.NaN)
}

/** Only of a wish without problems. */
export const granted = (
  wish: OverrideWish,
  id: string,
  actor: string,
  origin: Override['origin'],
  now: number,
): Override => ({
  id,
  targets: [...new Set(wish.targets)],
  state: wish.state,
  drain: wish.percent ?? 0,
  reason: wish.reason.trim(),
  actor,
  createdAt: now,
  expiresAt: endOf(wish, now),
  origin,
})
