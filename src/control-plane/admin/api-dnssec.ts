// The signing of a zone as the API shows it.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text } from './api-values.js'

export const KEY_ROLES = ['CSK', 'KSK', 'ZSK'] as const

const KEY = mapWith(
  {
    file: text('Its files in the folder of keys, without their endings.', 'Kexample.com.+013+12345'),
    algorithm: text('The algorithm, by its mnemonic.', 'ECDSAP256SHA256'),
    keyTag: Type.Integer({ description: 'The key tag (RFC 4034 appendix B).' }),
    role: word(KEY_ROLES, 'CSK: it signs everything; KSK: the keys; ZSK: everything else.'),
    dnskey: text('The DNSKEY record.', 'example.com. IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+Gq…'),
  },
  'A key of the zone.',
)

export const DNSSEC = mapWith(
  {
    zone: text('The zone, with the final dot.', 'example.com.'),
    signed: Type.Boolean({ description: 'Whether it is signed.' }),
    keys: listOf(KEY, 'Its keys; none where it is not signed.'),
    ds: listOf(
      Type.String(),
      'What its parent should have, as DS records: for each key that signs keys, SHA-256 and SHA-384.',
    ),
    signatures: mapWith(
      {
        count: Type.Integer({ description: 'How many this node has, of all zones.' }),
        made: Type.Integer({ description: 'How many it has made since it started.' }),
        firstExpiration: Type.Optional(
          text('When the first of them expires; absent where there are none.', '2026-12-09T03:15:00.000Z'),
        ),
      },
      'The signatures of the node.',
    ),
    clockJump: Type.Number({
      description: 'By how much the clock of the system has jumped, seconds; 0 where it has not.',
    }),
  },
  'How a zone is signed.',
)

export type DnssecView = Static<typeof DNSSEC>
