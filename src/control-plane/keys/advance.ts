// How a rollover goes on: a pure function of its keys, of times and TTLs, and of what the parent has.
import type { Name } from '../../dns/name.js'
import { isAsAsked, type ParentSeen } from './parent-seen.js'
import { type Rollover, stagesOf, type Wait } from './rollover.js'
import { isWhole, sidesOf, stageOf } from './staged-keys.js'
import type { StoredKey } from './stored-key.js'
import { KEY_TTL } from './zone-keys.js'

/** Times and TTLs in seconds. */
export interface Facts {
  /** Since 1970. */
  readonly now: number
  /** The longest of the zone. */
  readonly zoneTtl: number
  /** How long it takes until all servers of the zone, or of its parent, have a change. */
  readonly propagation: number
  /** Undefined where it could not be asked. */
  readonly parent: ParentSeen | undefined
}

/** Where the parent has never been seen to have a DS: longer than nearly all of them have. */
const UNSEEN_DS_TTL = 86_400

/** Undefined when it is over. */
export function advance(
  origin: Name,
  stored: readonly StoredKey[],
  rollover: Rollover,
  facts: Facts,
): Rollover | undefined {
  const seen = remember(origin, stored, rollover, facts)
  const waits = waitsOf(seen, facts.propagation)
  const isDue = waits.length > 0 && waits.every(({ until }) => until !== undefined && until <= facts.now)
  // What it had a while ago it may have no longer.
  const isBlind = facts.parent === undefined && waits.some(wait => wait.for === 'parent')
  // Another node may have begun it, whose key is not here yet.
  if (!isWhole(stored, seen) || !isDue || isBlind) return seen
  if (seen.stage + 1 === stagesOf(seen).length) return undefined
  const { seen: _, ...rest } = seen
  return { ...rest, stage: seen.stage + 1, since: facts.now }
}

/** With what the facts add to it. */
function remember(origin: Name, stored: readonly StoredKey[], rollover: Rollover, facts: Facts): Rollover {
  const { parent, zoneTtl } = facts
  const { seen, ...rest } = rollover
  const known = {
    ...rest,
    zoneTtl: Math.max(rest.zoneTtl, zoneTtl),
    dsTtl: Math.max(rest.dsTtl, parent?.ttl ?? 0),
  }
  const { old, new: after } = sidesOf(stored, rollover)
  const sides = { old: old.signsKeys, new: after.signsKeys }
  const fits = parent === undefined ? seen !== undefined : isAsAsked(origin, parent, stageOf(rollover).atParent, sides)
  if (!fits) return known
  return { ...known, seen: seen ?? parent?.at ?? facts.now }
}

export interface Waiting {
  readonly for: Wait
  /** Seconds since 1970; undefined where nobody knows yet. */
  readonly until: number | undefined
}

export function waitsOf(rollover: Rollover, propagation: number): readonly Waiting[] {
  const { since, seen, zoneTtl, dsTtl } = rollover
  const ends: Readonly<Record<Wait, number | undefined>> = {
    keys: since + KEY_TTL + propagation,
    zone: since + zoneTtl + propagation,
    parent: seen === undefined ? undefined : seen + (dsTtl === 0 ? UNSEEN_DS_TTL : dsTtl) + propagation,
  }
  return stageOf(rollover).waits.map(wait => ({ for: wait, until: ends[wait] }))
}

/** What is done when, if the parent does at once what it is asked for. */
export interface Planned {
  /** Seconds since 1970. */
  readonly at: number
  readonly does: string
  /** Whether what comes before waits for the parent, so that this is the earliest that it can be. */
  readonly earliest: boolean
}

/** From the stage that it has come to on. */
export function calendar(rollover: Rollover, propagation: number): readonly Planned[] {
  const stages = stagesOf(rollover)
  const planned: Planned[] = []
  let earliest = false
  let now = rollover
  for (let stage = rollover.stage; stage < stages.length; stage++) {
    planned.push({ at: now.since, does: stages[stage]!.does, earliest })
    if (stages[stage]!.waits.length === 0) return planned
    const waits = waitsOf({ ...now, seen: now.seen ?? now.since }, propagation)
    earliest ||= stages[stage]!.waits.includes('parent') && now.seen === undefined
    const { seen: _, ...rest } = now
    now = {
      ...rest,
      stage: Math.min(stage + 1, stages.length - 1),
      since: Math.max(...waits.map(({ until }) => until!)),
    } // seen is set
  }
  const end =
    rollover.kind === 'sign' ? 'the parent is asked for the DS' : 'the old key is no longer used, and is put aside'
  return [...planned, { at: now.since, does: end, earliest }]
}
