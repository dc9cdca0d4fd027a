// The keys of a node, as people write them in its settings, as JSON Schema (draft 7).
import { Type } from 'typebox'
import { mapOf, mapWith, word } from './control-plane/traffic/schema-values.js'
import { TSIG_ALGORITHMS } from './dns/tsig.js'

const KEY = mapWith(
  {
    algorithm: Type.Optional(word(TSIG_ALGORITHMS, 'How it signs.', 'hmac-sha256')),
    'secret-file': Type.Optional(
      Type.String({ title: 'a path', minLength: 1, description: 'A file with the secret, in base64.' }),
    ),
    secret: Type.Optional(
      Type.String({ title: 'text', minLength: 1, description: 'The secret itself, in base64; a file is better.' }),
    ),
  },
  'A key that this server shares with a secondary, or with whoever sends updates (TSIG, RFC 8945).',
)

export const KEYS = mapOf(KEY, 'Keys that sign transfers and updates, by name: a domain name, the same on both sides.')
