// /livez and /readyz: for whoever supervises the process.
import { ALIVE } from '../api-status.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'

export const probes: Routes = (app, port) => {
  app.get('/livez', { schema: LIVE }, async () => ({ status: 'alive' }))
  app.get('/readyz', { schema: READY }, async () => {
    const waits = waitingFor(port)
    if (waits.length > 0) throw new ApiProblem('not-ready', `waiting for ${waits.join(', ')}`)
    return { status: 'ready' }
  })
}

const LIVE = described({
  operationId: 'isAlive',
  summary: 'The process runs',
  tag: 'operations',
  reply: ALIVE,
  open: true,
})

const READY = described({
  operationId: 'isReady',
  summary: 'Queries are answered',
  tag: 'operations',
  reply: ALIVE,
  problems: ['not-ready'],
  open: true,
})
