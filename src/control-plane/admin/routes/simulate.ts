// /v1/simulate: what a change of regions, of the whole document or of the geo data would do to clients, before it is made.

import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Locate } from '../../geo/library.js'
import { asServed } from '../../operate/foretell.js'
import type { GeoOffer } from '../../operate/geo-desk.js'
import type { Population } from '../../operate/population.js'
import { perSecond } from '../../operate/rates.js'
import type { Refusal } from '../../operate/safety/judge.js'
import type { Situation } from '../../operate/safety/scene.js'
import { simulate as foretell, type Simulation, type Weighing } from '../../operate/simulate.js'
import type { Forced, ForcedRegions } from '../../publish/forced.js'
import type { RegionState } from '../../publish/ladder.js'
import type { Published, World } from '../../publish/publisher.js'
import type { Region } from '../../traffic/document/region.js'
import type { TrafficDocument } from '../../traffic/document.js'
import { mapOf, mapWith, word } from '../../traffic/schema-values.js'
import type { Plan } from '../../traffic/store.js'
import { GEO_OFFER } from '../api-geo.js'
import { callerOf } from '../caller.js'
import { change } from '../change.js'
import { regionNamed } from '../lookup.js'
import { mergeEdits } from '../merge-patch.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { waitingFor } from '../readiness.js'
import { described, type Routes } from '../route.js'
import { samplesOf } from '../sampled.js'
import { patchAsWritten } from '../sections.js'
import { mayDo } from '../token.js'

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
    disable: IDS('Regions that would be disabled.'),
    enable: IDS('Regions that would be enabled.'),
    down: IDS('Regions that would be down.'),
    up: IDS('Regions that would be up, whatever their health.'),
    end: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        items: { type: 'string', title: 'the id of an override' },
        title: 'a list of overrides',
        description: 'Overrides that would be ended.',
        examples: [['7']],
      }),
    ),
    drain: Type.Optional(
      mapOf(
        Type.Number({ title: 'a percent from 0 to 100', minimum: 0, maximum: 100 }),
        'By region, the percent of its clients that would go elsewhere.',
      ),
    ),
    document: Type.Optional(
      Type.String({ title: 'the text of a traffic document', description: 'YAML: what would be served instead.' }),
    ),
    patch: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        title: 'a map',
        description:
          'A merge patch (RFC 7396) of the document, in place of a whole one. Zones are found by their name, however it is written.',
        examples: [{ policies: { api: ['distance'] } }],
      }),
    ),
    database: Type.Optional(GEO_OFFER),
    over: Type.Optional(
      word(
        ['addresses', 'population', 'traffic'],
        'What clients are weighed by: how many addresses they have, how many people their countries have, or what they were seen asking for.',
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
    const { body } = request
    const published = port.published()
    if (published === undefined)
      throw new ApiProblem('not-ready', `there are no answers yet; waiting for ${waitingFor(port).join(', ')}`)
    const { disable = [], enable = [], down = [], up = [], drain = {} } = body
    const weighing = await weighingOf(port, body)
    const plan = planOf(body)
    const proposed = plan && (await change(port, { request, dryRun: true, plan }))
    // Rules judge what is written; what was learned of latencies is in force, and nobody's change.
    const written = proposed?.after.document ?? port.store.current().document
    const served = published.world.document
    const document = proposed ? asServed(proposed.after.document, proposed.before.document, served) : served
    for (const id of [...disable, ...enable, ...down, ...up, ...Object.keys(drain)]) regionNamed(document, id)
    const forced = forcedWithout(port, published, body.end)
    const look = async (
      world: World,
      locate: Locate,
    ): Promise<Simulation & { readonly rules: readonly Refusal[] }> => ({
      ...(await foretell(published, { world, regions: changeOf(body), forced }, weighing, locate)),
      rules: port.safety.judge({ ...situationOf(written, forced, body), world }),
    })
    return body.database === undefined
      ? look(proposed === undefined ? published.world : await port.consider(document), await port.locate())
      : port.geo.consider(offerOf(request, body.database), document, look)
  })
}

/** The server reads files and addresses for nobody who could not put them in use. @throws ApiProblem */
function offerOf(request: FastifyRequest, { from, database }: NonNullable<Change['database']>): GeoOffer {
  const caller = callerOf(request)
  if (!mayDo(caller, 'admin'))
    throw new ApiProblem('forbidden', `${caller.name} may not name geo data: that needs the scope admin`)
  return { from, ...(database === undefined ? {} : { database }) }
}

