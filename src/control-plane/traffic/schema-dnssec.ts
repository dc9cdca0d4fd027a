// How the signing of a zone is written, as JSON Schema.
import { Type } from 'typebox'
import { choose, described, duration, mapWith, word } from './schema-values.js'

/** By the mnemonics of the registry, in lower case. */
export const DNSSEC_ALGORITHMS = ['ecdsap256sha256', 'ed25519', 'rsasha256'] as const

/** By the names of the records; `compact` is RFC 9824. */
export const DENIALS = ['nsec', 'nsec3', 'compact'] as const

export const DNSSEC = choose(
  { type: 'boolean' },
  Type.Boolean(),
  mapWith(
    {
      algorithm: Type.Optional(
        word(DNSSEC_ALGORITHMS, 'What the key that is made for the zone is good for.', 'ecdsap256sha256'),
      ),
      split: Type.Optional(
        Type.Boolean(
          described(
            'true makes two keys: one that the parent knows and that signs keys, and one that signs the rest.',
            false,
          ),
        ),
      ),
      denial: Type.Optional(
        word(
          DENIALS,
          'What proves that something does not exist: nsec tells the names of the zone to whoever asks for them, nsec3 only their hashes, compact nothing, and signs when it is asked.',
          'nsec',
        ),
      ),
      propagation: Type.Optional(
        duration('How long it takes until all servers of the zone, and of its parent, have a change.', '5m'),
      ),
    },
    'How the zone is signed.',
    'true, false, or a map',
  ),
  'Whether the zone is signed (DNSSEC), and how; its key is made on first use.',
)
