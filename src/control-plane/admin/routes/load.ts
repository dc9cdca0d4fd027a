// /v1/load and /v1/regions/…/load: regions report what they carry.
import { LOAD, LOAD_REPORT, LOADS, type LoadReportBody } from '../api-load.js'
import { REGION_KEY } from '../api-region.js'
import { isoTime } from '../api-values.js'
import { regionNamed } from '../lookup.js'
import { ApiProblem } from '../problems.js'
import { described, type Routes } from '../route.js'
import { requireRegions } from '../within.js'

export const load: Routes = (app, port) => {
  const views = () => port.loads.list(Date.now()).map(({ at, ...rest }) => ({ ...rest, at: isoTime(at) }))

  app.get('/load', { schema: LIST }, async () => {
    const facts = port.balance()
    return { loads: views(), ...(facts === undefined ? {} : { balance: { ...facts, at: isoTime(facts.at) } }) }
  })

  app.post<{ Params: { readonly id: string }; Body: LoadReportBody }>(
    '/regions/:id/load',
    { schema: TELL },
    async request => {
      const { params, body } = request
      const { id } = params
      const { document } = port.store.current()
      const region = regionNamed(document, id)
      requireRegions(request, [id], document.regions)
      const capacity = body.capacity ?? region.capacity
      if (capacity === undefined)
        throw new ApiProblem('request-invalid', `say the capacity: the document has none of ${id}`)
      const { current, target } = body
      if (target !== undefined && target > capacity)
        throw new ApiProblem('request-invalid', `a target of ${target} is more than the capacity of ${capacity}`)
      port.loads.report(id, { current, capacity, ...(target === undefined ? {} : { target }), at: Date.now() })
      return views().find(({ region }) => region === id)
    },
  )
}

const TAG = 'regions'

const LIST = described({
  operationId: 'listLoad',
  summary: 'What regions carry, as they report it',
  tag: TAG,
  reply: LOADS,
})

const TELL = described({
  operationId: 'reportLoad',
  scope: 'report',
  bounded: true,
  summary: 'Report the load of a region',
  description:
    'For policies with the steps shed or balance. What is reported comes into force for shed in steps of ten seconds, more quickly upwards than downwards. Report again within a minute: what is older is not believed.',
  tag: TAG,
  reply: LOAD,
  params: REGION_KEY,
  body: LOAD_REPORT,
  problems: ['region-not-found', 'request-invalid', 'body-too-large', 'media-type-unsupported'],
})
