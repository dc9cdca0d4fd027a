// What a node says of itself.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import { STORE_STANDING } from './api-fleet.js'
import { BROKEN_RULE, FAULT } from './api-problem.js'
import { listOf, text, time } from './api-values.js'

const SNAPSHOT = mapWith(
  {
    version: Type.Integer({ description: 'Grows with every change of what is answered.' }),
    publishedAt: time('When it was published.'),
    ageSeconds: Type.Number({ description: 'For how long it has been what queries are answered from.' }),
    widened: Type.Boolean({ description: 'Whether the scopes of answers are as wide as they can be.' }),
  },
  'The compiled form of the document that queries are answered from.',
)

const DOCUMENT = mapWith(
  {
    name: text('Where it is kept.', '/etc/meridian/traffic.yaml'),
    revision: text('A short hash of what is being served.', '3f2a9c01b7de'),
    loadedAt: time('When it was read.'),
    store: Type.Optional(STORE_STANDING),
    refused: Type.Optional(
      mapWith(
        { at: time('When it was found.'), problems: listOf(FAULT, 'Everything that is wrong.') },
        'Set while what is kept there cannot be used; the last good document goes on serving.',
      ),
    ),
  },
  'The traffic document.',
)

const LISTENER = mapWith(
  {
    transport: word(['udp', 'tcp', 'tls'], 'The transport.'),
    address: text('The address.', '127.0.0.1'),
    port: Type.Integer({ description: 'The port.', examples: [5300] }),
    by: word(
      ['batch', 'dgram', 'net', 'tls'],
      'How packets are moved: batched system calls, Node’s dgram, or its net.',
    ),
    workers: Type.Integer({ description: 'How many threads answer here.' }),
    precedence: word(
      ['ahead', 'prompt', 'none'],
      'What they were granted where they share a core with other threads: more of it, only to be woken at once, or nothing.',
    ),
  },
  'Where DNS is answered.',
)

export const DATABASE = mapWith(
  {
    file: text('Its path.', '/var/lib/GeoIP/GeoLite2-City.mmdb'),
    type: text('What it calls itself.', 'DBIP-City-Lite'),
    families: listOf(Type.Unsafe<4 | 6>({ type: 'integer', enum: [4, 6] }), 'The families of addresses it knows.'),
    builtAt: time('When its data were put together.'),
    ageDays: Type.Number({ description: 'How old they are, in days.' }),
    warning: Type.Optional(text('Why somebody should look at it.', 'the data is 75 days old')),
  },
  'A geo database.',
)

const PROBER = mapWith(
  {
    targets: Type.Integer({ description: 'What is probed: each check of each address once.' }),
    running: Type.Integer({ description: 'Probes that run at this moment.' }),
    waiting: Type.Integer({ description: 'Probes that wait for others to end.' }),
    lateMs: Type.Number({ description: 'The most that a probe of the last minute began after it was due, in ms.' }),
    queuedMs: Type.Number({ description: 'The most that a probe of the last minute waited for others to end, in ms.' }),
    restarts: Type.Integer({ description: 'How often the thread that probes died and was replaced.' }),
    suspicions: listOf(
      mapWith(
        {
          family: Type.Unsafe<4 | 6>({ type: 'integer', enum: [4, 6], description: 'The family of addresses.' }),
          since: time('Since when.'),
          silent: Type.Integer({ description: 'Targets that fell silent when it began.' }),
          of: Type.Integer({ description: 'Of how many that had been up and were probed since.' }),
        },
        'Nearly everything fell silent at once.',
      ),
      'Set while the prober takes failures for its own: what targets were is held.',
    ),
  },
  'How probing gets on.',
)

export const STATUS = mapWith(
  {
    release: text('The release that is running.', '0.1.0'),
    startedAt: time('When it was started.'),
    uptimeSeconds: Type.Number({ description: 'For how long it has been running.' }),
    ready: Type.Boolean({ description: 'Whether queries are answered.' }),
    waitingFor: listOf(Type.String(), 'What it takes to be ready.'),
    snapshot: Type.Optional(SNAPSHOT),
    document: DOCUMENT,
    listeners: listOf(LISTENER, 'Where DNS is answered.'),
    databases: listOf(DATABASE, 'Where clients are looked up.'),
    prober: PROBER,
    regions: mapWith(
      {
        total: Type.Integer({ description: 'All of them.' }),
        up: Type.Integer({ description: 'Enabled, and up.' }),
        down: Type.Integer({ description: 'Enabled, and down.' }),
        disabled: Type.Integer({ description: 'Taken out by an operator.' }),
      },
      'How many regions there are.',
    ),
    brokenRules: listOf(BROKEN_RULE, 'Safety rules that are broken as things are, whoever or whatever broke them.'),
  },
  'The state of this node.',
)

export type StatusView = Static<typeof STATUS>

export const TRAFFIC = mapWith(
  {
    name: text('Where it is kept.', '/etc/meridian/traffic.yaml'),
    revision: text('A short hash of the content.', '3f2a9c01b7de'),
    loadedAt: time('When it was read.'),
    document: Type.Unsafe<unknown>({ type: 'object', description: 'The document as it is written, as JSON.' }),
  },
  'The traffic document that is being served.',
)

export type TrafficView = Static<typeof TRAFFIC>

/** /livez and /readyz. */
export const ALIVE = mapWith({ status: text('That it is so.', 'alive') }, 'Yes.')
