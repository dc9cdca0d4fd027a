// What every route is made of: the words of its documentation, the replies it may give, and the node that it speaks for.
import type { FastifyInstance, FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { Scope } from './caller.js'
import type { AdminPort } from './port.js'
import { PROBLEM_JSON } from './problem-replies.js'
import { PROBLEMS, type ProblemType } from './problems.js'

/** Registers the routes of one resource. */
export type Routes = (app: FastifyInstance, port: AdminPort) => void

interface Described {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** What a token must be good for; `read` where nothing is changed. */
  readonly scope?: Scope
  /** It sees to it that a token that is good for some zones or regions only changes nothing else (within.ts). */
  readonly bounded?: boolean
  readonly reply: TSchema
  readonly problems?: readonly ProblemType[]
  readonly params?: TSchema
  readonly querystring?: TSchema
  readonly body?: TSchema
  readonly headers?: TSchema
  readonly consumes?: readonly string[]
  /** Needs no token. */
  readonly open?: boolean
  readonly replyType?: string
  /** Other media types of the same reply, as texts. */
  readonly alsoAs?: readonly string[]
}

const ALWAYS: readonly ProblemType[] = [
  'unauthorized',
  'issuer-away',
  'forbidden',
  'too-many-requests',
  'too-many-guesses',
]

/** A schema as fastify and its documentation want it. */
export function described({
  tag,
  reply,
  problems = [],
  open = false,
  scope = 'read',
  bounded = false,
  replyType = 'application/json',
  alsoAs = [],
  ...rest
}: Described): FastifySchema {
  return {
    ...rest,
    tags: [tag],
    ...(open ? {} : { 'x-scope': scope }),
    ...(bounded ? { 'x-bounded': true } : {}),
    security: open ? [] : [{ token: [] }],
    response: {
      200: {
        description: 'Done.',
        content: {
          [replyType]: { schema: reply },
          ...Object.fromEntries(alsoAs.map(type => [type, { schema: Type.String() }])),
        },
      },
      ...problemResponses(open ? problems : [...ALWAYS, ...problems]),
    },
  } as FastifySchema // @fastify/swagger adds its keys to the type only where it is imported
}

interface ProblemResponse {
  readonly description: string
  readonly content: object
}

/**
 * Problems of one status share an entry.
 * @param schema what the document calls the shape of all of them
 */
export function problemResponses(
  types: readonly ProblemType[],
  schema = 'Problem#',
): Readonly<Record<string, ProblemResponse>> {
  return Object.fromEntries(
    [...new Set(types.map(type => PROBLEMS[type].status))].map(status => [
      status,
      {
        description: types
          .filter(type => PROBLEMS[type].status === status)
          .map(type => `${PROBLEMS[type].title} (${type}).`)
          .join(' '),
        content: { [PROBLEM_JSON]: { schema: { $ref: schema } } },
      },
    ]),
  )
}

/** Where the body of a change has no place for it. */
const OVERRIDE_RULES = Type.Optional(
  Type.String({
    title: 'ids of safety rules with commas between them',
    pattern: '^[a-z0-9-]{1,63}( *, *[a-z0-9-]{1,63}){0,99}$',
    description: 'Ids of safety rules that are overridden, with commas between them; it needs a reason.',
    examples: ['two-up, calm'],
  }),
)

/** The reason of a change that has no body for it. */
export const REASON_HEADER = Type.Object({
  'x-override-rules': OVERRIDE_RULES,
  'x-reason': Type.Optional(Type.String({ description: 'Why; it is logged.', examples: ['maintenance until 14:00'] })),
})

/** Headers of every change of the document. */
export const CHANGE_HEADERS = Type.Object({
  'x-override-rules': OVERRIDE_RULES,
  'if-match': Type.Optional(
    Type.String({
      description: 'Make the change only if the document has this revision.',
      examples: ['"3f2a9c01b7de"'],
    }),
  ),
  'x-reason': Type.Optional(Type.String({ description: 'Why; it is logged.', examples: ['maintenance until 14:00'] })),
})

/** What can go wrong with any change of the document. */
export const CHANGE_PROBLEMS = [
  'request-invalid',
  'body-too-large',
  'media-type-unsupported',
  'revision-conflict',
  'safety-refused',
  'edit-refused',
  'document-broken',
  'not-writable',
] as const satisfies readonly ProblemType[]

export const MERGE_PATCH = ['application/json', 'application/merge-patch+json'] as const
