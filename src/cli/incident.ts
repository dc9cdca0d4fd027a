// Incidents as lines for people.
import type { IncidentList, IncidentView } from '../control-plane/admin/api.js'
import { moment } from './revision.js'
import { table } from './table.js'

type Step = IncidentView['steps'][number]

export function formatIncidents({ incidents }: IncidentList): string {
  if (incidents.length === 0) return 'there were no incidents'
  const rows = incidents.map(({ id, region, startedAt, endedAt, cause }) => [
    id,
    region,
    moment(startedAt),
    endedAt === undefined ? 'it lasts' : lasted(startedAt, endedAt),
    cause,
  ])
  return table([['ID', 'REGION', 'SINCE', 'FOR', 'CAUSE'], ...rows], ['right', 'left', 'left', 'right', 'left']).join(
    '\n',
  )
}

/** Each step with how long after the first failure it came. */
export function formatIncident({
  id,
  region,
  state,
  startedAt,
  endedAt,
  cause,
  steps,
  more = 0,
}: IncidentView): string {
  const rows = [
    ...steps.map(step => [clock(step.at), lasted(startedAt, step.at), wordsOf(step)]),
    ...(more === 0 ? [] : [['', '', `and ${more} more steps, which were not kept`]]),
    ...(endedAt === undefined ? [] : [[clock(endedAt), lasted(startedAt, endedAt), 'over']]),
  ]
  return [
    `incident ${id}: ${region}, ${cause}`,
    state === 'open'
      ? `since ${moment(startedAt)}; it lasts`
      : `${moment(startedAt)}, for ${lasted(startedAt, endedAt!)}`,
    '',
    ...table([['AT', 'AFTER', 'WHAT'], ...rows], ['left', 'right', 'left']),
  ].join('\n')
}

function wordsOf({ step, address = '', up = false, cause, version, given = false, ttl }: Step): string {
  const which = up ? 'up' : 'down'
  switch (step) {
    case 'failing':
      return `${address} fails for the first time`
    case 'detected':
      return `${address}: ${up ? 'passes' : 'failures'} enough to be ${which}`
    case 'decided':
      return `${address} is ${which}${cause === undefined ? '' : `: ${cause}`}`
    case 'published':
      return `published as snapshot ${version}${given ? '; answers may hold the region' : '; no answer holds the region'}`
    case 'answered':
      return `the first answer from snapshot ${version} or a later one`
    case 'last-old-answer':
      return `the last answer from before, with a TTL of ${ttl} s at most`
    case 'forgotten':
      return 'the last answer from before has left the caches'
  }
}

const clock = (time: string): string => time.slice(11, 23)

/** `12.34 s`, `5 min 3 s`, `2 h 10 min` */
function lasted(from: string, until: string): string {
  const ms = Date.parse(until) - Date.parse(from)
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
