// /v1/policies: how regions are chosen.
import { isMap } from '../../traffic/edit-value.js'
import { valueAt } from '../../traffic/value-at.js'
import { POLICIES } from '../api-policy.js'
import { policyViews } from '../policy-view.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'

export const policies: Routes = (app, port) => {
  app.get('/policies', { schema: LIST }, async (_request, reply) => {
    const { document, revision, written } = port.store.current()
    reply.header('ETag', entityTag(revision))
    const own = valueAt(written, ['policies'])
    return { policies: policyViews(document, new Set(isMap(own) ? Object.keys(own) : [])) }
  })
}

const LIST = described({ operationId: 'listPolicies', summary: 'All policies', tag: 'policies', reply: POLICIES })
