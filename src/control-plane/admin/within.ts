// What a token may change that is good for some zones and regions only. It may look at all; of what it changes everything has to
// lie within them, and what cannot be told to do so is not for it.
import type { FastifyRequest } from 'fastify'
import { regionsOf } from '../operate/override.js'
import { addressesOf, addressIn } from '../operate/override-addresses.js'
import type { Region } from '../traffic/document/region.js'
import { refine } from '../traffic/edit-value.js'
import { formatPath, type Path } from '../traffic/path.js'
import { isPlain, meetsAny } from '../traffic/region-glob.js'
import type { Loaded } from '../traffic/store.js'
import { type Caller, callerOf, type Within } from './caller.js'
import { ApiProblem } from './problems.js'

type Regions = ReadonlyMap<string, Region>

/** @throws ApiProblem where one of them is none of the caller's */
export function requireRegions(request: FastifyRequest, ids: readonly string[], regions: Regions): void {
  const { within, name } = callerOf(request)
  if (within === undefined) return
  const outside = ids.filter(id => !isOwn(within, id, regions))
  if (outside.length > 0) refuse(name, within, outside.join(', '))
}

/** Of whatever speaks of regions. @throws ApiProblem where one that it means is none of the caller's, or could come to be */
export function requireTargets(request: FastifyRequest, targets: readonly string[], regions: Regions): void {
  const { within, name } = callerOf(request)
  if (within === undefined) return
  const wide = targets.filter(target => addressIn(target) === undefined && !isPlain(target))
  if (wide.length > 0) refuse(name, within, `${wide.join(', ')}, which may come to mean others`)
  const all = [...regions.values()]
  const named = all.filter(region => addressesOf({ targets }, region).length > 0).map(({ id }) => id)
  requireRegions(request, [...regionsOf({ targets }, all), ...named], regions)
}

/** @throws ApiProblem where something else of the document would be another */
export function requireDocument({ within, name }: Caller, before: Loaded, after: Loaded): void {
  if (within === undefined) return
  const paths = refine(before.written, after.written, []).map(({ path }) => path)
  const outside = paths.filter(path => !holds(within, path, before.document.regions))
  if (outside.length > 0) refuse(name, within, outside.map(formatPath).join(', '))
}

function holds(within: Within, [section, id]: Path, regions: Regions): boolean {
  if (id === undefined) return false
  if (section === 'zones') return within.zones.some(zone => plainName(zone) === plainName(String(id)))
  return section === 'regions' && isOwn(within, String(id), regions)
}

/** Of one that is new its name alone tells. */
const isOwn = ({ regions: own }: Within, id: string, regions: Regions): boolean =>
  meetsAny(own, regions.get(id) ?? { id })

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '')

function refuse(name: string, { zones, regions }: Within, what: string): never {
  const own = [...zones.map(zone => `zone ${zone}`), ...regions.map(region => `region ${region}`)]
  throw new ApiProblem('forbidden', `${name} may change ${own.join(', ')} only, and not ${what}`)
}
