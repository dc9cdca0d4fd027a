// How the beacon is written in the settings, as JSON Schema.
import { type Static, Type } from 'typebox'
import { described, mapOf, mapWith } from './control-plane/traffic/schema-values.js'
import { ENDPOINT_TITLE } from './settings-schema-dns.js'

const texts = (item: string, description: string, pattern?: string) =>
  Type.Unsafe<readonly string[]>({
    type: 'array',
    title: 'a list',
    items: { type: 'string', title: item, ...(pattern === undefined ? {} : { pattern }) },
    description,
  })

export const BEACON = mapWith(
  {
    listen: Type.String({ title: ENDPOINT_TITLE, description: 'Where browsers find it, and nothing else is.' }),
    origins: texts(
      'an origin such as https://www.example.com, or *',
      'Pages of these origins may post what they measured.',
      '^([*]|https?://[^/]+)$',
    ),
    targets: mapOf(
      Type.String({ title: 'an http or https address', pattern: '^https?://[!-~]+$' }),
      'By region, a small file that browsers fetch to measure it.',
    ),
    table: Type.Optional(Type.String({ description: 'Which learned latency table; the only one unless told.' })),
    'per-minute': Type.Optional(
      Type.Integer({ minimum: 1, ...described('How often one client network may post in a minute.', 6) }),
    ),
    proxies: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        title: 'a list of networks',
        items: { type: 'string', title: 'a network, such as 192.0.2.0/24' },
        ...described('Networks of proxies whose X-Forwarded-For is believed.', []),
      }),
    ),
  },
  'Measures regions from the browsers of your visitors; none unless told.',
)

export type WrittenBeacon = Static<typeof BEACON>
