// Drills as the API shows and takes them.
import { type Static, Type } from 'typebox'
import { DEFAULT_GUARDS } from '../operate/drill-wish.js'
import { mapOf, mapWith, word } from '../traffic/schema-values.js'
import { FOR, REASON, UNTIL } from './api-override.js'
import { key, listOf, text, time } from './api-values.js'
import { NEXT } from './page.js'
import { span } from './spans.js'

const KIND = word(
  ['switch', 'fault'],
  'switch: clients are moved by us. fault: the checks of the regions are made to fail, so that detection is drilled too.',
  'switch',
)
const PERCENT = (description: string, minimum = 1) =>
  Type.Number({ title: `a percent from ${minimum} to 100`, minimum, maximum: 100, description, examples: [50] })

const STEP_WISH = mapWith(
  {
    percent: Type.Integer({
      title: 'a whole number from 1 to 100',
      minimum: 1,
      maximum: 100,
      description: 'How many percent of the clients of the regions are elsewhere.',
      examples: [25],
    }),
    for: Type.Unsafe<string | number>({ ...FOR, description: 'For how long.' }),
  },
  'A part of the way.',
)
const stepsWish = (description: string, minItems: number) =>
  Type.Unsafe<readonly Static<typeof STEP_WISH>[]>({
    type: 'array',
    title: 'a list of steps',
    items: STEP_WISH,
    minItems,
    maxItems: 20,
    description,
  })

export const DRILL_WISH = mapWith(
  {
    targets: Type.Unsafe<readonly string[]>({
      type: 'array',
      title: 'a list of regions, globs or tags',
      items: { type: 'string', title: 'a region, a glob or a tag', minLength: 1, maxLength: 100 },
      minItems: 1,
      maxItems: 100,
      description: 'The regions that are drilled: ids, globs (`us-*`), tags (`tag:edge`).',
      examples: [['eu-central']],
    }),
    kind: Type.Optional(KIND),
    at: Type.Optional({ ...UNTIL, description: 'When it begins; when somebody starts it, unless told.' }),
    window: Type.Optional({
      ...FOR,
      description: 'For how long after that it may still begin, where something was in its way.',
      examples: ['2h'],
    }),
    weekly: Type.Optional(
      Type.Boolean({ description: 'Whether another one is planned for a week later when it is over.', default: false }),
    ),
    steps: Type.Optional(
      stepsWish('The way out, rising; 25 and 50 percent for 2m each and 100 for 10m, unless told.', 1),
    ),
    back: Type.Optional(stepsWish('The way back, falling; 50 percent for 2m, unless told; empty: all at once.', 0)),
    minHealthy: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'How many other regions have to be up, before and all along.',
        default: DEFAULT_GUARDS.minHealthy,
      }),
    ),
    maxLoad: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1000,
        title: 'a percent of capacity',
        description: 'The most that any region may be asked, in percent of its capacity: foretold, and counted.',
        default: DEFAULT_GUARDS.maxLoad,
      }),
    ),
    maxErrors: Type.Optional({
      ...PERCENT('The most of all answers that may be SERVFAIL, in percent.', 0),
      default: DEFAULT_GUARDS.maxErrors,
    }),
    maxLatency: Type.Optional({
      ...FOR,
      title: 'a duration such as 300ms',
      description:
        'The most that the checks of any other region may take, before and all along; no matter unless told.',
      examples: ['300ms'],
    }),
    reason: REASON,
  },
  'A drill that somebody wants.',
)

export type DrillWishView = Static<typeof DRILL_WISH>

export const share = (description: string) => Type.Number({ description, examples: [0.25] })

const MOVE = mapWith(
  { from: text('From this region.', 'eu-central'), to: text('To this one.', 'us-east'), share: share('0 to 1.') },
  'Clients that move.',
)

const LOAD = mapWith(
  {
    now: Type.Number({ description: 'Answers a second now.' }),
    expected: Type.Number({ description: 'Answers a second at the height of the drill.' }),
    capacity: Type.Optional(Type.Number({ description: 'What it can take, where the document says so.' })),
  },
  'What a region has to carry.',
)

const WAIT = mapWith(
  {
    meanMs: Type.Number({ description: 'In the mean, ms.', examples: [31.4] }),
    p95Ms: Type.Number({ description: 'For 95 of 100 at most, ms.', examples: [88.5] }),
  },
  'Round-trip times that clients are to expect.',
)

