// How regions and policies are written, as JSON Schema.
import { type Static, type TSchema, Type } from 'typebox'
import type { StepSpec } from './document.js'
import { choose, described, duration, mapWith, word } from './schema-values.js'

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
    needs: Type.Optional(
      Type.Unsafe<'all' | 'any' | number>({
        title: 'all, any, or a number of checks',
        type: ['string', 'integer'],
        pattern: '^(all|any)$',
        minimum: 1,
        ...described('How many of its checks an address needs to be up.', 'all'),
      }),
    ),
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

const nothing = (description: string) =>
  Type.Unsafe<null | Record<string, never>>({ type: ['object', 'null'], additionalProperties: false, description })

/** What may stand beneath each step where it is written as a map. */
const STEP_OPTIONS = {
  distance: nothing('The nearest region first, by great-circle distance. It has no options.'),
} satisfies Record<StepSpec['step'], TSchema>

/** The steps that a policy can be made of. */
export const STEP_WORDS = Object.keys(STEP_OPTIONS) as readonly StepSpec['step'][] // exactly these keys, by `satisfies`

const STEP = choose(
  { type: 'object' },
  Type.Unsafe<{ readonly [step: string]: unknown }>({
    type: 'object',
    properties: STEP_OPTIONS,
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }),
  word(STEP_WORDS, 'distance: the nearest region first, by great-circle distance.'),
  'One step: a word, or a map with one key where the step has options.',
)

export const POLICY = Type.Array(STEP, {
  title: 'a list of steps',
  minItems: 1,
  description: 'Steps, run in order; each refines what the one before left equal.',
})
