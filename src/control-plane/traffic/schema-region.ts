// How regions are written, as JSON Schema.
import { type Static, Type } from 'typebox'
import { described, duration, ID, mapWith, soMany, word } from './schema-values.js'

const LOCATION = Type.Unsafe<readonly [number, number]>({
  title: 'a latitude and a longitude in degrees, such as [50.11, 8.68]',
  type: 'array',
  items: [
    { title: 'a latitude in degrees', type: 'number', minimum: -90, maximum: 90 },
    { title: 'a longitude in degrees', type: 'number', minimum: -180, maximum: 180 },
  ],
  minItems: 2,
  maxItems: 2,
  description:
    'Latitude and longitude in degrees; north and east are positive. Without one, the region comes last in nearest.',
})

const FAILBACK = mapWith(
  {
    mode: Type.Optional(
      word(['automatic', 'manual'], 'manual: after an outage it stays out until somebody says so.', 'automatic'),
    ),
    delay: Type.Optional(duration('How long it must have been up again first.', '0s')),
    ramp: Type.Optional(duration('Over how long it then gets its clients back; 0s is all at once.', '0s')),
  },
  'How it gets its clients back after it was down.',
)

const KEYS = mapWith(
  {
    description: Type.Optional(Type.String(described('For people: a city, a provider, a data centre.'))),
    location: Type.Optional(LOCATION),
    country: Type.Optional(
      Type.String({
        title: 'the two letters of a country, such as DE',
        pattern: '^[A-Z][A-Z]$',
        description: 'The country that it is in, ISO 3166-1 alpha-2; for geo and fence.',
      }),
    ),
    tags: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        items: { ...ID, title: 'a tag: a to z, 0 to 9 and -, at most 63 of them' },
        title: 'a list of tags',
        ...described('Words by which policies may choose it.', []),
      }),
    ),
    tier: Type.Optional(Type.Integer({ minimum: 1, ...described('Its place in the order of failover.', 1) })),
    addresses: Type.Optional(
      Type.Array(Type.String({ title: 'an IP address' }), {
        title: 'a list of IP addresses',
        minItems: 1,
        description:
          'IPv4 and IPv6 addresses of the load balancer of this region; clients get them as A and AAAA records.',
      }),
    ),
    target: Type.Optional(
      Type.String({
        title: 'a host name',
        ...described('In place of addresses: the host name of its load balancer; clients get it as a CNAME.'),
      }),
    ),
    checks: Type.Optional(
      Type.Array(Type.String({ title: 'the id of a check' }), {
        title: 'a list of ids of checks',
        ...described('Ids of checks. With none, the region is always taken to be up.', []),
      }),
    ),
    needs: soMany('How many of its checks an address needs to be up.'),
    'depends-on': Type.Optional(
      Type.Array(Type.String({ title: 'the id of a check' }), {
        title: 'a list of ids of checks',
        ...described('Ids of checks with an address of their own: while one of them is down, so is the region.', []),
      }),
    ),
    'minimum-up': Type.Optional(
      Type.String({
        title: 'a share such as 50%',
        pattern: '^(100|[1-9]?[0-9])%$',
        description:
          'The share of its addresses of a family that must be up for the region to be up; any one unless told.',
      }),
    ),
    failback: Type.Optional(FAILBACK),
    weight: Type.Optional(Type.Number({ minimum: 0, ...described('Its share of the clients among equals.', 100) })),
    ttl: Type.Optional(
      duration('The most for which an answer with this region is kept; no name goes below the least TTL of its own.'),
    ),
    capacity: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'What it can carry: requests a second, or any unit that is used throughout.',
      }),
    ),
    enabled: Type.Optional(
      Type.Boolean(described('false takes the region out: it gets no clients, whatever its health.', true)),
    ),
  },
  'One deployment behind its own load balancer.',
)

/** Where it has no target, it needs addresses. */
export const REGION = Type.Unsafe<Static<typeof KEYS>>({
  ...KEYS,
  if: { not: { required: ['target'] } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
  then: { required: ['addresses'] },
})
