// /metrics: what Prometheus reads.
import { Type } from 'typebox'
import { EXPOSITION_TYPE, formatMetrics } from '../exposition.js'
import { collectMetrics, thisInstant } from '../metrics.js'
import { described, type Routes } from '../route.js'

export const metrics: Routes = (app, port) => {
  app.get('/metrics', { schema: SHOW }, async (_request, reply) => {
    reply.type(EXPOSITION_TYPE)
    return formatMetrics(collectMetrics(port, thisInstant()))
  })
}

const SHOW = described({
  operationId: 'getMetrics',
  summary: 'Metrics for Prometheus',
  tag: 'operations',
  reply: Type.String({ description: 'The Prometheus text format, version 0.0.4.' }),
  replyType: 'text/plain',
  open: true,
})
