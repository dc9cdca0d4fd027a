// Requests made of an OpenAPI document: each operation with paths, queries, headers and bodies, most of them nearly right.
import fc from 'fast-check'
import { ODD_TEXTS, type Resolve, type Schema, valuesOf } from './values.js'

export interface ApiOperation {
  readonly security?: readonly object[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>
}

interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly schema?: Schema
}

export interface ApiRequest {
  /** `POST /v1/drills/{id}/start` */
  readonly route: string
  readonly operation: ApiOperation
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Names that lead somewhere, by what the path calls them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  id: ['us-east', 'spare', '1', '2', 'nearest', 'nothing'],
  check: ['told', 'api'],
  zone: ['example.com', 'other.example', 'x.'],
  name: ['api', 'www', '@', 'new'],
  number: ['1', '2', '99', '0'],
  table: ['measured', 'given', 'none'],
  fact: ['frozen', 'none'],
  section: ['regions', 'checks', 'policies', 'zones', 'latency', 'safety'],
}

/** Bodies that are no JSON, and what may become of them. */
const TEXTS = [
  '',
  'zones: {}\n',
  '[',
  ': :',
  '\u0000',
  'a: &a [*a]\n',
  'client,region,ms\nDE,us-east,1\n',
  'regions: {}\n',
]

const HEADERS = ['x', '"x"', '*', 'W/"x"', 'a,b', 'thaw', ' ', "utf-8''%zz", 'x'.repeat(250), 'é']

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
}

/** Of every operation but streams, which do not end, and those in `left`. */
export function requestsOf(
  document: Document,
  text: string,
  left: ReadonlySet<string>,
): readonly fc.Arbitrary<ApiRequest>[] {
  const resolve = resolveIn(document)
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const route = `${method.toUpperCase()} ${path}`
      return isStream(operation) || left.has(route) ? [] : [requests(route, operation, resolve, text)]
    }),
  )
}

const isStream = ({ responses }: ApiOperation): boolean => 'text/event-stream' in (responses['200']?.content ?? {})

const resolveIn =
  (document: object): Resolve =>
  (schema = {}) => {
    if (schema.$ref === undefined) return schema
    const keys = schema.$ref.slice(2).split('/')
    return keys.reduce((inside: unknown, key) => (inside as Record<string, unknown>)[key], document) as Schema // a reference of our own making
  }

function requests(route: string, operation: ApiOperation, resolve: Resolve, text: string): fc.Arbitrary<ApiRequest> {
  const [method = '', path = ''] = route.split(' ')
  const { parameters = [] } = operation
  return fc
    .record({
      names: fc.record(
        Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => [key, segments(key)])),
      ),
      query: query(
        parameters.filter(({ in: place }) => place === 'query'),
        resolve,
      ),
      headers: headers(parameters.filter(({ in: place }) => place === 'header')),
      sent: bodies(operation, resolve, text),
    })
    .map(({ names, query, headers, sent }) => ({
      ...{ route, operation, method },
      url: path.replace(/\{(\w+)\}/g, (_, key: string) => names[key] ?? '') + query,
      headers: { ...headers, ...(sent === undefined ? {} : { 'content-type': sent.type }) },
      body: sent?.body,
    }))
}

/** A part of a path is never empty, and never leads upwards: that would be another route. */
const segments = (key: string): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 7, arbitrary: fc.constantFrom(...(NAMES[key] ?? ['x'])) },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...ODD_TEXTS.filter(odd => odd !== '' && odd !== '..' && odd !== ' '),
          'x'.repeat(1100),
        ),
      },
    )
    .map(encoded)

/** A half of a pair of surrogates cannot be encoded; bytes that are no UTF-8 can. */
const encoded = (text: string): string => (/\p{Surrogate}/u.test(text) ? '%ED%A0%80' : encodeURIComponent(text))

function query(parameters: readonly Parameter[], resolve: Resolve): fc.Arbitrary<string> {
  const parts = parameters.map(({ name, required = false, schema }) =>
    fc.tuple(fc.nat(99), valuesOf(schema, resolve)).map(([dice, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return dice < (required ? 90 : 30) ? [`${name}=${encoded(text)}`] : []
    }),
  )
  const strange = fc
    .tuple(fc.nat(99), fc.constantFrom(...ODD_TEXTS))
    .map(([dice, key]) => (dice < 4 ? [`${encoded(key)}=1`] : []))
  return fc.tuple(...parts, strange).map(all => {
    const flat = all.flat()
    return flat.length === 0 ? '' : `?${flat.join('&')}`
  })
}

function headers(parameters: readonly Parameter[]): fc.Arbitrary<Readonly<Record<string, string>>> {
  const parts = parameters.map(({ name }) =>
    fc
      .tuple(fc.nat(99), fc.constantFrom(...HEADERS))
      .map(([dice, value]): readonly (readonly [string, string])[] => (dice < 25 ? [[name.toLowerCase(), value]] : [])),
  )
  return fc.tuple(...parts).map(all => Object.fromEntries(all.flat()))
}

interface Sent {
  readonly type: string
  readonly body: string
}

function bodies({ requestBody }: ApiOperation, resolve: Resolve, text: string): fc.Arbitrary<Sent | undefined> {
  if (requestBody === undefined) return fc.constant(undefined)
  const made = Object.entries(requestBody.content).map(([type, { schema }]) =>
    fc
      .tuple(fc.nat(99), type.endsWith('json') ? json(schema, resolve) : fc.constantFrom(...TEXTS, text))
      .map(([dice, body]): Sent => {
        if (dice < 3) return { type: 'application/xml', body }
        return { type, body: dice < 6 ? body.slice(0, body.length / 2) : body }
      }),
  )
  return fc.oneof(...made)
}

const json = (schema: Schema | undefined, resolve: Resolve): fc.Arbitrary<string> =>
  valuesOf(schema, resolve).map(value => JSON.stringify(value))
