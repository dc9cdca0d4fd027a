// Regions as the API shows and changes them.
import { type Static, Type } from 'typebox'
import { duration, mapWith, word } from '../traffic/schema-values.js'
import { HELD } from './api-override.js'
import { key, listOf, OVERRIDE_RULES, removable, text, time } from './api-values.js'
import { NEXT, PAGE } from './page.js'

const LOCATION = mapWith(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees; north is positive.' }),
    longitude: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees; east is positive.' }),
  },
  'Where the region is.',
  'a map with a latitude and a longitude',
)

const VOTES = mapWith(
  {
    basis: word(
      ['votes', 'own', 'held', 'local'],
      'By what it is judged. votes: by those who vote. own: nobody else is heard. held: as when votes were heard last. local: this node sees it down, and steers its own clients away.',
    ),
    ups: Type.Integer({ description: 'Who sees it up: nodes, or groups of them.' }),
    of: Type.Integer({ description: 'How many have a vote.' }),
    own: Type.Optional(Type.Boolean({ description: 'How this node sees it; absent where it cannot tell.' })),
  },
  'How the nodes of a fleet see it; there where the check has votes, and `up` is what they come to.',
)

const CHECK_PARTS = {
  check: text('The id of the check.', 'api'),
  up: Type.Boolean({ description: 'What the check says after `fall` and `rise`.' }),
  since: Type.Optional(time('Since when `up` is what it is; absent before the first result.')),
  run: Type.Integer({ description: 'Results in a row that disagree with `up`.' }),
  failingSince: Type.Optional(time('The first of the failures that are held against it, or that took it down.')),
  lastAt: Type.Optional(time('The last result.')),
  nextAt: Type.Optional(time('The next probe.')),
  lastMs: Type.Optional(Type.Number({ description: 'How long the last probe took, in ms.' })),
  lastError: Type.Optional(text('Why the last probe failed; absent when it passed.', 'connection refused')),
  lastWarning: Type.Optional(text('What somebody should look at although it passed.', 'certificate ends in 9 days')),
  certificateDays: Type.Optional(Type.Integer({ description: 'Days until the certificate that was shown ends.' })),
  heldUntil: Type.Optional(time('Until when it stays down for having gone down too often.')),
  observe: Type.Optional(Type.Boolean({ description: 'True: it is watched, and decides nothing by itself.' })),
  unavailable: Type.Optional(
    Type.Boolean({
      description: 'True: this node cannot carry it out, and it counts for nothing; `lastError` says why.',
    }),
  ),
  within: Type.Optional(text('The calculated check within which alone it counts.', 'most')),
  votes: Type.Optional(VOTES),
}

const BALLOT = mapWith(
  {
    node: text('Who says it.', 'ns1'),
    group: text('Where it looks from.', 'ns1'),
    self: Type.Boolean({ description: 'Whether it is the one that answers this.' }),
    up: Type.Boolean({ description: 'How it sees the check.' }),
    trusted: Type.Boolean({
      description: 'False: it sees most targets down, or suspects itself, and has no vote while others have.',
    }),
  },
  'What one node says.',
)

const CHECK = mapWith(CHECK_PARTS, 'One check of one address.')

const RESULT = mapWith(
  {
    at: time('When the probe ended.'),
    ms: Type.Number({ description: 'How long it took, in ms.' }),
    passed: Type.Boolean({ description: 'Whether the probe passed.' }),
    error: Type.Optional(text('Why it failed.', 'connection refused')),
    dnsMs: Type.Optional(Type.Number({ description: 'Until the name was resolved, in ms; only where one is probed.' })),
    connectMs: Type.Optional(Type.Number({ description: 'From there until the connection was open, in ms.' })),
    tlsMs: Type.Optional(Type.Number({ description: 'From there until the TLS handshake was over, in ms.' })),
    firstByteMs: Type.Optional(Type.Number({ description: 'From there until the answer began, in ms.' })),
  },
  'One probe.',
)

const ADDRESS_PARTS = {
  address: text('The address, or the target.', '127.0.1.3'),
  up: Type.Boolean({ description: 'Whether all of its checks pass.' }),
  since: Type.Optional(time('Since when `up` is what it is; absent before the first probe.')),
  cause: Type.Optional(text('Why it is down.', 'api: connection refused')),
  changeInMs: Type.Optional(Type.Number({ description: 'The least time in which `up` could change, in ms.' })),
  override: Type.Optional(HELD),
  admitted: Type.Optional(
    Type.Integer({
      description: 'Percent of its clients that the region may have back after it was down; absent when all.',
    }),
  ),
}

const ADDRESS = mapWith({ ...ADDRESS_PARTS, checks: listOf(CHECK, 'Its checks.') }, 'The health of one address.')

const ADDRESS_IN_FULL = mapWith(
  {
    ...ADDRESS_PARTS,
    checks: listOf(
      mapWith(
        {
          ...CHECK_PARTS,
          recent: listOf(RESULT, 'The last results, newest first.'),
          ballots: Type.Optional(listOf(BALLOT, 'Who says what; there where the check has votes.')),
        },
        'One check of one address.',
      ),
      'Its checks.',
    ),
  },
  'The health of one address.',
)

const HEALTH = {
  state: word(
    ['up', 'down', 'disabled'],
    'Up while any of its addresses is; disabled in the document, whatever its health. An override stands beside it.',
  ),
  since: Type.Optional(time('Since when it is up or down; absent while it is disabled.')),
  cause: Type.Optional(text('Which addresses are down, and why.', 'api: connection refused')),
  health: listOf(ADDRESS, 'The health of each address, in the order of `addresses`.'),
}

