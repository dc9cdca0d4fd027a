// /v1/incidents: what befell regions, step by step.
import type { Static } from 'typebox'
import { isOpen } from '../../operate/incident.js'
import { INCIDENT, INCIDENT_HEAD, INCIDENT_KEY, INCIDENTS, INCIDENTS_OF } from '../api-incident.js'
import { incidentHead, incidentView } from '../incident-view.js'
import { pageOf, sparse } from '../page.js'
import { ApiProblem } from '../problems.js'
import { described, type Routes } from '../route.js'

export const incidents: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof INCIDENTS_OF> }>('/incidents', { schema: LIST }, async ({ query }) => {
    const { region, state } = query
    const chosen = port.incidents
      .list()
      .filter(incident => region === undefined || incident.region === region)
      .filter(incident => state === undefined || isOpen(incident) === (state === 'open'))
    const { items, ...rest } = pageOf(chosen, query, ({ id }) => id)
    return { incidents: sparse(items.map(incidentHead), query.fields, INCIDENT_HEAD), ...rest }
  })

  app.get<{ Params: Static<typeof INCIDENT_KEY> }>('/incidents/:id', { schema: ONE }, async ({ params: { id } }) => {
    const incident = port.incidents.get(id)
    if (incident === undefined) throw new ApiProblem('incident-not-found', `no incident has the number ${id}`)
    return incidentView(incident)
  })
}

const LIST = described({
  operationId: 'listIncidents',
  summary: 'What befell regions, newest first',
  description: 'This node keeps the last 200 of them, also over a restart.',
  tag: 'regions',
  reply: INCIDENTS,
  querystring: INCIDENTS_OF,
  problems: ['request-invalid'],
})

const ONE = described({
  operationId: 'getIncident',
  summary: 'One incident, step by step: from the first failure to the last answer in a cache',
  tag: 'regions',
  reply: INCIDENT,
  params: INCIDENT_KEY,
  problems: ['incident-not-found'],
})
