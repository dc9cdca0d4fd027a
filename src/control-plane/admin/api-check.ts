// What may be told to a check.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { key } from './api-values.js'

export const CHECK_KEY = Type.Object({ check: key('the id of a check', 'jobs') })

export const CHECK_STATE = mapWith(
  {
    up: Type.Boolean({ title: 'true or false', description: 'Whether it is well.' }),
    address: Type.Optional(
      Type.String({
        title: 'an IP address',
        description: 'Of which address; of all of them unless told.',
        examples: ['127.0.1.3'],
      }),
    ),
    reason: Type.Optional(
      Type.String({
        title: 'a text of at most 500 characters',
        maxLength: 500,
        description: 'Why; it is shown as the cause.',
        examples: ['disk full'],
      }),
    ),
  },
  'The state of what the check stands for.',
)

export type CheckState = Static<typeof CHECK_STATE>
