// /v1/policies: how regions are chosen.
import { isMap } from '../../traffic/edit-value.js'
import { valueAt } from '../../traffic/value-at.js'
import { POLICIES, POLICY } from '../api-policy.js'
import { PAGE_QUERY, type PageQuery, pageOf, sparse } from '../page.js'
import { policyViews } from '../policy-view.js'
import { entityTag } from '../revisions.js'
import { described, type Routes } from '../route.js'

export const policies: Routes = (app, port) => {
  app.get<{ Querystring: PageQuery }>('/policies', { schema: LIST }, async ({ query }, reply) => {
    const { document, revision, written } = port.store.current()
    reply.header('ETag', entityTag(revision))
    const own = valueAt(written, ['policies'])
    const views = policyViews(document, new Set(isMap(own) ? Object.keys(own) : []))
    const { items, ...rest } = pageOf(views, query, ({ id }) => id)
    return { policies: sparse(items, query.fields, POLICY), ...rest }
  })
}

const LIST = described({
  operationId: 'listPolicies',
  summary: 'All policies',
  tag: 'policies',
  reply: POLICIES,
  querystring: PAGE_QUERY,
  problems: ['request-invalid'],
})
