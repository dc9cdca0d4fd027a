// Revisions of the traffic document as the API shows them, and what a change of the whole document comes to.
import { type Static, Type } from 'typebox'
import type { Simulation } from '../operate/simulate.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { UNTIL } from './api-override.js'
import { BROKEN_RULE } from './api-problem.js'
import { listOf, OVERRODE, text, time, whole } from './api-values.js'
import { PAGE } from './page.js'

const ANY = (description: string) => Type.Optional(Type.Unsafe<unknown>({ description }))

const CHANGE = mapWith(
  {
    kind: word(['added', 'removed', 'changed', 'set'], 'What happened; `set` is a list whose order means nothing.'),
    path: text('Where in the document.', 'regions.eu-central.weight'),
    text: text('The change in words.', 'regions.eu-central.weight: 50 → 7'),
    from: ANY('What was there.'),
    to: ANY('What is there now.'),
    added: Type.Optional(listOf(Type.String(), 'What a set has more.')),
    removed: Type.Optional(listOf(Type.String(), 'What a set has no more.')),
  },
  'One difference. What means the same is none.',
)

export type ChangeView = Static<typeof CHANGE>

const DESCRIPTION = {
  number: Type.Integer({ description: 'From 1 on; given once.', examples: [42] }),
  at: time('When it came into force.'),
  actor: text('Who made it: the name of a token, or `file` for an edit by hand.', 'alice'),
  reason: Type.Optional(text('Why.', 'database maintenance')),
  overrode: OVERRODE,
  revision: text('The hash of its content, which is its entity tag.', '3f2a9c01b7de'),
  note: Type.Optional(text('What the changes do not say.', 'comments, layout or order have changed')),
  changeCount: Type.Integer({ description: 'How many differences to the revision before.' }),
}

export const REVISION_ITEM = mapWith(
  { ...DESCRIPTION, summary: listOf(Type.String(), 'The first changes, in words.') },
  'A revision.',
)

export const REVISIONS = mapWith(
  {
    revisions: listOf(REVISION_ITEM, 'Newest first.'),
    next: Type.Optional(
      Type.Integer({ description: 'The `before` of the next page; absent on the last.', examples: [12] }),
    ),
  },
  'Documents that were in force, newest first.',
)

export type RevisionList = Static<typeof REVISIONS>

export const REVISION = mapWith(
  {
    ...DESCRIPTION,
    current: Type.Boolean({ description: 'Whether it is what is served.' }),
    since: Type.Optional(Type.Integer({ description: 'The revision that the changes are counted from.' })),
    changes: listOf(CHANGE, 'The differences to the revision before, or to the one that was asked for.'),
  },
  'A document that was in force.',
)

export type RevisionView = Static<typeof REVISION>

export const APPLIED = mapWith(
  {
    revision: text('The hash of the document as it is, or would be, after this.', '3f2a9c01b7de'),
    number: Type.Optional(Type.Integer({ description: 'The number of its revision; absent in a dry run.' })),
    dryRun: Type.Boolean({ description: 'True: nothing was changed.' }),
    changes: listOf(CHANGE, 'What is, or would be, different.'),
    simulation: Type.Optional(
      Type.Unsafe<Simulation>({
        type: 'object',
        description:
          'In a dry run: what would become of clients; absent where names would be steered in another way and no maps were to be made for it.',
      }),
    ),
    rules: Type.Optional(listOf(BROKEN_RULE, 'In a dry run: the safety rules that it would break.')),
  },
  'What a change of the document has come to.',
)

export type AppliedView = Static<typeof APPLIED>

export const REVISION_KEY = Type.Object({ number: whole('The number of a revision.', '1') })

export const REVISIONS_QUERY = Type.Object(
  {
    before: Type.Optional(whole('Only those before this number.', '40')),
    limit: Type.Optional(whole('How many at most: 50 unless told, 500 at the most.', '20')),
    actor: Type.Optional(text('Only those that this actor made.', 'alice')),
    from: Type.Optional({ ...UNTIL, description: 'Only those that came into force then or later.' }),
    until: Type.Optional({ ...UNTIL, description: 'Only those that came into force before.' }),
    fields: PAGE.fields,
  },
  { additionalProperties: false },
)

export const REVISION_QUERY = Type.Object(
  { since: Type.Optional(whole('Compare with this revision, and not with the one before.', '1')) },
  { additionalProperties: false },
)

export const DRY_RUN = Type.Object(
  {
    dryRun: Type.Optional(word(['true', 'false'], 'true: only find out what would come of it.')),
    simulation: Type.Optional(
      word(
        ['true', 'false'],
        'Of a dry run. false: who would move where is only told where that takes no new maps, which take seconds.',
        'true',
      ),
    ),
  },
  { additionalProperties: false },
)
