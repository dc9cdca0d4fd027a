// Zones and their records as the API shows them, and the one thing of them that it changes: the TTL of a steered record.
import { type Static, Type } from 'typebox'
import { WHEN_ALL_DOWN } from '../traffic/document/zone.js'
import { DURATION_PATTERN } from '../traffic/duration.js'
import { choose, mapWith, word } from '../traffic/schema-values.js'
import { key, listOf, text } from './api-values.js'
import { NEXT, PAGE } from './page.js'

const seconds = (description: string) => Type.Integer({ description: `${description} Seconds.` })

const SOA = mapWith(
  {
    mname: text('The primary nameserver.', 'ns1.example.com.'),
    rname: text('The mailbox of who answers for the zone, as a name.', 'hostmaster.example.com.'),
    serial: Type.Integer({ description: 'The serial number.' }),
    refresh: seconds('How often a secondary looks for changes.'),
    retry: seconds('How soon it tries again.'),
    expire: seconds('For how long it goes on without us.'),
    minimum: seconds('How long resolvers remember that a name does not exist.'),
  },
  'The start-of-authority record (RFC 1035 §3.3.13).',
)

export const ZONE = mapWith(
  {
    zone: text('Its name, with the final dot.', 'example.com.'),
    ttl: seconds('What static records have unless they say otherwise.'),
    nameservers: listOf(Type.String(), 'The NS records of the zone.'),
    soa: SOA,
    ecsTrust: listOf(Type.String(), 'Resolvers whose EDNS Client Subnet option is believed.'),
    staticRecords: Type.Integer({ description: 'How many static records it has.' }),
    steeredRecords: Type.Integer({ description: 'How many steered records it has.' }),
  },
  'A zone that is served.',
)

export type ZoneView = Static<typeof ZONE>

export const ZONES = mapWith(
  { zones: listOf(ZONE, 'In the order of the document.'), next: NEXT },
  'All zones, or a page of them.',
)

export const ZONES_QUERY = Type.Object(PAGE, { additionalProperties: false })

export const RECORDS_QUERY = Type.Object(
  {
    limit: PAGE.limit,
    cursor: PAGE.cursor,
    fields: PAGE.fields,
    match: Type.Optional(
      Type.String({ description: 'Only owners that fit this glob (`*.example.com.`).', minLength: 1, maxLength: 300 }),
    ),
    type: Type.Optional(
      Type.String({
        title: 'a record type',
        pattern: '^[A-Z0-9]{1,20}$',
        description: 'Only static records of this type.',
      }),
    ),
  },
  { additionalProperties: false },
)

const STATIC = mapWith(
  {
    owner: text('The name, with the final dot.', 'mail.example.com.'),
    type: text('The type.', 'MX'),
    ttl: seconds('Its TTL.'),
    data: text('The data in presentation form.', '10 mail.example.com.'),
    hints: Type.Optional(
      word(['steer'], 'Its hints are the addresses that its target, a steered name, has for the client.'),
    ),
  },
  'A record that is the same for everybody.',
)

export type StaticView = Static<typeof STATIC>

export const STEERED = mapWith(
  {
    owner: text('The name, with the final dot.', 'api.example.com.'),
    policy: text('The policy that chooses.', 'nearest'),
    regions: listOf(Type.String(), 'The candidates.'),
    fallback: listOf(Type.String(), 'Regions to use, in this order, when no candidate is up.'),
    ttl: mapWith(
      { min: seconds('While a region is about to change.'), max: seconds('While everything is well.') },
      'The bounds of its TTL.',
    ),
    whenAllDown: word(WHEN_ALL_DOWN, 'The answer when nothing is up.'),
    fixed: Type.Optional(listOf(Type.String(), 'The addresses of that answer, where it is fixed.')),
  },
  'A name whose A and AAAA records are those of the region that the policy chooses.',
)

export type SteeredView = Static<typeof STEERED>

/** The fields that records of either kind have. */
export const RECORD_FIELDS = Type.Object({ ...STATIC.properties, ...STEERED.properties })

export const RECORDS = mapWith(
  {
    zone: text('The zone, with the final dot.', 'example.com.'),
    records: listOf(STATIC, 'Static records; the SOA and NS of the zone itself are in /v1/zones.'),
    steered: listOf(STEERED, 'Steered records; on the first page.'),
    next: NEXT,
  },
  'The records of a zone.',
)

/** In a patch of bounds, null takes one out of the document. */
const duration = (description: string) =>
  Type.Unsafe<string | number | null>({
    title: 'a duration such as 30s or 5m, a number of seconds, or null',
    type: ['string', 'number', 'null'],
    pattern: DURATION_PATTERN,
    minimum: 0,
    description,
    examples: ['30s'],
  })

const LIMITS = mapWith(
  {
    max: Type.Optional(duration('The TTL while everything is well.')),
    min: Type.Optional(duration('The TTL while a region is about to change.')),
  },
  'The bounds that change.',
)

export const RECORD_PATCH = mapWith(
  {
    ttl: Type.Optional(
      choose(
        { type: 'object' },
        LIMITS,
        duration('A fixed TTL.'),
        'A fixed TTL, or the bounds between which it moves.',
      ),
    ),
  },
  'What to change; what is not named stays, and null takes a value out of the document, so that its default holds.',
)

export type RecordPatch = Static<typeof RECORD_PATCH>

export const ZONE_KEY = Type.Object({ zone: key('the name of a zone', 'example.com') })

export const RECORD_KEY = Type.Object({
  zone: key('the name of a zone', 'example.com'),
  name: Type.String({
    description: 'The name of a steered record: relative to the zone, or with a final dot; @ is the zone itself.',
    examples: ['api'],
    minLength: 1,
  }),
})
