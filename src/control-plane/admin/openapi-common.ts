// What the OpenAPI document says of every operation of a kind, so that no route has to: a body that may be left out, the key by
// which a POST is made once, and the problems that a path, a query or a body can meet before the route sees it.
import { IDEMPOTENCY_KEY, IDEMPOTENCY_PATTERN, WITH_SECRET } from './idempotency.js'
import type { ProblemType } from './problems.js'
import { problemResponses } from './route.js'

interface Operations {
  readonly paths?: Readonly<Record<string, object | undefined>>
}

interface Operation {
  readonly security?: readonly object[]
  readonly parameters?: readonly { readonly in: string }[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly content?: Readonly<Record<string, { readonly schema?: { readonly type?: unknown } } | undefined>>
  }
  readonly responses?: Readonly<Record<string, { readonly description: string }>>
}

export function asAllAre<T extends Operations>(document: T): T {
  const paths = Object.entries(document.paths ?? {}).map(([path, item = {}]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => [
        method,
        asItsKindIs(withOptionalBody(operation), path, method),
      ]),
    ),
  ])
  return { ...document, paths: Object.fromEntries(paths) }
}

/** A body that may be null may be left out; the generator takes every body for required. */
function withOptionalBody(operation: Operation): Operation {
  const schema = operation.requestBody?.content?.['application/json']?.schema
  if (!Array.isArray(schema?.type) || !schema.type.includes('null')) return operation
  return { ...operation, requestBody: { ...operation.requestBody, required: false } }
}

function asItsKindIs(operation: Operation, path: string, method: string): Operation {
  const { parameters = [], responses = {}, security = [] } = operation
  if (security.length === 0) return operation
  const once = method === 'post' && !WITH_SECRET.test(path)
  const problems: readonly ProblemType[] = [
    ...(parameters.length > 0 || method !== 'get' ? (['request-invalid'] as const) : []),
    ...(parameters.some(({ in: place }) => place === 'path') ? (['uri-too-long'] as const) : []),
    // Whatever comes with a change is read before it is known to be nothing.
    ...(method === 'get' ? [] : (['body-too-large', 'media-type-unsupported'] as const)),
    ...(once ? (['idempotency-key-reused', 'idempotency-key-in-use', 'idempotency-key-lost'] as const) : []),
  ]
  return {
    ...operation,
    ...(once ? { parameters: [...parameters, KEY] } : {}),
    responses: withProblems(responses, problems),
  }
}

const KEY = {
  in: 'header',
  name: IDEMPOTENCY_KEY,
  required: false,
  description:
    'Any text that is yours alone: sent again with it, the request is not made again, and gets the reply of the first time.',
  schema: { type: 'string', pattern: IDEMPOTENCY_PATTERN, examples: ['7f3a'] },
}

/** Problems of one status share an entry, also with those that the route has told. */
function withProblems(
  responses: NonNullable<Operation['responses']>,
  types: readonly ProblemType[],
): NonNullable<Operation['responses']> {
  const isTold = (type: ProblemType): boolean =>
    Object.values(responses).some(({ description }) => description.includes(`(${type}).`))
  const missing = problemResponses(
    types.filter(type => !isTold(type)),
    '#/components/schemas/Problem',
  )
  const joined = Object.entries(missing).map(([status, response]) => {
    const there = responses[status]
    return [
      status,
      there === undefined ? response : { ...there, description: `${there.description} ${response.description}` },
    ]
  })
  return { ...responses, ...Object.fromEntries(joined) }
}
