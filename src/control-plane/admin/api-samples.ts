// Sampled queries as the API shows them: one by one, and what there is most of.
import { type Static, Type } from 'typebox'
import { BYS } from '../operate/sampled.js'
import type { Window } from '../operate/top.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text, time, whole } from './api-values.js'

const QUERIES = Type.Number({ description: 'How many queries the samples stand for.' })

const SAMPLE = mapWith(
  {
    time: time('When it was answered.'),
    oneIn: Type.Integer({ description: 'How many queries it stands for.' }),
    transport: text('How it came: udp, tcp or tls.', 'udp'),
    name: text('What was asked for, in lower case; empty where it could not be read.', 'api.example.com.'),
    type: text('The type that was asked for.', 'A'),
    client: text('The network that decided: at most /24 of IPv4, /56 of IPv6.', '192.0.2.0/24'),
    clientFrom: word(['subnet', 'resolver'], 'Who told where the client is.'),
    zone: text('The zone that it was answered from; empty for none of ours.', 'example.com.'),
    rcode: text('The response code.', 'NOERROR'),
    reason: text('Why it got what it got.', 'steered'),
    region: Type.Optional(text('The region that it was sent to, the first of several.', 'eu-central')),
    rung: Type.Optional(text('The rung of the ladder that the choice was found on.', 'healthy')),
    scope: Type.Integer({ description: 'The scope of the answer.' }),
    bytes: Type.Integer({ description: 'Of the response; 0 where none was sent.' }),
  },
  'A query that was sampled.',
)

export const SAMPLES = mapWith({ samples: listOf(SAMPLE, 'Newest first.') }, 'The last queries that were sampled.')
export type SamplesView = Static<typeof SAMPLES>

const windowOf = (fallback: Window) =>
  Type.Optional(word(['1m', '15m', '1h'], `How far back to look; ${fallback} unless told.`))
const only = (description: string, ...examples: readonly string[]) => Type.Optional(text(description, ...examples))

export const SAMPLES_QUERY = Type.Object(
  {
    name: only('Only of this name; `*.` before it takes all names below.', 'api.example.com', '*.example.com'),
    client: only('Only of clients in this network.', '192.0.2.0/24'),
    region: only('Only those sent to this region.', 'eu-central'),
    rcode: only('Only with this response code.', 'NXDOMAIN'),
    type: only('Only of this type.', 'AAAA'),
    reason: only('Only for this reason.', 'limited'),
    limit: Type.Optional(whole('How many at most: 100 unless told, 1,000 at the most.', '20')),
  },
  { additionalProperties: false },
)

export const TOP = mapWith(
  {
    by: word(BYS, 'What queries are told apart by.'),
    window: word(['1m', '15m', '1h'], 'How far back it looks.'),
    seconds: Type.Number({ description: 'How long a time that is, by now.' }),
    queries: QUERIES,
    rows: listOf(
      mapWith(
        {
          key: text('What it is that they have in common.', 'api.example.com.'),
          queries: QUERIES,
          error: Type.Number({ description: 'So many of them may be those of others.' }),
          share: Type.Number({ description: 'Of all queries, 0 to 1.' }),
        },
        'Queries that have something in common.',
      ),
      'Most first.',
    ),
  },
  'What there is most of.',
)
export type TopView = Static<typeof TOP>

export const TOP_QUERY = Type.Object(
  {
    by: Type.Optional(word(BYS, 'What to tell queries apart by; name unless told.')),
    window: windowOf('1m'),
    limit: Type.Optional(whole('How many at most: 20 unless told, 200 at the most.', '10')),
  },
  { additionalProperties: false },
)

export const CLIENTS = mapWith(
  {
    places: listOf(
      mapWith(
        {
          latitude: Type.Number({ description: 'The middle of a cell of one degree.' }),
          longitude: Type.Number({ description: 'Likewise.' }),
          country: Type.Optional(text('Its country.', 'DE')),
          regions: listOf(
            mapWith({ region: text('The id of a region.', 'eu-central'), queries: QUERIES }, 'Queries sent to it.'),
            'Most first.',
          ),
        },
        'Clients that are near each other.',
      ),
      'Most queries first.',
    ),
    unplaced: Type.Number({ description: 'Queries of clients whose place is not known.' }),
  },
  'Where the clients are who ask most, and which region they get.',
)
export type ClientsView = Static<typeof CLIENTS>

export const CLIENTS_QUERY = Type.Object({ window: windowOf('15m') }, { additionalProperties: false })
