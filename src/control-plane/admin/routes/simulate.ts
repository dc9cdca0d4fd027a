// /v1/simulate: what a change of regions, or of the whole document, would do to clients, before it is made.
import { type Static, Type } from 'typebox'
import { simulate as foretell, type Simulation, type Weighing } from '../../operate/simulate.js'
import type { RegionState } from '../../publish/ladder.js'
import { mapOf, mapWith, word } from '../../traffic/schema-values.js'
import { callerOf } from '../caller.js'
import { change } from '../change.js'
import { regionNamed } from '../lookup.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'
import { samplesOf } from '../sampled.js'

/** Bytes; as much as a document may have. */
const DOCUMENT_LIMIT = 16 * 1024 * 1024

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
    document: Type.Optional(
      Type.String({ title: 'the text of a traffic document', description: 'YAML: what would be served instead.' }),
    ),
    over: Type.Optional(
      word(
        ['addresses', 'traffic'],
        'What clients are weighed by: how many addresses they have, or what they were seen asking for.',
        'addresses',
      ),
    ),
    window: Type.Optional(word(['1m', '15m', '1h'], 'Over traffic: how far back to look.', '15m')),
  },
  'What would be another way; all else stays as it is.',
)

type Change = Static<typeof CHANGE>

export const simulate: Routes = (app, port) => {
  app.post<{ Body: Change }>('/simulate', { schema: SHOW, bodyLimit: DOCUMENT_LIMIT }, async request => {
    const { body, log } = request
    const published = port.published()
    if (published === undefined)
      throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
    const { down = [], up = [], drain = {}, document: text } = body
    const weighing = weighingOf(port, body)
    const proposed =
      text === undefined
        ? undefined
        : await change(port.store, {
            ifMatch: undefined,
            actor: callerOf(request).name,
            reason: undefined,
            log,
            dryRun: true,
            plan: () => text,
          })
    const document = proposed?.after.document ?? published.world.document
    for (const id of [...down, ...up, ...Object.keys(drain)]) regionNamed(document, id)
    const world = proposed === undefined ? published.world : await port.consider(document)
    return foretell(published, { world, regions: changeOf(body) }, weighing)
  })
}

function weighingOf(port: AdminPort, { over = 'addresses', window = '15m' }: Change): Weighing {
  if (over === 'addresses') return { over, rates: ratesOf(port) }
  return { over, demand: samplesOf(port).demand(window) }
}

const changeOf =
  ({ down = [], up = [], drain = {} }: Change) =>
  (state: RegionState): RegionState => {
    if (down.includes(state.id)) return { ...state, up: false, forced: 'down' }
    const raised: RegionState = up.includes(state.id) ? { ...state, up: true, enabled: true, forced: 'up' } : state
    return { ...raised, drain: drain[state.id] ?? raised.drain }
  }

/** Answers a second by region, over the last minute. */
function ratesOf(port: AdminPort): Readonly<Record<string, number>> {
  const { slices, stepMs } = port.rates('15m')
  const last = slices.slice(-6)
  const sums: Record<string, number> = {}
  for (const { regions } of last) for (const [id, count] of Object.entries(regions)) sums[id] = (sums[id] ?? 0) + count
  return Object.fromEntries(Object.entries(sums).map(([id, sum]) => [id, (sum * 1000) / (last.length * stepMs)]))
}

const SHOW = described({
  operationId: 'simulate',
  summary: 'What a change of regions, or of the document, would do',
  description:
    'For each steered name, which share of its clients would move from where to where, and which would be answered from a lower rung of the ladder; and what each region would be asked. Over addresses clients are weighed by the address space that is located: how many there are behind each address is not known. Over traffic they are weighed by what was sampled of late. Regions that a document adds are taken to be up.',
  tag: 'regions',
  reply: Type.Unsafe<Simulation>({ type: 'object', description: 'What would become of every steered name.' }),
  body: CHANGE,
  problems: [
    'request-invalid',
    'region-not-found',
    'edit-refused',
    'document-broken',
    'not-sampled',
    'not-ready',
    'body-too-large',
    'media-type-unsupported',
  ],
})
