// /v1/samples, /v1/top, /v1/clients: what is asked, by samples of it.
import type { Static } from 'typebox'
import { parsePrefix } from '../../../dns/address.js'
import { formatName, NameError, parseName } from '../../../dns/name.js'
import { tellSample } from '../../operate/sampled.js'
import {
  CLIENTS,
  CLIENTS_QUERY,
  type ClientsView,
  SAMPLES,
  SAMPLES_QUERY,
  type SamplesView,
  TOP,
  TOP_QUERY,
  type TopView,
} from '../api-samples.js'
import { ApiProblem } from '../problems.js'
import { described, type Routes } from '../route.js'
import { samplesOf } from '../sampled.js'

export const samples: Routes = (app, port) => {
  app.get<{ Querystring: Static<typeof SAMPLES_QUERY> }>(
    '/samples',
    { schema: LIST },
    async ({ query: { name, client, type, rcode, region, reason, limit } }): Promise<SamplesView> => {
      const filter = {
        name: name === undefined ? undefined : nameIn(name),
        client: client === undefined ? undefined : networkIn(client),
        type: type?.toUpperCase(),
        rcode: rcode?.toUpperCase(),
        region,
        reason,
      }
      return {
        samples: samplesOf(port)
          .recent(filter, atMost(limit, 100, 1000))
          .map(tellSample),
      }
    },
  )

  app.get<{ Querystring: Static<typeof TOP_QUERY> }>(
    '/top',
    { schema: MOST },
    async ({ query: { by = 'name', window = '1m', limit } }): Promise<TopView> => ({
      by,
      window,
      ...samplesOf(port).top(by, window, atMost(limit, 20, 200)),
    }),
  )

  app.get<{ Querystring: Static<typeof CLIENTS_QUERY> }>(
    '/clients',
    { schema: WHERE },
    async ({ query: { window = '15m' } }): Promise<ClientsView> => {
      const { places, unplaced } = await samplesOf(port).clients(window)
      return {
        places: places.map(({ country, ...place }) => ({ ...place, ...(country === undefined ? {} : { country }) })),
        unplaced,
      }
    },
  )
}

const atMost = (written: string | undefined, fallback: number, most: number): number =>
  Math.min(most, Math.max(1, Number(written ?? fallback)))

function nameIn(text: string): string {
  const below = text.startsWith('*.') ? '*.' : ''
  try {
    return below + formatName(parseName(text.slice(below.length))).toLowerCase()
  } catch (error) {
    if (error instanceof NameError) throw new ApiProblem('question-invalid', error.message)
    throw error
  }
}

function networkIn(text: string) {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new ApiProblem('question-invalid', `"${text}" is not a network`)
  return prefix
}

const TAG = 'node'

const LIST = described({
  operationId: 'listSamples',
  summary: 'The last sampled queries',
  description:
    'At most 10,000 are kept. While queries are few each of them is there; samples say how many they stand for.',
  tag: TAG,
  reply: SAMPLES,
  querystring: SAMPLES_QUERY,
  problems: ['request-invalid', 'question-invalid', 'not-sampled'],
})

const MOST = described({
  operationId: 'getTop',
  summary: 'What there is most of',
  description: 'By samples. Of very many names or clients those with less than about a 256th of all may be missing.',
  tag: TAG,
  reply: TOP,
  querystring: TOP_QUERY,
  problems: ['request-invalid', 'not-sampled'],
})

const WHERE = described({
  operationId: 'getClients',
  summary: 'Where clients are, and which region they get',
  description: 'By samples of steered answers, for pictures; networks that ask little may be missing.',
  tag: TAG,
  reply: CLIENTS,
  querystring: CLIENTS_QUERY,
  problems: ['request-invalid', 'not-sampled'],
})
