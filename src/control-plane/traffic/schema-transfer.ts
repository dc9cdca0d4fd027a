// How the transfers and updates of a zone are written, as JSON Schema.
import { Type } from 'typebox'
import { choose, described, mapWith } from './schema-values.js'

const KEY = (description: string) => Type.String({ title: 'the name of a key', minLength: 1, description })

const SECONDARY_TITLE = 'an address, with a port if it is not 53, such as 192.0.2.53 or [2001:db8::53]:5353'
const SECONDARY = choose(
  { type: 'object' },
  mapWith(
    {
      to: Type.String({
        title: SECONDARY_TITLE,
        description: 'The address of the secondary, with a port if it is not 53.',
      }),
      key: Type.Optional(KEY('The key of the settings that the message is signed with.')),
    },
    'A secondary that wants to be told with a signature.',
  ),
  Type.String({ title: SECONDARY_TITLE }),
  'An address, or { to, key }.',
)

export const TRANSFER = mapWith(
  {
    allow: Type.Optional(
      Type.Array(Type.String({ title: 'a network or the name of a key' }), {
        title: 'a list of networks and names of keys',
        ...described('Who gets the whole zone: networks, and keys of the settings. Each of them is enough.', []),
      }),
    ),
    notify: Type.Optional(
      Type.Array(SECONDARY, {
        title: 'a list of addresses',
        ...described('Secondaries that are told of each change.', []),
      }),
    ),
  },
  'Zone transfer to secondaries; there is none unless somebody is allowed.',
)

export const UPDATE = Type.Array(
  mapWith(
    {
      key: KEY('The key of the settings that signs the updates.'),
      names: Type.Array(Type.String({ title: 'a domain name' }), {
        title: 'a list of names',
        minItems: 1,
        description:
          'Names that it may change, relative to the zone. A label * stands for any one label: _acme-challenge.* is that name below each host.',
      }),
      types: Type.Optional(
        Type.Array(Type.String({ title: 'a record type' }), {
          title: 'a list of record types',
          minItems: 1,
          ...described('Types that it may change.', ['TXT']),
        }),
      ),
    },
    'What one key may change.',
  ),
  {
    title: 'a list of what keys may change',
    description: 'Dynamic updates (RFC 2136); there are none unless a key may do something.',
  },
)
