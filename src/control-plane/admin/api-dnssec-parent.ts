// What the parent of a zone has of it, as the API shows it.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text, time } from './api-values.js'

export const STANDING = word(
  ['secure', 'insecure', 'broken', 'unknown'],
  'secure: a DS at all servers of the parent leads to a key; insecure: there is none; broken: none leads to a key; unknown: not all servers have answered.',
)

export const ASKED_AT = Type.Optional(
  time('When all of its servers told it last; absent where they have not since the start.'),
)

const PARENT_PARTS = {
  standing: STANDING,
  askedAt: ASKED_AT,
  silence: Type.Optional(
    mapWith(
      {
        at: time('When they were asked.'),
        why: text(
          'What went wrong.',
          "the parent's server ns1.example.net. does not tell the DS: 192.0.2.1 does not answer",
        ),
      },
      'Where it was asked after that, and not all servers have answered.',
    ),
  ),
  servers: listOf(
    mapWith(
      {
        server: text('Its name, and the address that was asked.', 'ns1.example.net. (192.0.2.1)'),
        ds: listOf(Type.String(), 'The DS records that it has.'),
      },
      'A server of the parent.',
    ),
    'What each of its servers has; none where the parent is a zone of the same document.',
  ),
  ds: listOf(Type.String(), 'The DS records that any server of the parent has.'),
  missing: listOf(Type.String(), 'DS records that the zone asks for, and that not all servers of the parent have.'),
}

export const PARENT_HAS = mapWith(PARENT_PARTS, 'What the parent has of the zone, as this node asked it last.')

export const PARENT = mapWith(
  { zone: text('The zone, with the final dot.', 'example.com.'), ...PARENT_PARTS },
  'What the parent of a zone has, asked just now.',
)

export type ParentView = Static<typeof PARENT>
