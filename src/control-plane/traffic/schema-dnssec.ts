// How the signing of a zone is written, as JSON Schema.
import { Type } from 'typebox'
import { choose, mapWith, word } from './schema-values.js'

/** By the mnemonics of the registry, in lower case. */
export const DNSSEC_ALGORITHMS = ['ecdsap256sha256', 'ed25519', 'rsasha256'] as const

export const DNSSEC = choose(
  { type: 'boolean' },
  Type.Boolean(),
  mapWith(
    {
      algorithm: Type.Optional(
        word(DNSSEC_ALGORITHMS, 'What the key that is made for the zone is good for.', 'ecdsap256sha256'),
      ),
    },
    'How the zone is signed.',
    'true, false, or a map',
  ),
  'Whether the zone is signed (DNSSEC), and how; its key is made on first use.',
)
