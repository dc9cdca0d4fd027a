// An incident as the API shows it. Pure.
import { type Incident, isOpen } from '../operate/incident.js'
import type { IncidentList, IncidentView } from './api-incident.js'
import { isoTime } from './api-values.js'

export const incidentHead = (incident: Incident): IncidentList['incidents'][number] => ({
  id: incident.id,
  region: incident.region,
  state: isOpen(incident) ? 'open' : 'over',
  startedAt: isoTime(incident.startedAt),
  ...(incident.endedAt === undefined ? {} : { endedAt: isoTime(incident.endedAt) }),
  cause: incident.cause,
  down: incident.down,
})

export const incidentView = (incident: Incident): IncidentView => ({
  ...incidentHead(incident),
  steps: incident.steps.map(({ kind, at, ...rest }) => ({ at: isoTime(at), step: kind, ...rest })),
  ...(incident.more === undefined ? {} : { more: incident.more }),
})
