// How safety rules are written, as JSON Schema.
import { type Static, Type } from 'typebox'
import { described, duration, ID, mapOf, mapWith, word } from './schema-values.js'

const COUNT = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }))

const SHARE = (description: string) =>
  Type.Optional(
    Type.String({ title: 'a share such as 60%', pattern: '^(100|[1-9]?[0-9])%$', description, examples: ['60%'] }),
  )

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const CLOCK = (description: string, fallback: string) =>
  Type.Optional(
    Type.String({
      title: 'a time of the day such as 18:30',
      pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
      ...described(description, fallback),
    }),
  )

const MOMENT = (description: string) =>
  Type.Optional(
    Type.String({
      title: 'a time such as 2026-12-24T12:00:00Z',
      pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d(:\\d\\d([.]\\d+)?)?([Zz]|[+-]\\d\\d:\\d\\d)$',
      description,
    }),
  )

const WINDOW = mapWith(
  {
    days: Type.Optional(
      Type.Unsafe<readonly (typeof DAYS)[number][]>({
        type: 'array',
        title: 'a list of days such as [sat, sun]',
        items: word(DAYS, 'A day of the week.'),
        minItems: 1,
        ...described('Days of the week on which it begins; every day unless told.'),
      }),
    ),
    from: CLOCK('When it begins on those days.', '00:00'),
    to: CLOCK('When it ends; at or before `from`, on the day after.', '24:00'),
    'time-zone': Type.Optional(
      Type.String({
        title: 'a time zone such as Europe/Berlin',
        ...described('Whose clock it goes by: an IANA time zone.', 'UTC'),
      }),
    ),
    start: MOMENT('In place of days: when it begins, once.'),
    end: MOMENT('In place of days: when it ends.'),
  },
  'A time in which traffic stays where it is: weekly, or once from `start` to `end`.',
)

export const SAFETY_RULE = mapWith(
  {
    description: Type.Optional(Type.String(described('For whoever is refused: why there is this rule.'))),
    of: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        title: 'a list of regions, globs or tags',
        items: { type: 'string', title: 'a region, a glob or a tag', minLength: 1 },
        minItems: 1,
        ...described('The regions that it is about: ids, globs (`us-*`), tags (`tag:edge`).', ['*']),
      }),
    ),
    'at-least': COUNT('So many of the regions must serve.'),
    'at-most': COUNT('No more of the regions than this may serve.'),
    exactly: COUNT('So many of the regions must serve, no more and no fewer.'),
    capacity: SHARE('The share of the capacity of all the regions that must serve.'),
    ladder: SHARE('No more of the clients of a name than this may be answered from a lower rung of its ladder.'),
    names: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        title: 'a list of names',
        items: { type: 'string', title: 'a name, or a glob over names', minLength: 1 },
        minItems: 1,
        ...described('With ladder: the steered names that it is about, or globs over them.', ['*']),
      }),
    ),
    facts: Type.Optional(mapOf(Type.Boolean(), 'What must be true, or false, before clients of the regions move.', ID)),
    when: Type.Optional(
      word(
        ['gains', 'loses', 'any'],
        'With facts: asked before a region gets more clients, before it gets fewer, or before either.',
        'any',
      ),
    ),
    wait: Type.Optional(duration('How long the regions must have been left alone before clients are taken from them.')),
    blackout: Type.Optional(
      Type.Unsafe<readonly Static<typeof WINDOW>[]>({
        type: 'array',
        title: 'a list of times',
        items: WINDOW,
        minItems: 1,
        description: 'Times in which no clients may be taken from the regions.',
      }),
    ),
    'overridable-by': Type.Optional(
      word(
        ['caller', 'edit', 'admin', 'nobody'],
        'Who may override it by name and with a reason: whoever may make the change, holders of a scope, or nobody.',
        'caller',
      ),
    ),
  },
  'What must hold when somebody moves traffic: one of at-least, at-most, exactly, capacity, ladder, facts, wait and blackout.',
)
