// How policies and their steps are written, as JSON Schema.
import { type Static, type TSchema, Type } from 'typebox'
import type { StepSpec } from './document/policy.js'
import { choose, described, duration, mapWith, word } from './schema-values.js'

/** Some words, or a lone one. */
const SELECTION = Type.Unsafe<string | readonly string[]>({
  title: 'the id of a region, a tag, or a list of them',
  type: ['string', 'array'],
  minLength: 1,
  items: { type: 'string', title: 'the id of a region, or a tag' },
  minItems: 1,
})
const selection = (description: string) => Type.Unsafe<string | readonly string[]>({ ...SELECTION, description })

export const percent = (description: string, fallback?: string) =>
  Type.String({ title: 'a share such as 5%', pattern: '^[0-9]+([.][0-9]+)?%$', ...described(description, fallback) })

/** What may be left empty: `distance`, `{ distance: }`, `{ distance: { … } }`. */
const optional = <S extends TSchema>(schema: S) =>
  Type.Unsafe<Static<S> | null>({ ...schema, type: ['object', 'null'] })

const nothing = (description: string) =>
  Type.Unsafe<null | Record<string, never>>({ type: ['object', 'null'], additionalProperties: false, description })

const numbers = (description: string, value: TSchema) =>
  Type.Unsafe<{ readonly [name: string]: number }>({
    type: 'object',
    title: 'a map',
    description,
    additionalProperties: value,
  })

const DISTANCE = mapWith(
  {
    bias: Type.Optional(
      numbers(
        'By region or tag, −99 to 99: its distance is multiplied by 1 − bias/100, or divided by 1 + bias/100 where that is negative, so that more draws clients in.',
        Type.Number({ title: 'a number', minimum: -99, maximum: 99 }),
      ),
    ),
  },
  'The nearest region first, by great-circle distance.',
)

const LATENCY = mapWith(
  {
    table: Type.Optional(
      Type.String({ title: 'the name of a latency table', description: 'One of latency; the only one unless told.' }),
    ),
    within: Type.Optional(duration('Regions that are no more than this slower than the best are its equals.', '0ms')),
    missing: Type.Optional(
      word(
        ['distance', 'skip'],
        'Where nothing was measured: what the distance makes likely, or those regions last.',
        'distance',
      ),
    ),
  },
  'The region with the least round-trip time first, as a table has it.',
)

const RULE = choose(
  { type: 'object' },
  mapWith(
    {
      tier: Type.Unsafe<readonly (string | readonly string[])[]>({
        type: 'array',
        title: 'a list of tiers',
        minItems: 1,
        items: SELECTION,
        description: 'The order of failover for these clients: one entry a tier.',
      }),
    },
    'Regions one after the other.',
  ),
  SELECTION,
  'The regions of these clients: equals, or in tiers.',
)

const GEO = mapWith(
  {
    rules: Type.Optional(
      Type.Unsafe<{ readonly [clients: string]: Static<typeof RULE> }>({
        type: 'object',
        title: 'a map of rules',
        additionalProperties: RULE,
        description:
          'Regions by client: 192.0.2.0/24, AS64500, US-CA, DE, continent:EU or "*"; the most specific first. By the country and continent of the regions unless told.',
      }),
    ),
    others: Type.Optional(
      word(
        ['keep', 'drop', 'drop-broader'],
        'What becomes of regions that no rule names for the client: last, or out; or out with those that only less specific rules name.',
        'keep',
      ),
    ),
  },
  'Regions by where the client is.',
)

const FENCE = mapWith(
  {
    by: Type.Optional(word(['country', 'continent'], 'Inside are the regions of the client’s own.')),
    to: Type.Optional(selection('Inside are these regions.')),
    clients: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        title: 'a list of clients',
        minItems: 1,
        items: { type: 'string', title: 'clients such as DE, continent:EU or 192.0.2.0/24' },
        description: 'Whom the fence is for; everybody unless told.',
      }),
    ),
    mode: Type.Optional(
      word(['prefer', 'never-leave'], 'What becomes of regions outside: after all others, or out.', 'prefer'),
    ),
  },
  'Keeps clients with some regions.',
)

const WITHIN = Type.String({
  title: 'a distance such as 300km, or a share such as 10%',
  pattern: '^[0-9]+([.][0-9]+)?(km|%)$',
  description: 'How much farther than the nearest a region may be to be its equal.',
})

const GROUP = mapWith(
  {
    regions: selection('The regions of the group, by id or tag.'),
    'min-healthy': Type.Optional(
      Type.Integer({ minimum: 1, ...described('How many of them must be up for any of them to get clients.', 1) }),
    ),
    // Checked by the same schema when it is read: a schema within itself would have no end.
    steps: Type.Optional(
      Type.Unsafe<readonly unknown[]>({
        type: 'array',
        title: 'a list of steps',
        minItems: 1,
        description: 'Steps that order the regions within the group; as before unless told.',
      }),
    ),
  },
  'Regions that are chosen together.',
)

const bits = (most: number, description: string, fallback: number) =>
  Type.Integer({ minimum: 8, maximum: most, ...described(description, fallback) })

