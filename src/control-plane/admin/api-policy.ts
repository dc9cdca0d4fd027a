// Policies as the API shows them.
import { type Static, Type } from 'typebox'
import type { StepSpec } from '../traffic/document/policy.js'
import { mapWith } from '../traffic/schema-values.js'
import { listOf, text } from './api-values.js'
import { NEXT } from './page.js'

export const POLICY = mapWith(
  {
    id: text('Its name.', 'nearest'),
    builtIn: Type.Boolean({ description: 'Whether it is there without being written down.' }),
    steps: listOf(
      Type.Unsafe<StepSpec>({ type: 'object', description: 'A step, with every default filled in.' }),
      'Run in this order.',
    ),
    records: listOf(Type.String(), 'The steered records that it decides, with the final dot.'),
  },
  'A way to choose a region.',
)

export type PolicyView = Static<typeof POLICY>

export const POLICIES = mapWith(
  { policies: listOf(POLICY, 'The built-in ones first, then in the order of the document.'), next: NEXT },
  'All policies, or a page of them.',
)
