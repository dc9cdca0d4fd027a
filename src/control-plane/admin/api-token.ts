// Tokens as the API shows and makes them; a secret is shown once.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { key, listOf, text, time } from './api-values.js'
import { SCOPES, type Scope } from './caller.js'
import { NEXT } from './page.js'
import { span } from './spans.js'

const SCOPE_LIST = Type.Unsafe<readonly Scope[]>({
  type: 'array',
  title: 'a list of scopes',
  items: { type: 'string', enum: SCOPES },
  minItems: 1,
  description:
    'read: look. operate: also overrides. edit: also the document. admin: everything, also tokens. operate and edit do not contain each other.',
  examples: [['read', 'operate']],
})

const NAMES = (title: string, description: string, example: string) =>
  Type.Optional(
    Type.Unsafe<readonly string[]>({
      type: 'array',
      title,
      items: { type: 'string', minLength: 1, maxLength: 255 },
      maxItems: 100,
      description,
      examples: [[example]],
    }),
  )

const WITHIN = Type.Optional(
  mapWith(
    {
      zones: NAMES('a list of zones', 'These zones, by name.', 'example.com'),
      regions: NAMES('a list of regions', 'These regions: ids, globs (`us-*`), tags (`tag:edge`).', 'us-west'),
    },
    'All that its holder may change; everything that the scopes allow, unless told. Looking is not limited, and admin cannot be.',
  ),
)

const TOKEN = {
  id: text('Given once.', '3'),
  name: text('What logs, revisions and overrides call its holder.', 'alice'),
  scopes: SCOPE_LIST,
  within: WITHIN,
  createdAt: time('When it was made.'),
  createdBy: text('Who made it.', 'admin'),
  expiresAt: Type.Optional(time('When it ends; absent: it does not by itself.')),
  ended: Type.Boolean({ description: 'Whether that is over.' }),
  usedAt: Type.Optional(time('When it was used last, since the start of this node.')),
}

export const TOKEN_VIEW = mapWith(TOKEN, 'A token, without its secret.')
export type TokenView = Static<typeof TOKEN_VIEW>

export const TOKENS = mapWith(
  { tokens: listOf(TOKEN_VIEW, 'Oldest first.'), next: NEXT },
  'All tokens but the node’s own, or a page of them.',
)
export type TokenList = Static<typeof TOKENS>

export const NEW_TOKEN = mapWith(
  { ...TOKEN, secret: text('What its holder has to show. It is kept nowhere: this is the only time.', 'mrd_3_…') },
  'A new token.',
)
export type NewTokenView = Static<typeof NEW_TOKEN>

export const TOKEN_SPAN = span({
  path: 'for',
  most: '3660d',
  least: 1,
  title: 'a duration such as 12h or 90d',
  description: 'For how long it is good; without, until it is revoked.',
  example: '90d',
})

export const TOKEN_WISH = mapWith(
  {
    name: Type.String({
      title: 'a name: letters, digits, . _ @ and -, at most 63 of them',
      pattern: '^[A-Za-z0-9._@-]{1,63}$',
      description: 'Whose it is.',
      examples: ['alice'],
    }),
    scopes: SCOPE_LIST,
    within: WITHIN,
    for: TOKEN_SPAN.schema,
  },
  'A token to make.',
)

export const TOKEN_KEY = Type.Object({ id: key('the id of a token', '3') })
