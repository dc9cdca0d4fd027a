// The fleet that a node belongs to, as people write it in its settings, as JSON Schema (draft 7).
import { Type } from 'typebox'
import { described, duration, mapWith } from './control-plane/traffic/schema-values.js'

const path = (description: string) => Type.String({ title: 'a path', minLength: 1, description })

const TLS = mapWith(
  {
    authority: Type.Optional(
      path('Who may have signed the certificates of etcd, PEM; the authorities of this system unless told.'),
    ),
    certificate: Type.Optional(path('The certificate that this node shows to etcd, PEM.')),
    key: Type.Optional(path('Its private key, PEM.')),
  },
  'How etcd is reached over TLS; it is wherever an address begins with https.',
)

const ETCD = mapWith(
  {
    endpoints: Type.Array(
      Type.String({
        title: 'an http or https address, such as https://etcd1.example.com:2379',
        pattern: '^https?://[^/?#@\\s]+$',
      }),
      {
        title: 'a list of addresses',
        minItems: 1,
        description: 'The members of etcd that this node asks; when one does not answer, the next.',
      },
    ),
    prefix: Type.Optional(
      Type.String({
        title: 'a beginning of keys that begins and ends with a slash',
        pattern: '^/([!-~]*/)?$',
        ...described(
          'What all keys of this fleet begin with; another fleet may have another in the same etcd.',
          '/meridian/',
        ),
      }),
    ),
    timeout: Type.Optional(duration('How long a change may wait for etcd before it is refused.', '5s')),
    tls: Type.Optional(TLS),
    user: Type.Optional(Type.String({ title: 'a name', minLength: 1, description: 'The user of etcd.' })),
    'password-file': Type.Optional(path('The file with its password.')),
  },
  'The etcd that keeps what the fleet shares.',
)

export const FLEET = mapWith(
  {
    node: Type.Optional(
      Type.String({
        title: 'letters, digits, dots, dashes and underscores',
        pattern: '^[A-Za-z0-9._-]{1,63}$',
        description: 'What this node is called; no two may be called the same. The name of the machine unless told.',
      }),
    ),
    group: Type.Optional(
      Type.String({
        title: 'letters, digits, dots, dashes and underscores',
        pattern: '^[A-Za-z0-9._-]{1,63}$',
        description:
          'Where this node looks from, such as its network or site; checks may count votes by group. Its name unless told.',
      }),
    ),
    silence: Type.Optional(duration('A node that is silent for so long is not counted any more.', '10s')),
    etcd: ETCD,
  },
  'The fleet that this node belongs to: its document, overrides and tokens are in etcd. Without it the node is alone.',
)
