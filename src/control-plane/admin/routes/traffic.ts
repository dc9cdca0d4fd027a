// /v1/traffic: the traffic document that is being served.
import { TRAFFIC } from '../api-status.js'
import { isoTime } from '../api-values.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'

export const traffic: Routes = (app, { store }) => {
  app.get('/traffic', { schema: SHOW }, async (_request, reply) => {
    const { written, revision, loadedAt } = store.current()
    reply.header('ETag', entityTag(revision))
    return { name: store.name, revision, loadedAt: isoTime(loadedAt), document: written }
  })
}

const SHOW = described({
  operationId: 'getTraffic',
  summary: 'The traffic document',
  description:
    'The last good one: as it is written, without comments. /v1/status says whether a newer one was refused.',
  tag: 'node',
  reply: TRAFFIC,
})