const WEIGHT = Type.Number({
  title: 'a number',
  minimum: 0,
  description: 'Its share of the clients among equals.',
  examples: [100],
})
const TTL = Type.Unsafe<string | number>({
  ...duration(
    'The most for which an answer with it is kept, in whole seconds; no name goes below the least TTL of its own.',
  ),
  examples: ['15s'],
})
const CAPACITY = Type.Number({
  title: 'a number',
  exclusiveMinimum: 0,
  description: 'What it can carry, in any unit.',
  examples: [40000],
})
const ENABLED = Type.Boolean({ title: 'true or false', description: 'False: it gets no clients, whatever its health.' })
const DESCRIPTION = Type.String({ title: 'text', description: 'For people.', examples: ['Frankfurt'] })
const TARGET = Type.String({
  title: 'a host name',
  description: 'In place of addresses: what clients get as a CNAME.',
  examples: ['lb.example.net.'],
})
const ADDRESS_TEXT = Type.String({ title: 'an IP address', examples: ['127.0.1.3'] })

const TAKEN_OUT = mapWith(
  {
    at: time('When.'),
    actor: text('Who.', 'alice'),
    reason: Type.Optional(text('Why.', 'the rack is being rewired')),
  },
  'Who disabled it; there while it is disabled, as far back as the history of the document reaches.',
)

export const REGION = mapWith(
  {
    id: text('Its name in the document.', 'eu-central'),
    description: Type.Optional(DESCRIPTION),
    location: Type.Optional(LOCATION),
    country: Type.Optional(text('The country that it is in, ISO 3166-1 alpha-2.', 'DE')),
    tags: Type.Optional(listOf(Type.String(), 'Words by which policies may choose it.')),
    tier: Type.Optional(Type.Integer({ description: 'Its place in the order of failover, lowest first.' })),
    addresses: listOf(ADDRESS_TEXT, 'What clients get as A and AAAA records; none where it has a target.'),
    target: Type.Optional(TARGET),
    checks: listOf(Type.String(), 'The ids of its checks.'),
    weight: WEIGHT,
    ttl: Type.Optional(
      Type.Integer({
        description: 'The most for which an answer with it is kept, seconds; absent where it has no bound of its own.',
      }),
    ),
    capacity: Type.Optional(CAPACITY),
    enabled: ENABLED,
    override: Type.Optional(HELD),
    takenOut: Type.Optional(TAKEN_OUT),
    ...HEALTH,
  },
  'One deployment behind its own load balancer.',
)

export type RegionView = Static<typeof REGION>
export type AddressView = Static<typeof ADDRESS>

export const REGIONS = mapWith(
  { regions: listOf(REGION, 'In the order of the document.'), next: NEXT },
  'All regions, or a page of them.',
)

export const REGIONS_QUERY = Type.Object(
  {
    ...PAGE,
    state: Type.Optional(word(['up', 'down', 'disabled'], 'Only those in this state.')),
    tag: Type.Optional(Type.String({ description: 'Only those with this tag.', minLength: 1, maxLength: 63 })),
  },
  { additionalProperties: false },
)

export const REGION_PATCH = mapWith(
  {
    enabled: removable(ENABLED),
    addresses: removable(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        items: ADDRESS_TEXT,
        title: 'a list of IP addresses',
        minItems: 1,
        description: 'All addresses that it is to have.',
      }),
    ),
    target: removable(TARGET),
    weight: removable(WEIGHT),
    ttl: removable(TTL),
    location: removable(LOCATION),
    capacity: removable(CAPACITY),
    description: removable(DESCRIPTION),
  },
  'What to change; what is not named stays. RFC 7396: null takes a value out of the document, so that its default holds.',
)

export type RegionPatch = Static<typeof REGION_PATCH>

/** One region in /v1/health. */
export const REGION_HEALTH = mapWith(
  { region: text('The id of the region.', 'eu-central'), override: Type.Optional(HELD), ...HEALTH },
  'The health of one region.',
)

/** One region in /v1/health/{id}. */
export const HEALTH_IN_FULL = mapWith(
  {
    region: text('The id of the region.', 'eu-central'),
    override: Type.Optional(HELD),
    ...HEALTH,
    health: listOf(ADDRESS_IN_FULL, 'The health of each address, in the order of `addresses`.'),
  },
  'The health of one region, with the last results.',
)

export type HealthInFull = Static<typeof HEALTH_IN_FULL>
export type RegionHealthView = Static<typeof REGION_HEALTH>

export const HEALTHS = mapWith(
  { regions: listOf(REGION_HEALTH, 'In the order of the document.') },
  'The health of all regions.',
)

export const REGION_KEY = Type.Object({ id: key('the id of a region', 'eu-central') })

/** What POST …/enable and …/disable take, if they are given anything. */
export const REASON = Type.Unsafe<{ readonly reason?: string; readonly override?: readonly string[] } | null>({
  type: ['object', 'null'],
  title: 'a map with the keys reason and override',
  properties: {
    reason: {
      type: 'string',
      maxLength: 500,
      title: 'a text of at most 500 characters',
      description: 'Why; it is logged.',
    },
    override: OVERRIDE_RULES,
  },
  additionalProperties: false,
  description: 'May be left out.',
  examples: [{ reason: 'database maintenance until 14:00' }],
})
