// How records are written, as JSON Schema: static ones with type and data, steered ones with a policy.
import { Type } from 'typebox'
import { WHEN_ALL_DOWN } from './document/zone.js'
import { choose, described, duration, mapWith, word } from './schema-values.js'

/** What owners are called. */
export const OWNER_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'

const STATIC = mapWith(
  {
    type: Type.String({
      title: 'a record type such as A, MX or TXT',
      ...described(
        'A, AAAA, CNAME, MX, TXT, SRV, CAA, PTR, NS, …, or TYPE65280 for one that has no name; ALIAS for the addresses of another name in the zones that are served here.',
      ),
    }),
    data: Type.String({
      title: 'text; quote it',
      description: 'The data as in a zone file. A name without a final dot is relative to the zone.',
    }),
    ttl: Type.Optional(duration('How long resolvers keep it; the ttl of the zone unless told.')),
    owner: Type.Optional(
      Type.String({
        title: 'the name of an owner, such as cluster-a',
        pattern: OWNER_PATTERN,
        description:
          'Who keeps this record by a protocol of theirs, such as external-dns; nobody else who does so may change it.',
      }),
    ),
    hints: Type.Optional(
      word(
        ['steer'],
        'Of HTTPS and SVCB: ipv4hint and ipv6hint are the addresses that the target, which is steered, has for the client. The TTL is no more than theirs.',
      ),
    ),
  },
  'The same answer for everybody.',
  'a record, such as { type: A, data: 192.0.2.1 } or { steer: nearest }',
)

const LIMITS = mapWith(
  {
    max: Type.Optional(duration('The TTL where nothing is about to change, or can.', '60s')),
    min: Type.Optional(duration('The TTL while a region is about to change.', '5s')),
  },
  'The bounds between which the TTL of an answer moves.',
)

const FIXED = mapWith(
  {
    fixed: Type.Unsafe<readonly string[]>({
      type: 'array',
      items: { type: 'string', title: 'an IP address' },
      title: 'a list of IP addresses',
      minItems: 1,
      description: 'Addresses to answer with when all is down: of a page that says so, for instance.',
    }),
  },
  'Addresses that belong to no region.',
)

const REGION_IDS = Type.Array(Type.String({ title: 'the id of a region' }), { title: 'a list of ids of regions' })

const STEERED = mapWith(
  {
    steer: Type.String({
      title: 'the id of a policy',
      ...described('The policy that chooses the region: a built-in one such as nearest, or one of policies.'),
    }),
    ttl: Type.Optional(
      choose(
        { type: 'object' },
        LIMITS,
        duration('A fixed TTL.'),
        'A fixed TTL, or { max, min } between which it moves.',
      ),
    ),
    'when-all-down': Type.Optional(
      choose(
        { type: 'object' },
        FIXED,
        word(
          WHEN_ALL_DOWN.filter(last => last !== 'fixed'),
          'The answer when no region and no fallback is up: every candidate, the one that was up last, the one that the policy likes best, no records, or an error.',
          'serve-all',
        ),
        'The answer when no region and no fallback is up: a word, or { fixed } with addresses.',
      ),
    ),
    regions: Type.Optional(
      Type.Unsafe<readonly string[]>({
        ...REGION_IDS,
        minItems: 1,
        description: 'The candidates; every region that is not a fallback, unless told.',
      }),
    ),
    fallback: Type.Optional(
      Type.Unsafe<readonly string[]>({
        ...REGION_IDS,
        ...described('Regions to use, in this order, when no candidate is up.', []),
      }),
    ),
  },
  'A and AAAA records of the region that the policy chooses for the client.',
)

/** A record without any of `type` and `data` is taken as steered, so that a mistyped `steer` gets the right advice. */
const RECORD = choose(
  {
    type: 'object',
    anyOf: [{ required: ['steer'] }, { not: { anyOf: [{ required: ['type'] }, { required: ['data'] }] } }],
  },
  STEERED,
  STATIC,
  'A static record, or a steered one.',
)

const RECORDS = Type.Array(RECORD, { minItems: 1, description: 'The records of this name.' })

/** What stands at one owner name: a list, or a lone record. */
export const OWNER = choose({ type: 'array' }, RECORDS, RECORD, 'The records of this name: a list, or a lone one.')
