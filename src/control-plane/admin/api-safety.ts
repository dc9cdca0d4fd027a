// Safety rules as the API shows them: what the document says, and whether it holds now.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { BROKEN_RULE } from './api-problem.js'
import { listOf, text } from './api-values.js'

export const SAFETY = mapWith(
  {
    rules: listOf(
      mapWith(
        {
          id: text('Its id.', 'two-up'),
          holds: Type.Boolean({
            description:
              'Whether it is kept as things are; rules about changes have nothing against things as they are.',
          }),
          rule: Type.Unsafe<unknown>({ type: 'object', description: 'The rule as it is written.' }),
        },
        'A safety rule.',
      ),
      'In the order of the document.',
    ),
    broken: listOf(BROKEN_RULE, 'Rules that are broken as things are, whoever or whatever broke them.'),
  },
  'What must hold whenever somebody moves traffic.',
)

export type SafetyView = Static<typeof SAFETY>
