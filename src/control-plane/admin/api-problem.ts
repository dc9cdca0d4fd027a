// Problem details (RFC 9457) as the API's schemas see them, and the places in a document that they may name.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text } from './api-values.js'

/** One thing that is wrong; the shape of a Problem of the traffic document. */
export const FAULT = mapWith(
  {
    path: text('Where in the request or the document; empty for the whole of it.', 'regions.eu-central.addresses[0]'),
    message: text('What is wrong.', '"10.0.0.300" is not an IP address'),
    suggestion: Type.Optional(text('What was probably meant.', 'eu-central')),
    at: Type.Optional(
      mapWith(
        {
          file: text('The file.', '/etc/meridian/traffic.yaml'),
          line: Type.Integer({ minimum: 1, description: 'The line, from 1 on.' }),
          column: Type.Integer({ minimum: 1, description: 'The column, from 1 on.' }),
        },
        'Where it stands in the text of the document.',
      ),
    ),
  },
  'One thing that is wrong, and where.',
)

export type Fault = Static<typeof FAULT>

/** A safety rule that a change would break; the shape of a Refusal. */
export const BROKEN_RULE = mapWith(
  {
    rule: text('The id of the rule, by which it can be overridden.', 'two-up'),
    description: Type.Optional(text('Why there is the rule.', 'one region alone cannot carry us')),
    words: text('What would not be as it should be.', '1 of 3 regions serve (*), and it must be at least 2'),
    remedy: text('What would satisfy it.', 'bring back us-west first'),
    overridableBy: word(
      ['caller', 'edit', 'admin', 'nobody'],
      'Who may override it: whoever may make the change, holders of a scope, or nobody.',
    ),
  },
  'A safety rule that is broken, or would be.',
)

export type BrokenRule = Static<typeof BROKEN_RULE>

export const PROBLEM = mapWith(
  {
    type: text('What kind of problem; never changes its meaning.', '/problems/region-not-found'),
    title: text('The kind in words.', 'There is no such region'),
    status: Type.Integer({ description: 'The HTTP status.', examples: [404] }),
    detail: Type.Optional(text('This occurrence in words.', 'no region is named "eu-centrall"')),
    errors: Type.Optional(listOf(FAULT, 'Everything that is wrong, if it is more than the detail says.')),
    revision: Type.Optional(text('The revision that the document has now.', '3f2a9c01b7de')),
    changes: Type.Optional(
      listOf(Type.String(), 'What has changed since the revision that the change was based on, where that is kept.'),
    ),
    rules: Type.Optional(listOf(BROKEN_RULE, 'Every safety rule that the change would break.')),
  },
  'RFC 9457 problem details.',
)

export type ProblemDocument = Static<typeof PROBLEM>
