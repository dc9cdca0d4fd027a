// The signing of a zone as the API shows it.
import { type Static, Type } from 'typebox'
import { ROLLOVER_KINDS } from '../keys/rollover.js'
import { DNSSEC_ALGORITHMS } from '../traffic/schema-dnssec.js'
import { mapWith, word } from '../traffic/schema-values.js'
import { ASKED_AT, PARENT_HAS, STANDING } from './api-dnssec-parent.js'
import { listOf, text, time } from './api-values.js'
import { NEXT, PAGE } from './page.js'

export const KEY_ROLES = ['CSK', 'KSK', 'ZSK'] as const

const KEY = mapWith(
  {
    file: text('Its files in the folder of keys, without their endings.', 'Kexample.com.+013+12345'),
    algorithm: text('The algorithm, by its mnemonic.', 'ECDSAP256SHA256'),
    keyTag: Type.Integer({ description: 'The key tag (RFC 4034 appendix B).' }),
    role: word(KEY_ROLES, 'CSK: it signs everything; KSK: the keys; ZSK: everything else.'),
    part: Type.Optional(
      word(['comes', 'leaves'], 'What the rollover that is under way does with it; absent where it stays.'),
    ),
    elsewhere: Type.Optional(
      Type.Boolean({ description: 'Whether its private half is elsewhere, so that a command signs with it.' }),
    ),
    state: text('What is done with it now.', 'published; signs the keys and the zone'),
    next: Type.Optional(
      mapWith(
        {
          at: time('When.'),
          state: text('What is done with it from then on.', 'put aside'),
          earliest: Type.Boolean({ description: 'Whether it waits for the parent, so that it may be later.' }),
        },
        'What the rollover that is under way makes of it next.',
      ),
    ),
    delegated: Type.Boolean({ description: 'Whether the parent should have a DS of it.' }),
    dnskey: text('The DNSKEY record.', 'example.com. IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+Gq…'),
  },
  'A key of the zone.',
)

const PLANNED = mapWith(
  {
    at: time('When.'),
    does: text('What is done then.', 'the new key is published'),
    earliest: Type.Boolean({ description: 'Whether it waits for the parent, so that it may be later.' }),
  },
  'A stage of a rollover.',
)

const CALENDAR = listOf(PLANNED, 'What is done when; the first is under way, the last is the end.')

const ROLLOVER = mapWith(
  {
    kind: word(ROLLOVER_KINDS, 'What is exchanged; sign: the zone has just been signed; unsign: it is going to leave.'),
    emergency: Type.Boolean({ description: 'Whether it goes by the shortest way.' }),
    stage: Type.Integer({ description: 'Which of its stages it has come to, from 1 on.' }),
    stages: Type.Integer({ description: 'How many it has.' }),
    waits: listOf(
      mapWith(
        {
          for: word(['keys', 'zone', 'parent'], 'Resolvers have to forget these first; parent: the DS.'),
          until: Type.Optional(time('Until when; absent where the parent has not been seen to have what it should.')),
        },
        'What the stage waits for.',
      ),
      'What has to pass before the next stage.',
    ),
    calendar: CALENDAR,
    reversible: Type.Boolean({ description: 'Whether it can be taken back, since nothing depends on it yet.' }),
    actor: text('Who began it.', 'admin'),
    reason: text('Why.', 'yearly'),
  },
  'The rollover that is under way.',
)

export const WISHED_KINDS = ['csk', 'ksk', 'zsk', 'algorithm', 'unsign'] as const

const ALARMS = listOf(Type.String(), 'What somebody has to do something about, a sentence each.')

const FIRST_EXPIRATION = Type.Optional(
  text('When the first of them expires; absent where there are none.', '2026-12-09T03:15:00.000Z'),
)

const SIGNATURES = mapWith(
  {
    count: Type.Integer({ description: 'How many this node has, of all zones.' }),
    made: Type.Integer({ description: 'How many it has made since it started.' }),
    firstExpiration: FIRST_EXPIRATION,
  },
  'The signatures of the node.',
)

