// How the listener for ACME clients is written in the settings, as JSON Schema.
import { type Static, Type } from 'typebox'
import { described, duration, mapWith } from './control-plane/traffic/schema-values.js'
import { ENDPOINT_TITLE } from './settings-schema-dns.js'

const networks = (description: string, fallback: readonly string[]) =>
  Type.Optional(
    Type.Unsafe<readonly string[]>({
      type: 'array',
      title: 'a list of networks',
      items: { type: 'string', title: 'a network, such as 192.0.2.0/24' },
      ...described(description, fallback),
    }),
  )

export const ACME_DNS = mapWith(
  {
    listen: Type.String({ title: ENDPOINT_TITLE, description: 'Where ACME clients find it, and nothing else is.' }),
    zone: Type.String({
      title: 'a domain name',
      description: 'Names of challenges are made below it; a zone of the traffic document holds it.',
    }),
    register: networks('Networks that may register.', ['127.0.0.0/8', '::1/128']),
    keep: Type.Optional(duration('For how long a challenge stands.', '1h')),
    'per-minute': Type.Optional(
      Type.Integer({ minimum: 1, ...described('How often one client network may call in a minute.', 60) }),
    ),
    proxies: networks('Networks of proxies whose X-Forwarded-For is believed.', []),
    'allow-insecure': Type.Optional(
      Type.Boolean(
        described(
          'true lets it listen beyond this machine; passwords then travel in clear unless a proxy adds TLS.',
          false,
        ),
      ),
    ),
  },
  'Takes challenges of certificates by the protocol of acme-dns; none unless told.',
)

export type WrittenAcmeDns = Static<typeof ACME_DNS>
