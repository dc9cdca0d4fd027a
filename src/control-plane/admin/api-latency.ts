// Latency tables as the API shows them, and what is reported to them.
import { type Static, Type } from 'typebox'
import type { Refusal } from '../operate/safety/judge.js'
import type { TableChange } from '../operate/table-change.js'
import { mapOf, mapWith, word } from '../traffic/schema-values.js'
import { key, listOf, text, time } from './api-values.js'

/** A batch holds no more than this. */
export const MOST_SAMPLES = 10_000

const SAMPLE = mapWith(
  {
    client: text('An address, or a network of at least /24 (IPv4) or /48 (IPv6).', '203.0.113.7'),
    region: text('The id of the region that was measured.', 'eu-central'),
    rttMs: Type.Number({ minimum: 0, description: 'The round-trip time, or the mean of several, in ms.' }),
    samples: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Of how many measurements.', default: 1 }),
    ),
  },
  'What was measured between a client and a region.',
)

export const REPORT = mapWith(
  {
    table: Type.Optional(text('Which learned table; the only one unless told.', 'measured')),
    samples: Type.Unsafe<readonly Static<typeof SAMPLE>[]>({
      type: 'array',
      items: SAMPLE,
      minItems: 1,
      maxItems: MOST_SAMPLES,
      title: `a list of 1 to ${MOST_SAMPLES} samples`,
      description: 'What was measured.',
    }),
  },
  'Round-trip times.',
)

export const REPORTED = mapWith(
  {
    accepted: Type.Integer({ description: 'Samples that were taken.' }),
    refusedCount: Type.Integer({ description: 'Samples that were not.' }),
    refused: listOf(
      mapWith(
        { index: Type.Integer({ description: 'Its place in the batch, from 0 on.' }), why: text('Why.') },
        'A sample that was not taken.',
      ),
      'The first of those.',
    ),
  },
  'What became of the batch.',
)

const MODEL = mapWith(
  {
    endsMs: Type.Number({ description: 'What the two ends cost whatever the distance, in ms.' }),
    msPerKm: Type.Number({ description: 'ms for each km.' }),
  },
  'What is expected where nothing was measured: endsMs + msPerKm · km.',
)

export const TABLE = mapWith(
  {
    name: text('Its name in the document.', 'measured'),
    file: Type.Optional(text('Its file, as the document has it.', 'latency.csv')),
    rows: Type.Integer({ description: 'Pairs of clients and regions that it has a time for.' }),
    model: MODEL,
    fit: Type.Optional(
      mapWith(
        {
          model: MODEL,
          points: Type.Integer({ description: 'Rows that the model was fitted to.' }),
          errorMs: Type.Number({ description: 'The median of how far these lie from it, in ms.' }),
        },
        'What the model comes from; absent where it is the usual one.',
      ),
    ),
    learned: Type.Optional(
      mapWith(
        {
          networks: Type.Integer({ description: 'Client networks that something is known of.' }),
          samples: Type.Integer({ description: 'Measurements that were reported since the node was started.' }),
          evicted: Type.Integer({ description: 'Networks that made room for others.' }),
          rows: Type.Integer({ description: 'Client networks of which enough is known.' }),
        },
        'Set where it is learned.',
      ),
    ),
    held: Type.Optional(
      listOf(
        Type.String(),
        'Why its newest file is not in force, or which safety rules what was learned waits for; absent where nothing is held back.',
      ),
    ),
  },
  'A latency table, as it is in force.',
)

export const TABLES = mapWith({ tables: listOf(TABLE, 'All of them.') }, 'Latency tables.')

export const ABOUT = mapWith(
  {
    client: text('As it was asked for.', '203.0.113.0/24'),
    row: mapOf(Type.Number(), 'By region, the ms that are in force for these clients and no others.'),
    known: listOf(
      mapWith(
        {
          region: text('The id of the region.', 'eu-central'),
          rttMs: Type.Number({ description: 'The moving average, in ms.' }),
          samples: Type.Number({ description: 'Of how many measurements.' }),
          at: time('When the last one came.'),
        },
        'What was learned of a region.',
      ),
      'What was learned, in force or not.',
    ),
  },
  'What a table has for some clients.',
)

export const TABLE_KEY = Type.Object({ table: key('the name of a latency table', 'measured') })

export const ABOUT_QUERY = Type.Object(
  { client: Type.String({ description: 'An address, or clients as the rows name them.', examples: ['DE'] }) },
  { additionalProperties: false },
)

const FLAG = (description: string) => Type.Optional(word(['true', 'false'], description, 'false'))

export const EXCHANGE_QUERY = Type.Object(
  {
    dryRun: FLAG('Only tell what would come of it.'),
    force: FLAG('Take it however much it changes.'),
  },
  { additionalProperties: false },
)

export const TABLE_CHANGE = Type.Unsafe<
  TableChange & { readonly rules?: readonly Refusal[]; readonly applied: boolean }
>({
  type: 'object',
  description:
    'Rows that are dropped, added and changed; for each steered name the share of its clients that get another region, and which; objections, which have to be forced; in a dry run the safety rules that it would break; and whether it was applied.',
})

export type LatencyTableView = Static<typeof TABLE>
export type LatencyTableList = Static<typeof TABLES>
export type LatencyAbout = Static<typeof ABOUT>
export type TableChangeView = Static<typeof TABLE_CHANGE>