const FORETOLD = {
  predicted: mapOf(share('0 to 1.'), 'By region, its share of all answers at the height of the drill.'),
  moves: listOf(MOVE, 'Who moves where, as shares of all clients, by the mean of all steered names.'),
  load: mapOf(LOAD, 'By region; empty where nothing is asked.'),
  latency: Type.Optional(
    mapWith(
      { before: Type.Optional(WAIT), after: Type.Optional(WAIT) },
      'Round-trip times as things are, and at the height of the drill, over 4,096 networks spread evenly over IPv4: by the table of the policy, else by distance.',
    ),
  ),
  ttl: Type.Number({
    description: 'For how long answers with the regions are kept at most as things are, in seconds.',
  }),
}

export const OUTLOOK = mapWith(
  { objections: listOf(Type.String(), 'Why it could not begin now: all of it.'), ...FORETOLD },
  'What a drill would do, as things are now.',
)

export type OutlookView = Static<typeof OUTLOOK>

const STEP = mapWith(
  { percent: Type.Number({ description: 'Of the clients.' }), seconds: Type.Number({ description: 'For how long.' }) },
  'A part of the way.',
)

const SHOWN = {
  id: text('Given once.', '3'),
  kind: KIND,
  regions: listOf(Type.String(), 'The regions that are drilled.'),
  reason: REASON,
  actor: text('Who planned it.', 'alice'),
  node: Type.Optional(text('The node of the fleet that carries it on, or did so last.', 'ns1')),
  phase: word(['planned', 'out', 'back', 'over'], 'Where it is: clients go elsewhere, or come back.'),
  percent: Type.Number({ description: 'How many percent of the clients of the regions are elsewhere now.' }),
  outcome: Type.Optional(
    word(
      ['succeeded', 'failed', 'aborted', 'refused', 'cancelled', 'interrupted'],
      'How it ended. failed: it did not show what it was to show. interrupted: no node was there to carry it out.',
    ),
  ),
  cause: Type.Optional(
    word(
      ['capacity', 'conditions'],
      'Of one that was refused. capacity: a region would have been asked more than it may; `why` has all that was against it.',
    ),
  ),
  why: Type.Optional(listOf(Type.String(), 'Why it ended so.')),
  waitsFor: Type.Optional(
    listOf(Type.String(), 'What is in its way: of its start, in its window; or of the way back.'),
  ),
  startsAt: Type.Optional(time('When it begins, or began; absent: when somebody starts it.')),
  movesAt: Type.Optional(time('When it next does something by itself.')),
  windowSeconds: Type.Number({ description: 'For how long after its time it may still begin.' }),
  weekly: Type.Boolean({ description: 'Whether another one follows a week later.' }),
  steps: listOf(STEP, 'The way out.'),
  back: listOf(STEP, 'The way back.'),
  guards: mapWith(
    {
      minHealthy: Type.Number({ description: 'Other regions that have to be up.' }),
      maxLoad: Type.Number({ description: 'The most that a region may be asked, in percent of its capacity.' }),
      maxErrors: Type.Number({ description: 'The most of all answers that may be errors, in percent.' }),
      maxLatencyMs: Type.Optional(
        Type.Number({ description: 'The most that the checks of another region may take, ms.' }),
      ),
    },
    'What has to hold before and all along.',
  ),
  timeline: listOf(
    mapWith({ at: time('When.'), what: text('A sentence.', 'alice starts it') }, 'Something that happened.'),
    'What happened, oldest first.',
  ),
  foretold: mapWith(FORETOLD, 'What was foretold when it was planned, and again when it began.'),
  answers: Type.Optional(mapOf(Type.Number(), 'By region, answers of the last second that was counted for it.')),
}

export const DRILL = mapWith(SHOWN, 'A planned, guarded, time-boxed failover exercise.')

export type DrillView = Static<typeof DRILL>

export const DRILLS = mapWith({ drills: listOf(DRILL, 'Newest first.'), next: NEXT }, 'Drills, or a page of them.')

export type DrillList = Static<typeof DRILLS>

export const DRILL_SPAN = span({
  path: 'in',
  most: '366d',
  title: 'a duration such as 30s or 5m',
  description: 'After how long; until then the TTL of answers falls. At once unless told.',
  example: '60s',
})

export const DRILL_START = Type.Unsafe<{ readonly in?: string | number; readonly reason?: string } | null>({
  ...mapWith(
    {
      in: DRILL_SPAN.schema,
      reason: Type.Optional(REASON),
    },
    'When to start.',
  ),
  type: ['object', 'null'],
})

export const DRILL_ABORT = Type.Unsafe<{ readonly reason?: string } | null>({
  ...mapWith({ reason: Type.Optional(REASON) }, 'Why.'),
  type: ['object', 'null'],
})

export const DRILL_KEY = Type.Object({ id: key('the id of a drill', '3') })
