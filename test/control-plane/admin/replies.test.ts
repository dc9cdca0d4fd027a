// What the API answers is what its documentation says, and odd requests get problems, never a failure.
import { Ajv } from 'ajv'
import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Schema } from '../../../src/control-plane/admin/openapi-document.js'
import type { Health } from '../../../src/control-plane/health/health.js'
import { documentOf, editsDocument, fill, NAMES, operationsOf, sampleOf } from './openapi-calls.js'
import { DOCUMENT, startTestNode, type TestNode } from './world.js'

// Draft 2020-12 means for what we use of it the same as draft 7.
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })

const HEALTH: Health = new Map([
  [
    'us-east',
    [
      {
        address: '192.0.2.1',
        up: false,
        since: 0,
        changeInMs: 5,
        cause: 'x',
        checks: [{ check: 'api', up: false, run: 1, changeInMs: 0, lastMs: 2, lastAt: 1, nextAt: 2, lastError: 'x' }],
      },
    ],
  ],
])

let node: TestNode
let valid: (method: string, path: string, reply: LightMyRequestResponse) => unknown
beforeAll(async () => {
  node = await startTestNode(`${DOCUMENT}latency: { measured: { file: rtt.csv, learned: {} } }\n`)
  node.health = HEALTH
  const steps = [{ kind: 'failing', at: 1000, address: '192.0.2.1' }] as const
  node.incidents = [{ id: NAMES['id']!, region: 'us-east', startedAt: 1000, cause: 'x', down: ['192.0.2.1'], steps }]
  const { paths, components } = documentOf(node.app)
  valid = (method, path, reply) => {
    const type = String(reply.headers['content-type']).split(';', 1)[0] ?? ''
    const content = paths[path]?.[method.toLowerCase()]?.responses[reply.statusCode]?.content?.[type]
    if (content === undefined) return `a reply ${reply.statusCode} of type ${type} is not documented`
    if (!type.endsWith('json')) return undefined
    const schema = resolved(content.schema ?? {}, components?.schemas ?? {})
    return ajv.validate(schema, reply.json()) ? undefined : ajv.errors
  }
})
afterAll(() => node.close())

const resolved = (schema: Schema, known: Readonly<Record<string, Schema>>): Schema =>
  schema.$ref === undefined ? schema : (known[schema.$ref.replace('#/components/schemas/', '')] ?? {})

const madeOverride = async (): Promise<string> => {
  const payload = { targets: ['us-east'], state: 'drain', percent: 5, reason: 'why', for: '5m' }
  return (await node.call('POST', '/v1/overrides', { payload })).json().id
}

/** Planned for this one operation: one that it starts is ended again, so that the next one may begin. */
const madeDrill = async (): Promise<string> => {
  for (const { id, phase } of (await node.call('GET', '/v1/drills')).json().drills)
    if (phase !== 'over') await node.call('POST', `/v1/drills/${id}/abort`)
  for (const { id } of (await node.call('GET', '/v1/overrides')).json().overrides)
    await node.call('DELETE', `/v1/overrides/${id}`)
  // An operation before has taken it out.
  await node.call('POST', '/v1/regions/us-east/enable')
  const payload = { targets: ['us-east'], reason: 'why' }
  return (await node.call('POST', '/v1/drills', { payload })).json().id
}

let tokenCount = 0
const madeToken = async (): Promise<string> => {
  const payload = { name: `made-${++tokenCount}`, scopes: ['read'] }
  return (await node.call('POST', '/v1/tokens', { payload })).json().id
}

test('every operation answers as it is documented, also while the document is broken', async () => {
  const text = await node.text()
  for (const broken of [false, true]) {
    if (broken) await node.rewrite(`${text}nonsense: 1\n`)
    for (const operation of operationsOf(node.app)) {
      const { method, path } = operation
      const names = path.startsWith('/v1/overrides/{')
        ? { id: await madeOverride() }
        : path.startsWith('/v1/tokens/{')
          ? { id: await madeToken() }
          : path.startsWith('/v1/drills/{')
            ? { id: await madeDrill() }
            : NAMES
      // No drill begins while a region is down.
      node.health = path.startsWith('/v1/drills/{') ? new Map() : HEALTH
      const { url, ...options } = sampleOf(operation, await node.text(), names)
      const reply = await node.call(method, String(url), options)
      // A zone without keys has none to exchange.
      const refused = path.endsWith('/dnssec/rollover') ? 409 : broken && editsDocument(operation) ? 422 : 200
      expect(reply.statusCode, `${method} ${path}: ${reply.body}`).toBe(refused)
      expect(valid(method, path, reply), `${method} ${path}: ${reply.body}`).toBeUndefined()
    }
  }
  await node.rewrite(text)
})

const oddText = fc.oneof(
  fc.constantFrom(
    'us-east',
    'api',
    '@',
    '.',
    '..',
    '*',
    '__proto__',
    'constructor',
    '%00',
    '\\',
    '\\999',
    'é',
    'a'.repeat(64),
    '1.2.3.4/33',
    '::',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const oddBody = fc.oneof(
  fc.dictionary(
    fc.constantFrom('ttl', 'weight', 'location', 'addresses', 'enabled', 'description', 'capacity', 'reason', 'max'),
    fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '5s',
        -1,
        1e308,
        [],
        {},
        { max: '5s', min: null },
        { latitude: 1, longitude: 2 },
        ['192.0.2.77'],
        '\u0000',
        '# a\nb: c',
        '*x',
        '&a [',
        '- ',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    ),
    { maxKeys: 4 },
  ),
  fc.jsonValue({ maxDepth: 2 }),
)
const encoded = (text: string): string => {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80' // half of a surrogate pair has no encoding
  }
}

test('odd names, bodies, queries and headers get a documented reply or a problem, never a failure', async () => {
  const operations = operationsOf(node.app)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operations),
      fc.record({
        id: fc.oneof(fc.constant('spare'), oddText),
        zone: fc.oneof(fc.constant('example.com'), oddText),
        name: fc.oneof(fc.constant('api'), oddText),
      }),
      oddBody,
      fc.dictionary(fc.constantFrom('name', 'type', 'client', 'resolver', 'other'), oddText),
      fc.constantFrom<Record<string, string>>(
        {},
        { 'if-match': '"x"' },
        { 'if-match': 'x' },
        { 'x-reason': 'é\t"' },
        { 'content-type': 'a/b' },
        { 'content-type': 'application/json;charset=x' },
        { accept: 'text/html' },
      ),
      async ({ method, path, hasBody }, names, body, query, headers) => {
        const text = Object.fromEntries(Object.entries(names).map(([key, value]) => [key, encoded(value)]))
        const search = Object.entries(query)
          .map(([key, value]) => `${key}=${encoded(value)}`)
          .join('&')
        const payload = hasBody || method !== 'GET' ? { payload: JSON.stringify(body) } : {}
        const type = hasBody ? { 'content-type': 'application/json' } : {}
        const reply = await node.call(method, `${fill(path, text)}?${search}`, {
          headers: { ...type, ...headers },
          ...payload,
        })
        expect(reply.statusCode, reply.body).not.toBe(500)
        if (reply.statusCode !== 200) {
          expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
          expect(reply.json().status).toBe(reply.statusCode)
        }
      },
    ),
    { numRuns: 300 },
  )
  expect(JSON.stringify(node.lines)).not.toContain('a request failed')
  expect(node.store.refused()).toBeUndefined()
})
