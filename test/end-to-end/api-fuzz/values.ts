// Values made of a JSON Schema: what it admits, what is near its bounds, and what it rules out, down to the last leaf.
import fc from 'fast-check'

/** As far as our OpenAPI document goes. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly then?: Schema
  readonly else?: Schema
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly patternProperties?: Readonly<Record<string, Schema>>
}

export type Resolve = (schema: Schema | undefined) => Schema

/** Texts that programs stumble over: of other kinds, hostile to YAML, JSON, addresses, globs and times, and absurd. */
export const ODD_TEXTS: readonly string[] = [
  ...['', ' ', '\u0000', '\n', 'é', '\ud800', 'a'.repeat(300), '__proto__', 'constructor', 'toString', '..', '%00'],
  ...['*', 'eu-*', 'tag:edge', '1.2.3.4/33', '::', '192.0.2.1', '2001:db8::/32', 'a..b', 'x.', 'com.', '@'],
  ...['-1', '1e308', 'NaN', '99999999999999999999', 'true', 'null', '[', '{}', '# x\ny: z', '&a [*a]', '!!js x', '*a'],
  ...['10m', '-5m', '9999999d', `${'9'.repeat(400)}d`, '0s', '2026-12-01T00:00:00Z', '2026-13-45T99:99:99Z'],
  ...['9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', 'us-east', 'api', 'example.com', 'api.example.com'],
]

/** Names that the document of the test has, for maps whose keys are names. */
const NAMES = ['us-east', 'eu-central', 'spare', 'api', 'told', 'example.com', 'nearest', 'measured', '@', 'www', 'new']

const oddText = fc.constantFrom(...ODD_TEXTS)
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 0.1, 2 ** 53, 1e308, [], [[]], {}, { a: 1 }, [null], [1, 'x']),
  oddText,
  fc.jsonValue({ maxDepth: 2 }),
)
/** Deeper than this there is only what is small. */
const DEPTH = 6

/** @param wrong how many of a hundred values, at each level, are of no kind that the schema knows */
export function valuesOf(written: Schema | undefined, resolve: Resolve, wrong = 6, depth = 0): fc.Arbitrary<unknown> {
  if (depth > DEPTH) return fc.constant(null)
  const schema = resolve(written)
  return fc.oneof(
    { weight: 100 - wrong, arbitrary: admitted(schema, part => valuesOf(part, resolve, wrong, depth + 1), wrong) },
    { weight: wrong, arbitrary: junk },
  )
}

type Part = (schema: Schema | undefined) => fc.Arbitrary<unknown>

function admitted(schema: Schema, part: Part, wrong: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf ?? [schema.then, schema.else].flatMap(one => one ?? [])
  if (choices.length > 0) return fc.oneof(...choices.map(part))
  if (schema.allOf !== undefined)
    return fc.tuple(...schema.allOf.map(part)).map(parts => Object.assign({}, ...parts) as unknown) // of maps
  const types = [schema.type ?? []].flat() as readonly string[]
  if (types.length === 0) return fc.oneof(...examplesOf(schema), junk)
  return fc.oneof(...types.map(type => ofType(type, schema, part, wrong)))
}

function ofType(type: string, schema: Schema, part: Part, wrong: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return maps(schema, part, wrong)
    case 'array':
      return fc.array(part(schema.items), { minLength: schema.minItems ?? 0, maxLength: (schema.minItems ?? 0) + 3 })
    case 'string':
      return texts(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return numbers(type, schema)
  }
}

const examplesOf = ({ examples = [] }: Schema): readonly fc.Arbitrary<unknown>[] =>
  examples.length === 0 ? [] : [fc.constantFrom(...examples)]

function texts(schema: Schema): fc.Arbitrary<unknown> {
  const { pattern, minLength, maxLength } = schema
  const bounds = [minLength, minLength && minLength - 1, maxLength, maxLength && maxLength + 1].filter(
    length => length !== undefined,
  )
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...examplesOf(schema), fc.constantFrom(...NAMES)) },
    { weight: 2, arbitrary: pattern === undefined ? oddText : fc.stringMatching(new RegExp(pattern)) },
    { weight: 1, arbitrary: oddText },
    { weight: 1, arbitrary: fc.constantFrom('', ...bounds.map(length => 'x'.repeat(length))) },
  )
}

function numbers(type: string, { minimum, maximum, exclusiveMinimum, ...schema }: Schema): fc.Arbitrary<unknown> {
  const bounds = [minimum, maximum, exclusiveMinimum].flatMap(bound =>
    bound === undefined ? [] : [bound, bound - 1, bound + 1, bound + 0.5],
  )
  const usual = [0, 1, 50, 2 ** 31, 2 ** 53, 1e12, 1e15, 1e308, Number.MIN_VALUE]
  const all = fc.oneof(fc.constantFrom(...bounds, ...usual), ...examplesOf(schema))
  return type === 'integer' ? all.map(value => Math.trunc(Number(value))) : all
}

function maps(schema: Schema, part: Part, wrong: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, patternProperties = {} } = schema
  const known = Object.entries(properties).map(([key, value]) => {
    const percent = required.includes(key) ? 100 - wrong : 40
    return fc
      .tuple(fc.nat(99), part(value))
      .map(([dice, made]): readonly (readonly [string, unknown])[] => (dice < percent ? [[key, made]] : []))
  })
  const others = [
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...Object.values(patternProperties),
  ].map(value => fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), oddText), part(value)), { maxLength: 3 }))
  const strange = fc
    .tuple(fc.nat(99), oddText, junk)
    .map(([dice, key, value]): readonly (readonly [string, unknown])[] => (dice < wrong ? [[key, value]] : []))
  return fc.tuple(...known, ...others, strange).map(parts => Object.fromEntries(parts.flat()))
}