export const DNSSEC = mapWith(
  {
    zone: text('The zone, with the final dot.', 'example.com.'),
    signed: Type.Boolean({ description: 'Whether it is signed.' }),
    keys: listOf(KEY, 'Its keys; none where it is not signed.'),
    ds: listOf(
      Type.String(),
      'What its parent should have, as DS records: for each key that signs keys, SHA-256 and SHA-384.',
    ),
    rollover: Type.Optional(ROLLOVER),
    kinds: listOf(word(WISHED_KINDS, 'A kind of rollover.'), 'What can be begun with its keys as they are.'),
    parent: PARENT_HAS,
    alarms: ALARMS,
    last: Type.Optional(
      mapWith(
        { kind: word(ROLLOVER_KINDS, 'Its kind.'), at: time('When it was over.') },
        'The last rollover that was completed.',
      ),
    ),
    unread: Type.Optional(
      text(
        'Why the keys as they are now cannot be read here, and those from before sign.',
        'Kexample.com.+013+12345 was sealed with a secret that this node does not have (0a1b2c3d4e5f6071): see dnssec.secret-file',
      ),
    ),
    signerProblem: Type.Optional(
      text(
        'Why the command that signs with keys elsewhere did not do so last; signatures that are still good are served.',
        '/usr/local/bin/sign: it did not end within 10000 ms',
      ),
    ),
    cutOff: Type.Optional(
      mapWith(
        {
          since: time('Since when nothing is heard of the others.'),
          sureUntil: time('Until when the keys of this node surely go with those of the others.'),
        },
        'While the node hears nothing of its fleet, which may exchange keys meanwhile.',
      ),
    ),
    signatures: SIGNATURES,
    clockJump: Type.Number({
      description: 'By how much the clock of the system has jumped, seconds; 0 where it has not.',
    }),
  },
  'How a zone is signed.',
)

export type DnssecView = Static<typeof DNSSEC>

export const ROLL_WISH = mapWith(
  {
    kind: word(
      ROLLOVER_KINDS,
      'What is exchanged; unsign: has the parent take the DS away, so that the zone need not be signed any more; sign: of a zone that is not signed, with dryRun only, since it begins in the document.',
    ),
    emergency: Type.Optional(
      Type.Boolean({ description: 'By the shortest way; for csk, ksk and zsk.', default: false }),
    ),
    algorithm: Type.Optional(word(DNSSEC_ALGORITHMS, 'Of the new keys; that of the old ones unless told.')),
    split: Type.Optional(Type.Boolean({ description: 'Whether the zone is to have two keys; as it was unless told.' })),
    key: Type.Optional(
      mapWith(
        {
          dnskey: Type.String({
            description: 'Its DNSKEY record.',
            maxLength: 4096,
            examples: ['example.com. IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+Gq…'],
          }),
          label: Type.String({
            description: 'What the command knows it by.',
            minLength: 1,
            maxLength: 255,
            examples: ['ksk-2027'],
          }),
        },
        'The new key that the parent is to know, whose private half is elsewhere: dnssec.signer of the server settings signs with it.',
      ),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'true only tells what would be done when.', default: false })),
    reason: Type.Optional(Type.String({ description: 'Why; it is remembered.', maxLength: 1000 })),
  },
  'A rollover that is to be.',
)

export type RollWish = Static<typeof ROLL_WISH>

export const ROLLED = mapWith(
  {
    zone: text('The zone, with the final dot.', 'example.com.'),
    dryRun: Type.Boolean({ description: 'Whether nothing was done.' }),
    calendar: CALENDAR,
  },
  'What is done when.',
)

export type RolledView = Static<typeof ROLLED>

export const SIGNED_ZONE = mapWith(
  {
    zone: text('The zone, with the final dot.', 'example.com.'),
    signed: Type.Boolean({ description: 'Whether it is signed.' }),
    algorithms: listOf(Type.String(), 'Those of its keys, by their mnemonics.'),
    keys: Type.Integer({ description: 'How many keys it has.' }),
    rollover: Type.Optional(
      mapWith(
        {
          kind: word(ROLLOVER_KINDS, 'What is exchanged.'),
          stage: Type.Integer({ description: 'Which of its stages it has come to, from 1 on.' }),
          stages: Type.Integer({ description: 'How many it has.' }),
          next: Type.Optional(PLANNED),
        },
        'The rollover that is under way.',
      ),
    ),
    parent: mapWith({ standing: STANDING, askedAt: ASKED_AT }, 'What the parent has of it.'),
    alarms: ALARMS,
  },
  'A zone.',
)

export const SIGNED_ZONES = mapWith(
  {
    zones: listOf(SIGNED_ZONE, 'In the order of the document.'),
    signatures: SIGNATURES,
    next: NEXT,
  },
  'How zones are signed.',
)

export type SignedZonesView = Static<typeof SIGNED_ZONES>

export const SIGNED_ZONES_QUERY = Type.Object(PAGE, { additionalProperties: false })
