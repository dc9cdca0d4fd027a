// The client certificates that the API takes, as people write it in the settings of a node, as JSON Schema (draft 7).
import { Type } from 'typebox'
import { described, mapWith, word } from './control-plane/traffic/schema-values.js'
import { BOUNDS, GRANTS } from './settings-schema-oidc.js'

const PARTS = ['cn', 'o', 'ou', 'dns', 'email', 'uri'] as const

const path = (description: string) => Type.String({ title: 'a path', minLength: 1, description })

export const CLIENT_CERTIFICATES = mapWith(
  {
    authorities: path('Who may have signed them: certificates, PEM.'),
    revoked: Type.Optional(
      path('Lists of what they have taken back (CRL), PEM, one of each authority; nobody gets in where one is over.'),
    ),
    required: Type.Optional(
      Type.Boolean(described('true lets nobody connect without one, not for /livez and /metrics either.', false)),
    ),
    name: Type.Optional(
      word(
        PARTS,
        'The part that logs and revisions call their holders by: of the subject, or an alternative name.',
        'cn',
      ),
    ),
    by: Type.Optional(word(PARTS, 'The part that grants go by.', 'cn')),
    grants: GRANTS('What each word of that part is good for; whoever has none of them may do nothing.'),
    within: BOUNDS(
      'Words of that part that keep whoever has them within some zones and regions, whatever else they have.',
    ),
  },
  'Lets in whoever shows a client certificate, without a token.',
)
