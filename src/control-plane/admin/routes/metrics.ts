// /metrics: what Prometheus reads.
import { Type } from 'typebox'
import { EXPOSITION_TYPE, formatMetrics } from '../exposition.js'
import { collectMetrics } from '../metrics.js'
import { described, type Routes } from '../route.js'

export const metrics: Routes = (app, port) => {
  app.get('/metrics', { schema: SHOW }, async (_request, reply) => {
    const { user, system } = process.cpuUsage()
    const cpuSeconds = (user + system) / 1e6
    const instant = { now: Date.now(), residentBytes: process.memoryUsage.rss(), cpuSeconds }
    reply.type(EXPOSITION_TYPE)
    return formatMetrics(collectMetrics(port, instant))
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
