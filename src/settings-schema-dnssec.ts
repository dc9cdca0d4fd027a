// What a node needs for signed zones, as people write it in its settings, as JSON Schema (draft 7).
import { Type } from 'typebox'
import { duration, mapWith } from './control-plane/traffic/schema-values.js'
import { ENDPOINT_TITLE } from './settings-schema-dns.js'

export const DNSSEC = mapWith(
  {
    resolver: Type.Optional(
      Type.String({
        title: ENDPOINT_TITLE,
        description:
          'The resolver that is asked for the servers of parents, which are asked for DS records during rollovers; the first of this system unless told.',
      }),
    ),
    'secret-file': Type.Optional(
      Type.String({
        title: 'a path',
        minLength: 1,
        description:
          'A file with the secrets that the private keys of a fleet are sealed with in etcd, one a line, 64 hexadecimal digits; the first seals, all of them open. Without it each node has key files of its own.',
      }),
    ),
    signer: Type.Optional(
      mapWith(
        {
          command: Type.Array(Type.String({ title: 'a word', minLength: 1 }), {
            title: 'a program and its words',
            minItems: 1,
            description: 'The program, and what it is called with; no shell comes between.',
          }),
          timeout: Type.Optional(duration('How long it may take for all that it is asked for at one time.', '10s')),
        },
        'A command that signs with keys whose private halves are elsewhere.',
      ),
    ),
  },
  'What this node needs for zones that are signed.',
)
