// Rates as the API shows them.
import { type Static, Type } from 'typebox'
import { mapOf, mapWith, word } from '../traffic/schema-values.js'
import { listOf } from './api-values.js'

const COUNT = Type.Integer({ description: 'How many in this time.' })

const SLICE = mapWith(
  {
    until: Type.Integer({ description: 'When this time ends, in ms since 1970.' }),
    queries: COUNT,
    limited: Type.Integer({ description: 'Answers held back by rate limiting.' }),
    dropped: Type.Integer({ description: 'Packets that got no answer.' }),
    regions: mapOf(COUNT, 'Answers by region.'),
    rcodes: mapOf(COUNT, 'Responses by code.'),
    rungs: mapOf(COUNT, 'Answers that were not found among healthy candidates, by rung.'),
    durations: mapOf(
      COUNT,
      'Queries that were timed, by less than how many µs answering took (and half of it at least): from when the packet was in hand until the answer was handed to the system. By UDP; one batch in ten milliseconds is timed.',
    ),
  },
  'What was counted in one step.',
)

export const RATES = mapWith(
  {
    stepMs: Type.Integer({ description: 'How long each step is, in ms.' }),
    slices: listOf(SLICE, 'Oldest first.'),
  },
  'How much was asked and answered.',
)

export type RatesView = Static<typeof RATES>

export const RATES_SPAN = Type.Object(
  {
    span: Type.Optional(word(['15m', '6h', '7d'], 'How far back: in steps of ten seconds, a minute, or ten minutes.')),
  },
  { additionalProperties: false },
)
