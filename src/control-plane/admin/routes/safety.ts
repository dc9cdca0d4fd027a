// /v1/safety: the safety rules, and which are broken as things are.

import { valueAt } from '../../traffic/value-at.js'
import { SAFETY, type SafetyView } from '../api-safety.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'

export const safety: Routes = (app, port) => {
  app.get('/safety', { schema: SHOW }, async (_request, reply): Promise<SafetyView> => {
    const { document, written, revision } = port.store.current()
    const broken = port.safety.broken()
    reply.header('ETag', entityTag(revision))
    return {
      rules: [...(document.safety?.keys() ?? [])].map(id => ({
        id,
        holds: !broken.some(({ rule }) => rule === id),
        rule: valueAt(written, ['safety', id]),
      })),
      broken,
    }
  })
}

const SHOW = described({
  operationId: 'getSafety',
  summary: 'The safety rules, and which are broken now',
  description:
    'They are a part of the traffic document and are changed with it. A rule that is broken as things are, by an outage or an edit of the file, refuses only what would make it worse.',
  tag: 'safety',
  reply: SAFETY,
})
