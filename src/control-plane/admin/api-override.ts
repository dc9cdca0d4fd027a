// Overrides as the API shows and takes them.
import { type Static, Type } from 'typebox'
import { DURATION_PATTERN } from '../traffic/duration.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { key, listOf, OVERRIDE_RULES, OVERRODE, text, time } from './api-values.js'
import { NEXT } from './page.js'

const STATES = ['up', 'down', 'drain', 'observe'] as const
const STATE = word(
  STATES,
  'What it is said to be: up or down whatever its checks find, partly drained, or as it was when that was said (`observe`).',
)
const PERCENT = Type.Integer({
  title: 'a whole number from 1 to 100',
  minimum: 1,
  maximum: 100,
  description:
    'With drain: how many percent of its clients go elsewhere, or go without that address. Which ones depends on their network, not on chance.',
  examples: [50],
})
export const REASON = Type.String({
  title: 'a text of at most 500 characters',
  maxLength: 500,
  description: 'Why, for whoever looks at it later.',
  examples: ['database failover'],
})

/** The override that holds for a region, beside what its checks find. */
export const HELD = mapWith(
  {
    id: text('Which override.', '7'),
    state: STATE,
    percent: Type.Optional(PERCENT),
    actor: text('Who said so.', 'alice'),
    reason: REASON,
    createdAt: time('When it was said.'),
    expiresAt: Type.Optional(time('When it ends; absent in the break-glass file.')),
  },
  'What an operator has said of it for the time being.',
)

export type HeldView = Static<typeof HELD>

export const OVERRIDE = mapWith(
  {
    id: text('Given once; `file-N` is line N of the break-glass file.', '7'),
    targets: listOf(Type.String(), 'Ids of regions, globs over them, tags, and addresses.'),
    regions: listOf(Type.String(), 'The regions that these mean today.'),
    addresses: Type.Optional(
      listOf(Type.String(), 'The addresses that are named one by one, as the document writes them.'),
    ),
    holdsFor: listOf(Type.String(), 'Those of them for which no newer override holds.'),
    state: STATE,
    percent: Type.Optional(PERCENT),
    reason: REASON,
    actor: text('Who made it.', 'alice'),
    createdAt: time('When it was made.'),
    expiresAt: Type.Optional(time('When it ends; absent in the break-glass file.')),
    overrode: OVERRODE,
    origin: text('operator, file, or the drill that it is a part of.', 'operator'),
  },
  'A temporary word on regions.',
)

export type OverrideView = Static<typeof OVERRIDE>

export const OVERRIDES = mapWith(
  { overrides: listOf(OVERRIDE, 'Oldest first.'), next: NEXT },
  'What is in force, or a page of it.',
)

export type OverrideList = Static<typeof OVERRIDES>

export const FOR = Type.Unsafe<string | number>({
  title: 'a duration such as 30m or 2h',
  type: ['string', 'number'],
  pattern: DURATION_PATTERN,
  minimum: 0,
  description: 'For how long, from now on. This or `until` is needed.',
  examples: ['30m'],
})
export const UNTIL = Type.String({
  title: 'a time such as 2026-03-01T09:30:00Z',
  pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d(:\\d\\d([.]\\d+)?)?([Zz]|[+-]\\d\\d:\\d\\d)$',
  description: 'Until when.',
  examples: ['2026-03-01T09:30:00Z'],
})

export const OVERRIDE_WISH = mapWith(
  {
    targets: Type.Unsafe<readonly string[]>({
      type: 'array',
      title: 'a list of regions, globs, tags or addresses',
      items: { type: 'string', title: 'a region, a glob, a tag or an address', minLength: 1, maxLength: 100 },
      minItems: 1,
      maxItems: 100,
      description:
        'Ids of regions, globs (`us-*`), tags (`tag:edge`), or addresses of regions. Each must mean something.',
      examples: [['us-west']],
    }),
    state: STATE,
    percent: Type.Optional(PERCENT),
    reason: REASON,
    for: Type.Optional(FOR),
    until: Type.Optional(UNTIL),
    override: OVERRIDE_RULES,
  },
  'A temporary word on regions.',
)

export const OVERRIDE_PATCH = mapWith(
  {
    for: Type.Optional(FOR),
    until: Type.Optional(UNTIL),
    percent: Type.Optional(PERCENT),
    reason: Type.Optional(REASON),
    override: OVERRIDE_RULES,
  },
  'What to change; what is not named stays.',
)

export const OVERRIDE_KEY = Type.Object({ id: key('the id of an override', '7') })
