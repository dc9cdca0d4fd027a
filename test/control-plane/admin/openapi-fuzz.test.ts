// Every operation, with what its own description rules out: wrong types, values beyond their bounds, unknown keys, bodies
// that are too large or no JSON. The answer is always a problem that says so, and never a failure of the server.
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Schema as Described } from '../../../src/control-plane/admin/openapi-document.js'
import { documentOf, fill, type Operation, operationsOf, sampleOf } from './openapi-calls.js'
import { startTestNode, type TestNode } from './world.js'

/** What else our schemas say, beside what the documentation reads. */
interface Schema extends Described {
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
}

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

const JSON_TYPE = { 'content-type': 'application/json' }

function bodySchema({ method, path }: Operation): Schema | undefined {
  const operation = documentOf(node.app).paths[path]?.[method.toLowerCase()]
  return operation?.requestBody?.content['application/json']?.schema
}

const typesOf = ({ type }: Schema): readonly string[] => [type ?? []].flat() as readonly string[]

/** One value of each JSON type. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  object: { odd: 1 },
  array: [[]],
  string: '\u0000 nonsense',
  number: 0.5,
  boolean: true,
  null: null,
}

/** Values that the schema rules out. */
function wrongFor(schema: Schema): readonly unknown[] {
  const types = typesOf(schema)
  const others = Object.entries(SAMPLES).flatMap(([type, value]) => {
    return types.length === 0 || types.includes(type) ? [] : [value]
  })
  return [
    ...others,
    ...(schema.enum === undefined ? [] : ['none of them']),
    ...(schema.pattern === undefined ? [] : ['\u0000', `${'x'.repeat(5000)}`]),
    ...(schema.minimum === undefined ? [] : [schema.minimum - 1, -1e308]),
    ...(schema.exclusiveMinimum === undefined ? [] : [schema.exclusiveMinimum]),
    ...(schema.maximum === undefined ? [] : [schema.maximum + 1, 1e308]),
    ...(schema.minLength === undefined ? [] : ['']),
    ...(schema.maxLength === undefined ? [] : ['x'.repeat(schema.maxLength + 1)]),
    ...(schema.minItems === undefined || schema.minItems === 0 ? [] : [[]]),
    ...(schema.maxItems === undefined ? [] : [Array.from({ length: schema.maxItems + 1 }, () => 'x')]),
  ]
}

const withBodies = (): readonly Operation[] => operationsOf(node.app).filter(({ hasBody }) => hasBody)

async function send(operation: Operation, payload: string, headers = JSON_TYPE): Promise<LightMyRequestResponse> {
  return node.call(operation.method, fill(operation.path), { payload, headers })
}

function expectProblem({ method, path }: Operation, sent: string, reply: LightMyRequestResponse): void {
  const told = `${method} ${path} with ${sent.slice(0, 200)}: ${reply.body.slice(0, 300)}`
  expect(reply.statusCode, told).toBeGreaterThanOrEqual(400)
  expect(reply.statusCode, told).toBeLessThan(500)
  expect(reply.headers['content-type'], told).toMatch(/^application\/problem\+json/)
  expect(reply.json(), told).toMatchObject({ status: reply.statusCode, type: expect.stringMatching(/^\/problems\//) })
}

test('a value that the description of a body rules out is a problem', async () => {
  const before = await node.text()
  let sent = 0
  for (const operation of withBodies()) {
    const { payload = {} } = sampleOf(operation, before)
    for (const [key, schema] of Object.entries(bodySchema(operation)?.properties ?? {}))
      for (const value of wrongFor(schema)) {
        const body = JSON.stringify({ ...(typeof payload === 'object' ? payload : {}), [key]: value })
        expectProblem(operation, body, await send(operation, body))
        sent++
      }
  }
  expect(sent).toBeGreaterThan(150)
  expect(await node.text()).toBe(before)
})

test('a body of another type, one with an unknown key, and one that is no JSON are problems', async () => {
  for (const operation of withBodies()) {
    const schema = bodySchema(operation)
    if (schema === undefined) continue
    const closed = schema.properties !== undefined
    const types = typesOf(schema)
    const wrong = Object.entries(SAMPLES)
      .filter(([type]) => !types.includes(type))
      .map(([, value]) => value)
    for (const body of [...wrong.map(value => JSON.stringify(value)), '{', '{"a":1,}', '\u0000'])
      expectProblem(operation, body, await send(operation, body))
    const strange = JSON.stringify({ ...(sampleOf(operation, '{}').payload as object), strange: 1 })
    if (closed) expectProblem(operation, strange, await send(operation, strange))
    const proto = '{"__proto__": {"a": 1}}'
    expectProblem(operation, proto, await send(operation, proto))
  }
})

const KIB = 1024
/** Bytes that whole documents, tables and batches may have; all else has 64 KiB. */
const LIMITS: Readonly<Record<string, number>> = {
  '/v1/traffic': 16 * KIB * KIB,
  '/v1/simulate': 16 * KIB * KIB,
  '/v1/latency': 4 * KIB * KIB,
  '/v1/latency/{table}': 64 * KIB * KIB,
}

test('a body that is too large, and one of a type that is not read, are problems', async () => {
  for (const operation of withBodies()) {
    const limit = LIMITS[operation.path] ?? 64 * KIB
    const large = JSON.stringify({ a: 'x'.repeat(limit) })
    expect((await send(operation, large)).statusCode, `${operation.method} ${operation.path}`).toBe(413)
    const strange = await send(operation, '<a/>', { 'content-type': 'application/xml' })
    expect(strange.statusCode, `${operation.method} ${operation.path}`).toBe(415)
  }
})

test('queries and paths that make no sense are problems', async () => {
  for (const operation of operationsOf(node.app).filter(({ open, method }) => !open && method === 'GET')) {
    const described = documentOf(node.app).paths[operation.path]?.['get']?.parameters ?? []
    for (const { name, in: place, schema = {} } of described.filter(({ in: place }) => place === 'query'))
      for (const value of wrongFor(schema as Schema).filter(value => typeof value === 'string')) {
        const reply = await node.call('GET', `${fill(operation.path)}?${name}=${encodeURIComponent(String(value))}`)
        expectProblem(operation, `${place} ${name}=${String(value)}`, reply)
      }
    const odd = await node.call('GET', `${fill(operation.path)}?${'x'.repeat(3000)}=1`)
    expect(odd.statusCode).toBeLessThan(500)
  }
})
