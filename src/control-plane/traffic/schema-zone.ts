// How zones are written, as JSON Schema.
import { type Static, Type } from 'typebox'
import { DNSSEC } from './schema-dnssec.js'
import { OWNER } from './schema-record.js'
import { TRANSFER, UPDATE } from './schema-transfer.js'
import { described, duration, mapOf, mapWith } from './schema-values.js'

const SOA = mapWith(
  {
    primary: Type.Optional(
      Type.String({ title: 'a domain name', description: 'The primary server; the first of nameservers unless told.' }),
    ),
    mailbox: Type.Optional(
      Type.String({ title: 'a mailbox', description: 'Who answers for the zone; hostmaster@ the zone unless told.' }),
    ),
    serial: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4294967295,
        description: 'Chosen by Meridian unless told; it must grow with every change.',
      }),
    ),
    refresh: Type.Optional(duration('How often a secondary looks for changes.', '2h')),
    retry: Type.Optional(duration('How soon it tries again.', '15m')),
    expire: Type.Optional(
      duration(
        'For how long it goes on without hearing from us; `4d` unless told where the zone is signed and transferred.',
        '14d',
      ),
    ),
    ttl: Type.Optional(duration('The TTL of this record; the ttl of the zone unless told.')),
  },
  'The start-of-authority record; everything in it has a default.',
)

const KEYS = mapWith(
  {
    file: Type.Optional(
      Type.String({
        title: 'the path of a zone file',
        minLength: 1,
        description: 'A zone file (RFC 1035 §5) with records of this zone; relative to this document.',
      }),
    ),
    nameservers: Type.Optional(
      Type.Array(Type.String({ title: 'a domain name' }), {
        title: 'a list of names',
        minItems: 1,
        description: 'The NS records of the zone: full names. Those within the zone need A or AAAA records in it.',
      }),
    ),
    ttl: Type.Optional(duration('The TTL of static records that have none of their own.', '1h')),
    'negative-ttl': Type.Optional(duration('How long resolvers remember that a name or type does not exist.', '60s')),
    soa: Type.Optional(SOA),
    'ecs-trust': Type.Optional(
      Type.Array(Type.String({ title: 'a network such as 192.0.2.0/24' }), {
        title: 'a list of networks',
        ...described('Resolvers whose EDNS Client Subnet option is believed.', ['0.0.0.0/0', '::/0']),
      }),
    ),
    dnssec: Type.Optional(DNSSEC),
    transfer: Type.Optional(TRANSFER),
    update: Type.Optional(UPDATE),
    records: Type.Optional(
      mapOf(OWNER, 'Records by owner name, relative to the zone; "@" is the zone itself, "*" a wildcard.'),
    ),
  },
  'A zone that this server is authoritative for.',
)

/** A zone needs nameservers, which may stand in its file. */
export const ZONE = Type.Unsafe<Static<typeof KEYS>>({
  ...KEYS,
  if: { not: { required: ['file'] } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
  then: { required: ['nameservers'] },
})
