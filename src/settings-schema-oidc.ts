// The issuer whose tokens the API takes, as people write it in the settings of a node, as JSON Schema (draft 7).
import { Type } from 'typebox'
import { described, mapOf, mapWith } from './control-plane/traffic/schema-values.js'

const SCOPES = ['read', 'report', 'operate', 'edit', 'admin'] as const

const claim = (description: string, fallback: string) =>
  Type.Optional(Type.String({ title: 'the name of a claim', minLength: 1, ...described(description, fallback) }))

/** By words that somebody else vouches for. */
export const GRANTS = (description: string) =>
  mapOf(
    Type.Unsafe<readonly (typeof SCOPES)[number][]>({
      type: 'array',
      title: 'a list of scopes',
      items: { type: 'string', enum: SCOPES },
      description: 'What it is good for: read, report, operate, edit, admin.',
    }),
    description,
  )

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { title: 'a list', ...described(description, []) }))

/** Likewise. */
export const BOUNDS = (description: string) =>
  Type.Optional(
    mapOf(
      mapWith(
        {
          zones: names('Zones that they may change, by name.'),
          regions: names('Regions that they may change: ids, globs or tags.'),
        },
        'What they may change; they may look at everything.',
      ),
      description,
    ),
  )

export const OIDC = mapWith(
  {
    issuer: Type.String({
      title: 'an http or https address',
      pattern: '^https?://[!-~]+$',
      description: 'Who makes the tokens: what their claim iss has, to the letter.',
    }),
    audience: Type.String({ title: 'text', minLength: 1, description: 'What has to be among their claim aud.' }),
    keys: Type.String({
      title: 'an address or a path',
      minLength: 1,
      description: 'Where the keys of the issuer are (a JSON Web Key Set): an https address, or a file.',
    }),
    claim: claim('The claim that says what their holders are: a list, or words with blanks between them.', 'groups'),
    name: claim('The claim that logs and revisions call their holders by.', 'sub'),
    grants: GRANTS('What each word of the claim is good for; whoever has none of them may do nothing.'),
    within: BOUNDS(
      'Words of the claim that keep whoever has them within some zones and regions, whatever else they have.',
    ),
  },
  'Lets in whoever shows a token (JWT) of an OpenID Connect issuer.',
)
