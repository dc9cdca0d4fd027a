// Regions, zones and steered records by the names that callers use, or the problem that says what there is instead.
import { equalNames, formatName, isWithin, type Name, NameError, parseName } from '../../dns/name.js'
import type { CheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { looksAbsolute } from '../traffic/parse-name.js'
import { nearest } from '../traffic/suggest.js'
import { ApiProblem, type ProblemType } from './problems.js'

/** @throws ApiProblem */
export function regionNamed({ regions }: TrafficDocument, id: string): Region {
  const region = regions.get(id)
  if (region === undefined) throw notFound('region-not-found', `no region is named "${id}"`, id, regions.keys())
  return region
}

/** A check that is told about its state. @throws ApiProblem */
export function pushCheckNamed({ checks }: TrafficDocument, id: string): CheckSpec {
  const check = checks.get(id)
  if (check === undefined) throw notFound('check-not-found', `no check is named "${id}"`, id, checks.keys())
  if (check.type !== 'push')
    throw new ApiProblem('check-not-told', `"${id}" is a ${check.type} check, which finds out by itself`)
  return check
}

/** With or without the final dot, in any case. @throws ApiProblem */
export function zoneNamed({ zones }: TrafficDocument, text: string): Zone {
  const name = nameOf(text)
  const zone = name === undefined ? undefined : zones.get(formatName(name).toLowerCase())
  if (zone !== undefined) return zone
  const known = [...zones.keys()].map(key => (text.endsWith('.') ? key : key.slice(0, -1)))
  throw notFound('zone-not-found', `no zone is named "${text}"`, text, known)
}

/** Relative to the zone, or with a final dot; `@` is the zone itself. @throws ApiProblem */
export function steeredNamed({ origin, steered, records }: Zone, text: string): SteeredRecord {
  const owner = nameOf(text, origin)
  const record = owner === undefined ? undefined : steered.find(record => equalNames(record.owner, owner))
  if (record !== undefined) return record
  if (looksAbsolute(text, origin) && !text.endsWith('.'))
    throw new ApiProblem('record-not-found', `"${text}" is taken as relative to the zone: end a full name with a dot`)
  const isStatic = owner !== undefined && records.some(record => equalNames(record.owner, owner))
  const what = isStatic ? `"${text}" has static records only` : `nothing steers "${text}" in ${formatName(origin)}`
  throw notFound(
    'record-not-found',
    what,
    text,
    steered.map(({ owner }) => relativeName(owner, origin)),
  )
}

function notFound(type: ProblemType, what: string, asked: string, known: Iterable<string>): ApiProblem {
  const suggestion = nearest(asked, known)
  return new ApiProblem(type, suggestion === undefined ? what : `${what} (did you mean "${suggestion}"?)`)
}

/** As people write an owner in its zone: `api`, or `@`. */
export function relativeName(name: Name, origin: Name): string {
  if (equalNames(name, origin)) return '@'
  const text = formatName(name)
  return isWithin(name, origin) ? text.slice(0, -formatName(origin).length - (origin.length === 1 ? 0 : 1)) : text
}

/** The name that a caller means; undefined where it is none. */
export function nameOf(text: string, origin?: Name): Name | undefined {
  try {
    return parseName(text, origin)
  } catch (error) {
    if (error instanceof NameError) return undefined
    throw error
  }
}
