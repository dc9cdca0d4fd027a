// Incidents as the API shows them.
import { type Static, Type } from 'typebox'
import type { StepKind } from '../operate/incident.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { key, listOf, text, time } from './api-values.js'
import { NEXT, PAGE } from './page.js'

const STEPS = {
  failing: 'the first of the failures that took the address down',
  detected: 'enough failures, or passes, had come',
  decided: 'the address was judged to be up or down, with all that the region needs and depends on',
  published: 'queries were answered accordingly from then on',
  answered: 'the first answer by the new word was given',
  'last-old-answer': 'the last answer by the old word was given',
  forgotten: 'that answer had left the caches of resolvers, by its TTL',
} satisfies Record<StepKind, string>

const STEP = mapWith(
  {
    at: time('When.'),
    step: word(
      Object.keys(STEPS) as readonly StepKind[], // exactly these keys, by `satisfies`
      `What happened: ${Object.entries(STEPS)
        .map(([step, what]) => `${step}, ${what}`)
        .join('; ')}.`,
    ),
    address: Type.Optional(text('Of which address.', '127.0.1.3')),
    up: Type.Optional(Type.Boolean({ description: 'Whether it went up or down.' })),
    cause: Type.Optional(text('Why it went down.', 'api: connection refused')),
    version: Type.Optional(Type.Integer({ description: 'The snapshot.' })),
    given: Type.Optional(
      Type.Boolean({
        description:
          'Whether answers may hold the region from then on: other addresses of it, or nothing else is left.',
      }),
    ),
    ttl: Type.Optional(Type.Number({ description: 'How long that answer might be kept, in seconds.' })),
  },
  'One step.',
)

const PARTS = {
  id: text('Its number.', '12'),
  region: text('The id of the region.', 'eu-central'),
  state: word(['open', 'over'], 'Over when all addresses are up and the region has all of its clients back.'),
  startedAt: time('The first failure.'),
  endedAt: Type.Optional(time('When it was over.')),
  cause: text('Why the first address went down.', 'api: connection refused'),
  down: listOf(Type.String(), 'Addresses that are down now.'),
}

export const INCIDENT = mapWith(
  {
    ...PARTS,
    steps: listOf(STEP, 'In the order of their times.'),
    more: Type.Optional(Type.Integer({ description: 'Further steps, which are not kept.' })),
  },
  'What befell a region, from the first failure to the last address that was well again.',
)

export type IncidentView = Static<typeof INCIDENT>

export const INCIDENT_HEAD = mapWith(PARTS, 'One incident, without its steps.')

export const INCIDENTS = mapWith(
  { incidents: listOf(INCIDENT_HEAD, 'Newest first.'), next: NEXT },
  'The incidents that are kept, or a page of them.',
)

export type IncidentList = Static<typeof INCIDENTS>

export const INCIDENT_KEY = Type.Object({ id: key('the number of an incident', '12') })

export const INCIDENTS_OF = Type.Object(
  {
    ...PAGE,
    region: Type.Optional(Type.String({ title: 'the id of a region', description: 'Only those of this region.' })),
    state: Type.Optional(word(['open', 'over'], 'Only those that last, or only those that are over.')),
  },
  { additionalProperties: false },
)
