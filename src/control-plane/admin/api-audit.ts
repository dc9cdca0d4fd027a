// The audit log as the API shows it.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text, time, whole } from './api-values.js'

const ENTRY = mapWith(
  {
    number: Type.Integer({ description: 'Newer ones have greater numbers; a restart of the node gives new ones.' }),
    at: time('When it was done.'),
    actor: text(
      'Who did it: the name of a token, `key NAME`, `acme-dns account NAME`, the owner of an external-dns, `file`, or `nobody`.',
      'alice',
    ),
    what: text('What was asked for.', 'POST /v1/regions/eu-central/disable'),
    status: Type.Optional(Type.Integer({ description: 'The status that it was answered with.', examples: [200] })),
    rcode: Type.Optional(text('The response code that it was answered with, where it came by DNS.', 'NOERROR')),
    address: Type.Optional(text('Where it came from.', '192.0.2.7')),
    reason: Type.Optional(text('Why, as far as it was said.', 'maintenance until 14:00')),
    problem: Type.Optional(text('What it was refused with.', '/problems/forbidden')),
    refused: Type.Optional(text('Why, where it did not come by the API.', 'refused: the key may not change this')),
    changes: Type.Optional(listOf(Type.String(), 'What was changed, where the body does not say it.')),
    revision: Type.Optional(text('The hash of the document after it.', '3f2a9c01b7de')),
    body: Type.Optional(Type.Unsafe<unknown>({ description: 'What it came with, where that was short.' })),
  },
  'What somebody did, or was kept from doing.',
)

export type AuditView = Static<typeof ENTRY>

export const AUDIT = mapWith(
  {
    entries: listOf(ENTRY, 'Newest first.'),
    next: Type.Optional(Type.Integer({ description: 'The `before` of the next page; absent on the last.' })),
    head: text('The hash of the last line: noted elsewhere, it shows later whether the end was cut off.', '9f2c…'),
  },
  'The newest entries of the audit log.',
)

export type AuditList = Static<typeof AUDIT>

export const AUDIT_QUERY = Type.Object(
  {
    before: Type.Optional(whole('Only those before this number.', '40')),
    limit: Type.Optional(whole('How many at most: 100 unless told, 500 at the most.', '20')),
    actor: Type.Optional(Type.String({ description: 'Only what this one did.', maxLength: 100, examples: ['alice'] })),
    about: Type.Optional(
      Type.String({
        description: 'Only where this text occurs in what was asked for.',
        maxLength: 200,
        examples: ['eu-central'],
      }),
    ),
    outcome: Type.Optional(word(['done', 'refused'], 'Only what was done, or only what was refused or failed.')),
  },
  { additionalProperties: false },
)
