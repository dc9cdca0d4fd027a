// How a node speaks DNS, as people write it in its settings, as JSON Schema (draft 7).
import { type Static, Type } from 'typebox'
import { described, mapWith, word } from './control-plane/traffic/schema-values.js'

export const ENDPOINT_TITLE = 'an address and a port, such as 127.0.0.1:5300 or [::1]:5300'
const path = (description: string) => Type.String({ title: 'a path', minLength: 1, description })
const text = (description: string) =>
  Type.String({ title: 'a text of 1 to 128 printable ASCII characters', pattern: '^[ -~]{1,128}$', description })

const COOKIES = mapWith(
  {
    enabled: Type.Optional(Type.Boolean(described('false neither checks cookies nor gives any.', true))),
    'secret-file': Type.Optional(
      path('The file of the secrets that cookies are made with; one is made in the state directory unless told.'),
    ),
    'bad-cookie': Type.Optional(
      word(
        ['off', 'when-limited', 'always'],
        'When a client by UDP that sends a cookie, but no good server cookie, is told to come again with the one it gets.',
        'when-limited',
      ),
    ),
  },
  'DNS cookies, by which clients show that their address is their own.',
)

const IDENTITY = mapWith(
  {
    server: Type.Optional(
      text('What is said to those who ask which server this is: NSID, id.server, hostname.bind. Nothing unless told.'),
    ),
    version: Type.Optional(
      text('What is said to those who ask for version.server or version.bind. Nothing unless told.'),
    ),
  },
  'What the server says of itself by DNS.',
)

const TLS = mapWith(
  {
    listen: Type.Array(Type.String({ title: ENDPOINT_TITLE }), {
      title: 'a list of addresses with ports',
      minItems: 1,
      description: 'Where DNS over TLS is answered; clients expect port 853.',
    }),
    certificate: path('The certificate chain, PEM. It is read again when it changes.'),
    key: path('Its private key, PEM.'),
  },
  'DNS over TLS.',
)

const PROXY_PROTOCOL = mapWith(
  {
    from: Type.Array(Type.String({ title: 'a network, such as 192.0.2.0/24' }), {
      title: 'a list of networks',
      description: 'The proxies. All that comes from them has to begin with a header; from others none is believed.',
    }),
  },
  'Proxies in front, such as dnsdist, that say by the PROXY protocol (version 2) whose queries they pass on.',
)

const EXPLAIN = mapWith(
  {
    to: Type.Array(Type.String({ title: 'a network, such as 192.0.2.0/24' }), {
      title: 'a list of networks',
      description: 'Who may ask. For all others there are no such names.',
    }),
  },
  'Explaining by DNS: TXT at _explain.NAME has why NAME is answered as it is.',
)

/** The keys of the settings that are about DNS itself. */
export const DNS_KEYS = {
  cookies: Type.Optional(COOKIES),
  identity: Type.Optional(IDENTITY),
  tls: Type.Optional(TLS),
  'proxy-protocol': Type.Optional(PROXY_PROTOCOL),
  explain: Type.Optional(EXPLAIN),
  rotate: Type.Optional(
    Type.Boolean(described('true lets the addresses of one name, or one region, take turns at being first.', false)),
  ),
}

const DNS_SETTINGS = mapWith(DNS_KEYS, 'How a node speaks DNS.')
export type WrittenDns = Static<typeof DNS_SETTINGS>
