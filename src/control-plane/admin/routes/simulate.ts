// /v1/simulate: what a change of regions would do to clients, before it is made.
import { type Static, Type } from 'typebox'
import { perSecond } from '../../operate/rates.js'
import { simulate as foretell, type Simulation } from '../../operate/simulate.js'
import type { RegionState } from '../../publish/ladder.js'
import { mapOf, mapWith } from '../../traffic/schema-values.js'
import { regionNamed } from '../lookup.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'

const IDS = (description: string) =>
  Type.Optional(
    Type.Unsafe<readonly string[]>({
      type: 'array',
      items: { type: 'string', title: 'the id of a region' },
      title: 'a list of regions',
      description,
      examples: [['eu-central']],
    }),
  )

const CHANGE = mapWith(
  {
    down: IDS('Regions that would be down.'),
    up: IDS('Regions that would be up, whatever their health.'),
    drain: Type.Optional(
      mapOf(
        Type.Number({ title: 'a percent from 0 to 100', minimum: 0, maximum: 100 }),
        'By region, the percent of its clients that would go elsewhere.',
      ),
    ),
  },
  'What would be of regions; the others stay as they are.',
)

type Change = Static<typeof CHANGE>

export const simulate: Routes = (app, port) => {
  app.post<{ Body: Change }>('/simulate', { schema: SHOW }, async ({ body }) => {
    const published = port.published()
    if (published === undefined)
      throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
    const { down = [], up = [], drain = {} } = body
    for (const id of [...down, ...up, ...Object.keys(drain)]) regionNamed(published.world.document, id)
    return foretell(published, changeOf(body), perSecond(port.rates('15m')))
  })
}

const changeOf =
  ({ down = [], up = [], drain = {} }: Change) =>
  (state: RegionState): RegionState => {
    if (down.includes(state.id)) return { ...state, up: false, forced: 'down' }
    const raised: RegionState = up.includes(state.id) ? { ...state, up: true, enabled: true, forced: 'up' } : state
    return { ...raised, drain: drain[state.id] ?? raised.drain }
  }

const SHOW = described({
  operationId: 'simulate',
  summary: 'What a change of regions would do',
  description:
    'For each steered name, which share of its clients would move from where to where, and which would be answered from a lower rung of the ladder; and what each region would be asked. Clients are weighed by the address space that is located: how many there are behind each address is not known.',
  tag: 'regions',
  reply: Type.Unsafe<Simulation>({ type: 'object', description: 'What would become of every steered name.' }),
  body: CHANGE,
  problems: ['request-invalid', 'region-not-found', 'not-ready', 'body-too-large', 'media-type-unsupported'],
})