/** @throws ApiProblem where the document would be two things at once */
function planOf({ document: text, patch }: Change): Plan | undefined {
  if (text !== undefined && patch !== undefined)
    throw new ApiProblem('request-invalid', 'a document is proposed whole or by a patch, not both')
  if (text !== undefined) return () => text
  return patch && (({ written }) => mergeEdits(written, patchAsWritten(written, patch)))
}

/** @throws ApiProblem where there is no such override */
function forcedWithout({ overrides }: AdminPort, { forced }: Published, ended: readonly string[] = []): ForcedRegions {
  for (const id of ended)
    if (overrides.get(id) === undefined) throw new ApiProblem('override-not-found', `no override ${id} is in force`)
  return ended.length === 0 ? forced : overrides.without(ended)
}

async function weighingOf(port: AdminPort, { over = 'addresses', window = '15m' }: Change): Promise<Weighing> {
  switch (over) {
    case 'addresses':
      return { over, rates: perSecond(port.rates('15m')) }
    case 'population':
      return { over, population: await populationOf(port), rates: perSecond(port.rates('15m')) }
    case 'traffic':
      return { over, demand: samplesOf(port).demand(window) }
  }
}

/** @throws ApiProblem where nobody can be placed */
async function populationOf(port: AdminPort): Promise<Population> {
  const population = await port.population()
  if (population.networks.length === 0)
    throw new ApiProblem('request-invalid', 'the geo databases tell of no country, so its people cannot be placed')
  return population
}

const changeOf =
  ({ disable = [], enable = [], down = [], up = [], drain = {} }: Change) =>
  (before: RegionState): RegionState => {
    const { id } = before
    const state = disable.includes(id)
      ? { ...before, enabled: false }
      : enable.includes(id)
        ? { ...before, enabled: true }
        : before
    if (down.includes(id)) return { ...state, up: false, forced: 'down' }
    const raised: RegionState = up.includes(id) ? { ...state, up: true, enabled: true, forced: 'up' } : state
    return { ...raised, drain: drain[id] ?? raised.drain }
  }

/** The same as a document and words of operators, which is what safety rules judge. */
function situationOf(
  document: TrafficDocument,
  forced: ForcedRegions,
  { disable = [], enable = [], down = [], up = [], drain = {} }: Change,
): Pick<Situation, 'document' | 'forced'> {
  const regions = [...document.regions].map(([id, region]): readonly [string, Region] => {
    if (disable.includes(id)) return [id, { ...region, enabled: false }]
    return [id, enable.includes(id) || up.includes(id) ? { ...region, enabled: true } : region]
  })
  const word = (state: Forced['state'], drain = 0): Forced => {
    return { id: 'simulated', state, drain, until: Infinity, actor: 'nobody', reason: 'to see' }
  }
  return {
    document: { ...document, regions: new Map(regions) },
    forced: new Map([
      ...forced,
      ...Object.entries(drain).map(([id, percent]) => [id, word('drain', percent)] as const),
      ...up.map(id => [id, word('up')] as const),
      ...down.map(id => [id, word('down')] as const),
    ]),
  }
}

const SHOW = described({
  operationId: 'simulate',
  summary: 'What a change of regions, of the document, or of geo data would do',
  description:
    'For each steered name, which share of its clients would move from where to where, and which would be answered from a lower rung of the ladder; what each region would be asked; and which safety rules the change would break. Over addresses clients are weighed by the address space that is located: how many there are behind each address is not known. Over population those of a country weigh as many people as it has, spread over the address space that is located in it; `unplaced` are countries without any. Over traffic they are weighed by what was sampled of late. Regions that a document adds are taken to be up. `latency` is the round-trip time that clients are to expect of the regions that they get, as things are and as they would be: by the table of the policy, else by distance; with other geo data clients are where these say; over addresses it is told of 4,096 networks spread evenly over IPv4, over population of the networks that its people are placed in.',
  tag: 'regions',
  reply: Type.Unsafe<Simulation & { readonly rules: readonly Refusal[] }>({
    type: 'object',
    description: 'What would become of every steered name.',
  }),
  body: CHANGE,
  problems: [
    'request-invalid',
    'region-not-found',
    'override-not-found',
    'edit-refused',
    'document-broken',
    'not-sampled',
    'geo-refused',
    'not-ready',
    'body-too-large',
    'media-type-unsupported',
  ],
})
