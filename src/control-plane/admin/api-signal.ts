// What others may say of a region that they see.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'

export const SIGNAL = mapWith(
  {
    region: Type.String({
      title: 'the id of a region',
      minLength: 1,
      description: 'Of which region.',
      examples: ['eu-central'],
    }),
    source: Type.String({
      title: 'a name of 1 to 63 letters, digits, dots, hyphens and underscores',
      pattern: '^[A-Za-z0-9._-]{1,63}$',
      description: 'Who sees it; a later signal of the same source takes the place of an earlier one.',
      examples: ['rum'],
    }),
    failing: Type.Optional(
      Type.Boolean({ title: 'true or false', description: 'Its own judgement. This, or an error rate.' }),
    ),
    errorRate: Type.Optional(
      Type.Number({
        title: 'a share from 0 to 1',
        minimum: 0,
        maximum: 1,
        description: 'The share of requests that failed; `samples` stands beside it.',
        examples: [0.12],
      }),
    ),
    samples: Type.Optional(
      Type.Integer({ title: 'a whole number', minimum: 1, description: 'Of how many requests.', examples: [400] }),
    ),
    address: Type.Optional(
      Type.String({
        title: 'an IP address',
        description: 'Of which address of the region; of all of them unless told.',
        examples: ['127.0.1.3'],
      }),
    ),
    reason: Type.Optional(
      Type.String({
        title: 'a text of at most 500 characters',
        maxLength: 500,
        description: 'Why; it is shown.',
        examples: ['no backend left'],
      }),
    ),
  },
  'What somebody sees of a region.',
)

export type SignalWish = Static<typeof SIGNAL>
