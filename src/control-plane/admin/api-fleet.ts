// A fleet as one of its nodes sees it.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { listOf, text, time } from './api-values.js'

const hash = (description: string) => text(description, '3f2a9c01b7de')

export const STORE_STANDING = mapWith(
  {
    state: word(['live', 'away'], 'live: what is known is the newest. away: it is what was known before.'),
    since: Type.Optional(time('Since when it is away.')),
    why: Type.Optional(text('Why it is away.', 'etcd cannot be reached: connect ECONNREFUSED 192.0.2.7:2379')),
  },
  'Whether the store of the fleet can be reached.',
)

const VOTER = mapWith(
  {
    targets: Type.Integer({ description: 'Of how many targets it says something.' }),
    down: Type.Integer({ description: 'How many of them it sees down.' }),
    trusted: Type.Boolean({
      description: 'Whether its votes count; false where it sees most of its targets down, while others do not.',
    }),
  },
  'Its votes; absent where none are heard.',
)

const MEMBER = mapWith(
  {
    node: text('What it is called.', 'ns1'),
    self: Type.Boolean({ description: 'Whether it is the one that answers this.' }),
    release: text('The release that it runs.', '0.1.0'),
    startedAt: time('When it was started.'),
    version: hash('A hash of all that its answers are made of: nodes with the same give the same answers.'),
    document: hash('Of the traffic document, and the files that it names.'),
    geo: hash('Of its geo databases.'),
    overrides: hash('Of the overrides that hold.'),
    health: hash('Of which addresses are up.'),
    differs: listOf(
      word(['document', 'geo', 'overrides', 'health'], 'One of them.'),
      'In what it differs from what most nodes have.',
    ),
    group: Type.Optional(text('Where it looks from; absent where it has no votes.', 'ns1')),
    votes: Type.Optional(VOTER),
    lagMs: Type.Number({ description: 'How long the last change of the store took to be known to it, in ms.' }),
    clockAheadMs: Type.Optional(
      Type.Number({
        description:
          'By how much its clock is ahead of the one of the node that answers this, in ms, and less than 0 where it is behind; absent until it is known.',
      }),
    ),
  },
  'A node.',
)

export const FLEET = mapWith(
  {
    node: Type.Optional(text('What this node is called; absent where it is alone.', 'ns1')),
    store: Type.Optional(STORE_STANDING),
    agreed: Type.Boolean({ description: 'Whether all nodes that are here give the same answers.' }),
    nodes: listOf(MEMBER, 'Those that are here; while the store is away, those that were.'),
  },
  'A fleet as one of its nodes sees it.',
)

export type FleetView = Static<typeof FLEET>
