// What came of a drill, as the API tells it.
import { type Static, type TSchema, Type } from 'typebox'
import { mapOf, mapWith } from '../traffic/schema-values.js'
import { DRILL, share } from './api-drill.js'
import { listOf, text, time } from './api-values.js'

const maybe = <S extends TSchema>(schema: S) => Type.Optional(schema)

const count = (description: string) => Type.Number({ description })

const LATE = mapWith(
  {
    followed: count('Client networks that were answered with a drilled region, for one name and type each.'),
    inTime: count('Those that asked again by clientsGoneBy.'),
    late: count('Those that asked later.'),
    notAgain: count('Those that were not seen again while all were to be elsewhere.'),
    oneIn: count('One query in so many, or fewer, was looked at.'),
    clients: listOf(
      mapWith(
        {
          client: text('Its network.', '192.0.2.0/24'),
          name: text('What it asked for.', 'api.example.com.'),
          type: text('The type.', 'A'),
          heldAt: time('Its last answer with a drilled region.'),
          againAt: time('Its first answer without.'),
          lateSeconds: count('After clientsGoneBy.'),
        },
        'A client that asked late.',
      ),
      'The latest first, at most twenty.',
    ),
  },
  'Who asked again in time, as far as samples show; absent where it did not come to all clients being elsewhere.',
)

export const DRILL_REPORT = mapWith(
  {
    drill: DRILL,
    times: mapWith(
      {
        firstFailureAt: maybe(time('The first probe failed; of a fault.')),
        detectedAt: maybe(time('The checks took the regions out; of a fault.')),
        decidedAt: maybe(time('The first step was published; of a fault, the same as detectedAt.')),
        allOutAt: maybe(time('All clients were to be elsewhere from here on.')),
        firstNewAnswerAt: maybe(time('The first answer with a region that was to gain, to the second.')),
        lastOldAnswerAt: maybe(
          time(
            'The last answer with a drilled region before the way back, to the second; of a drill that takes all clients away.',
          ),
        ),
        clientsGoneBy: maybe(time('No client may hold an answer of before: the last one and its TTL.')),
        endedAt: maybe(time('The end.')),
        returnedAt: maybe(time('The checks had the regions back; of a fault.')),
      },
      'What is absent did not come to pass.',
    ),
    ttlAtCut: maybe(
      Type.Number({ description: 'For how long answers were kept when the last step began, in seconds.' }),
    ),
    shares: listOf(
      mapWith(
        {
          region: text('The region.', 'us-east'),
          before: share('In the minute before.'),
          predicted: share('As foretold.'),
          actual: maybe(share('As counted at the height of the drill.')),
        },
        'Of all answers, 0 to 1.',
      ),
      'Foretold beside counted; those that were to gain most come first.',
    ),
    late: maybe(LATE),
    seconds: listOf(
      mapWith(
        {
          until: time('Its end.'),
          answers: mapOf(Type.Number(), 'Answers by region.'),
          replies: Type.Number({ description: 'All replies.' }),
          failed: Type.Number({ description: 'SERVFAIL.' }),
        },
        'What was counted in about a second.',
      ),
      'From a minute before the start to a minute after the end.',
    ),
  },
  'What came of a drill.',
)

export type DrillReport = Static<typeof DRILL_REPORT>