const STICKY = mapWith(
  {
    ipv4: Type.Optional(bits(32, 'Bits of an IPv4 address that are one client network.', 24)),
    ipv6: Type.Optional(bits(64, 'Bits of an IPv6 address that are one client network.', 48)),
  },
  'A client network keeps its region among equals.',
)

const SHED = mapWith(
  {
    low: Type.Optional(percent('Of its capacity: up to here a region keeps its clients.', '80%')),
    high: Type.Optional(percent('Of its capacity: from here on it gives all of them away.', '100%')),
  },
  'A loaded region gives clients away.',
)

const BALANCE = mapWith(
  {
    target: Type.Optional(
      percent('Of its capacity: what a region should carry that reports no target of its own.', '80%'),
    ),
  },
  'Where a region is above its target, the clients that lose least go elsewhere.',
)

const TRICKLE_MAP = mapWith(
  { share: percent('How many of the clients.'), to: Type.Optional(selection('Where to; the next tier unless told.')) },
  'A share of the clients, and where it goes.',
)

const TRICKLE = choose(
  { type: 'object' },
  TRICKLE_MAP,
  percent('A share of the clients, to the next tier.'),
  'A share of the clients goes to regions that are not the best.',
)

const TIERS = Type.Unsafe<readonly (string | readonly string[])[] | null>({
  type: ['array', 'null'],
  title: 'a list of tiers',
  items: SELECTION,
  description: 'The order of failover: one entry a tier. By the tier of the regions unless told.',
})

const TAKE = Type.Unsafe<number | 'all'>({
  title: 'a number of regions from 1 to 64, or all',
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 64,
  pattern: '^all$',
  description: 'How many regions an answer holds.',
})

/** What may stand beneath each step where it is written as a map. */
const STEP_OPTIONS = {
  distance: optional(DISTANCE),
  latency: optional(LATENCY),
  geo: optional(GEO),
  fence: FENCE,
  prefer: selection('These regions go before all others.'),
  avoid: selection('These regions come after all others.'),
  tier: TIERS,
  order: nothing('One region after the other, as they are written.'),
  spread: mapWith({ within: WITHIN }, 'The nearest first, and those that are not much farther are its equals.'),
  groups: Type.Array(GROUP, {
    title: 'a list of groups',
    minItems: 1,
    description: 'Regions that are chosen together.',
  }),
  weight: Type.Unsafe<{ readonly [name: string]: number } | null>({
    type: ['object', 'null'],
    title: 'a map',
    additionalProperties: { title: 'a number', type: 'number', minimum: 0 },
    description:
      'Equals share the clients by weight; here by region or tag what goes before the weights of the regions.',
  }),
  sticky: optional(STICKY),
  'round-robin': nothing('Each query is drawn anew among equals, by weight.'),
  shed: optional(SHED),
  balance: optional(BALANCE),
  trickle: TRICKLE,
  take: TAKE,
} satisfies Record<StepSpec['step'], TSchema>

/** The steps that a policy can be made of. */
export const STEP_WORDS = Object.keys(STEP_OPTIONS) as readonly StepSpec['step'][] // exactly these keys, by `satisfies`

/** Those that say all by their name alone. */
const LONE_WORDS = STEP_WORDS.filter(
  step => !['fence', 'prefer', 'avoid', 'spread', 'groups', 'trickle', 'take'].includes(step),
)

/** The options of a step, by its name. */
export type WrittenSteps = { readonly [Name in keyof typeof STEP_OPTIONS]?: Static<(typeof STEP_OPTIONS)[Name]> }

const STEP = choose(
  { type: 'object' },
  Type.Unsafe<WrittenSteps>({
    type: 'object',
    properties: STEP_OPTIONS,
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }),
  word(LONE_WORDS, 'A step without options.'),
  'One step: a word, or a map with one key where the step has options.',
)

export const POLICY = Type.Array(STEP, {
  title: 'a list of steps',
  minItems: 1,
  description: 'Steps, run in order; each refines what the one before left equal.',
})

const LEARNED = mapWith(
  {
    'minimum-samples': Type.Optional(
      Type.Integer({
        minimum: 1,
        ...described('Fewer samples between a client network and a region say nothing yet.', 20),
      }),
    ),
    expire: Type.Optional(duration('What was not heard of for so long is forgotten.', '7d')),
    networks: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2_000_000,
        ...described(
          'The most client networks that are remembered; the one that was not heard of for longest goes first.',
          100_000,
        ),
      }),
    ),
    refresh: Type.Optional(duration('How often what was learned comes into force.', '1m')),
  },
  'Learned from what is reported to /v1/latency.',
)

const REFUSE = mapWith(
  {
    dropped: Type.Optional(percent('Of the rows that were there, those that are gone.', '20%')),
    moved: Type.Optional(percent('Of all clients, those that get another region.', '20%')),
  },
  'How much a table that is uploaded may change without being forced.',
)

export const LATENCY_TABLE = mapWith(
  {
    file: Type.Optional(
      Type.String({
        title: 'the path of a CSV file',
        minLength: 1,
        description: 'A CSV file with the columns client, region and ms; relative to this document.',
      }),
    ),
    learned: Type.Optional(LEARNED),
    refuse: Type.Optional(REFUSE),
  },
  'Round-trip times between clients and regions.',
)
