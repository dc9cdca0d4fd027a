// Facts that safety rules ask for, as the API shows and takes them.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { key, listOf, text, time } from './api-values.js'
import { NEXT } from './page.js'
import { span } from './spans.js'

const REASON = Type.String({
  title: 'a text of at most 500 characters',
  maxLength: 500,
  description: 'Why.',
  examples: ['promoted in us-west, ticket 17'],
})

export const FACT = mapWith(
  {
    name: text('Its name in the rules.', 'db-promoted'),
    holds: Type.Boolean({ description: 'Whether it is so.' }),
    rules: listOf(Type.String(), 'The ids of the rules that ask for it.'),
    since: Type.Optional(time('Since when it holds.')),
    actor: Type.Optional(text('Who said so.', 'alice')),
    reason: Type.Optional(REASON),
    expiresAt: Type.Optional(time('Until when it holds; absent where it does until somebody clears it.')),
  },
  'A plain fact that safety rules ask for.',
)

export type FactView = Static<typeof FACT>

export const FACTS = mapWith(
  { facts: listOf(FACT, 'In the order of the document.'), next: NEXT },
  'What safety rules ask for, or a page of it.',
)

export type FactList = Static<typeof FACTS>

export const FACT_KEY = Type.Object({ fact: key('the name of a fact', 'db-promoted') })

export const FACT_SPAN = span({
  path: 'for',
  most: '366d',
  title: 'a duration such as 30m or 2h',
  description: 'For how long it holds, from now on; until somebody clears it unless told.',
  example: '2h',
})

export const FACT_WISH = mapWith(
  {
    holds: Type.Boolean({ title: 'true or false', description: 'Whether it is so.' }),
    reason: Type.Optional(REASON),
    for: FACT_SPAN.schema,
  },
  'Whether a fact holds.',
)
