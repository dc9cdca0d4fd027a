// Catchments as the API shows them.
import { Type } from 'typebox'
import { RUNGS } from '../../snapshot/choices.js'
import type { Catchment } from '../operate/catchment.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text } from './api-values.js'

const OUTCOME = mapWith(
  {
    rung: word(RUNGS, 'The rung of the ladder that it was found on.'),
    regions: listOf(
      mapWith(
        {
          region: text('The id of the region.', 'eu-central'),
          share: Type.Number({ description: 'Of the clients, 0 to 1.' }),
        },
        'A region and its share.',
      ),
      'None where the ladder answers without addresses.',
    ),
  },
  'What clients come to.',
)

export const CATCHMENT = mapWith(
  {
    name: text('The steered name, with the final dot.', 'api.example.com.'),
    type: text('The type of record.', 'A'),
    policy: text('The policy that chooses.', 'nearest'),
    outcomes: listOf(OUTCOME, 'Each once; cells name them by their place here.'),
    cells: Type.Unsafe<Catchment['cells']>({
      type: 'array',
      items: { type: 'array', minItems: 5, maxItems: 5 },
      description:
        'The land of the earth in cells of about equal area. For each: latitude, longitude, country, the outcome now, and the outcome if the regions of that one were gone.',
      examples: [[[51.25, 9.1, 'DE', 0, 1]]],
    }),
  },
  'Which regions the clients of each part of the world get.',
)
