// For how long clients go on to a region that is dead: until it is noticed, and until the answers that they have expire.
import { parseDuration } from '../control-plane/traffic/duration.js'
import { isMap } from '../control-plane/traffic/edit-value.js'
import type { Finding } from './doctor-finding.js'

type Written = Readonly<Record<string, unknown>>

/** Seconds; longer than this is longer than most mean. */
const LONG = 180
const DEFAULTS = { interval: 10, timeout: 4, fall: 3, most: 60 }

/** @param document as it is written, as JSON */
export function detectionFindings(document: Written): readonly Finding[] {
  const [checks, regions, zones] = ['checks', 'regions', 'zones'].map(key => mapOf(document[key]))
  return Object.entries(zones!).flatMap(([zone, { records } = {} as Written]) =>
    Object.entries(mapOf(records)).flatMap(([owner, list]) =>
      [list]
        .flat()
        .flatMap(record =>
          isMap(record) && record['steer'] !== undefined
            ? [nameFinding(zone, owner, record, { checks: checks!, regions: regions! })]
            : [],
        ),
    ),
  )
}

const mapOf = (value: unknown): Readonly<Record<string, Written>> =>
  isMap(value) ? (value as Record<string, Written>) : {} // whose members are looked at

interface Known {
  readonly checks: Readonly<Record<string, Written>>
  readonly regions: Readonly<Record<string, Written>>
}

function nameFinding(zone: string, owner: string, record: Written, { checks, regions }: Known): Finding {
  const about = owner === '@' ? zone : `${owner}.${zone}`
  const candidates = Array.isArray(record['regions']) ? record['regions'].map(String) : Object.keys(regions)
  const unlooked = candidates.filter(
    id => !Array.isArray(regions[id]?.['checks']) || regions[id]['checks'].length === 0,
  )
  if (unlooked.length > 0)
    return {
      state: 'warning',
      about,
      what: `nothing looks at ${unlooked.join(', ')}: clients are sent there whether it lives or not`,
      advice: 'give these regions checks',
    }
  const used = [...new Set(candidates.flatMap(id => regions[id]!['checks'] as readonly string[]))].map(
    id => checks[id] ?? {},
  )
  const noticed = Math.max(...used.map(noticedAfter))
  const bound = Math.max(...candidates.map(id => seconds(regions[id]!['ttl'], Infinity)))
  const kept = keptFor(record['ttl'], Math.min(bound, ...used.map(stable)))
  const what = `clients leave a dead region after ${Math.round(noticed + kept)} s at most: ${Math.round(noticed)} s until it is noticed, ${Math.round(kept)} s until answers expire`
  return noticed + kept <= LONG
    ? { state: 'good', about, what }
    : {
        state: 'warning',
        about,
        what,
        advice:
          kept > noticed ? 'lower the TTL of the record, or its max' : 'lower interval, timeout or fall of its checks',
      }
}

const seconds = (value: unknown, fallback: number): number => {
  const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined
  return ms === undefined ? fallback : ms / 1000
}
const numberOf = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback)

/** A black hole that begins just after a passed probe: each probe takes its timeout, and confirming ones follow sooner. */
function noticedAfter(check: Written): number {
  const interval = seconds(check['interval'], DEFAULTS.interval)
  const fall = numberOf(check['fall'], DEFAULTS.fall)
  return (
    interval + fall * seconds(check['timeout'], DEFAULTS.timeout) + (fall - 1) * seconds(check['confirm'], interval / 5)
  )
}

/** While all is well nothing changes in less than this. */
const stable = (check: Written): number =>
  seconds(check['interval'], DEFAULTS.interval) * numberOf(check['fall'], DEFAULTS.fall)

function keptFor(ttl: unknown, change: number): number {
  if (!isMap(ttl) && ttl !== undefined) return seconds(ttl, DEFAULTS.most)
  const { max, min } = isMap(ttl) ? ttl : ({} as Written)
  return Math.max(seconds(min, 5), Math.min(seconds(max, DEFAULTS.most), change))
}
