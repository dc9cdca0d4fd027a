// Every operation that the OpenAPI document of a server tells of, as requests to make.
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { ApiDocument } from '../../../src/control-plane/admin/openapi-document.js'

export interface Operation {
  readonly method: string
  /** With `{id}` and the like in it. */
  readonly path: string
  readonly open: boolean
  readonly hasBody: boolean
}

export const NAMES: Readonly<Record<string, string>> = {
  id: 'us-east',
  check: 'told',
  zone: 'example.com',
  name: 'api',
  number: '1',
  table: 'measured',
  fact: 'frozen',
  section: 'regions',
}

export const documentOf = (app: FastifyInstance): ApiDocument => app.swagger() as unknown as ApiDocument // of our own making

/** But for streams, which do not end. */
export const operationsOf = (app: FastifyInstance): readonly Operation[] =>
  Object.entries(documentOf(app).paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => responses['200']?.content?.['text/event-stream'] === undefined)
      .map(([method, { security = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        open: security.length === 0,
        hasBody: requestBody !== undefined,
      })),
  )

/** The path with names in it that the test document has, or with others. */
export const fill = (path: string, names: Readonly<Record<string, string>> = NAMES): string =>
  path.replace(/\{(\w+)\}/g, (_, key: string) => names[key] ?? 'nothing')

/** What an operation takes where an empty map is not enough. `text` is the document as it is. */
export function sampleOf({ method, path, hasBody }: Operation, text: string, names = NAMES): InjectOptions {
  const sample = SAMPLES[`${method} ${path}`]?.(text)
  return { ...(hasBody ? { payload: {} } : {}), ...sample, url: fill(path, names) + (sample?.url ?? '') }
}

let count = 0

const SAMPLES: Readonly<Record<string, (text: string) => InjectOptions>> = {
  'GET /v1/catchment': () => ({ url: '?name=api.example.com' }),
  'GET /v1/explain': () => ({ url: '?name=api.example.com' }),
  'GET /v1/latency/{table}/rows': () => ({ url: '?client=203.0.113.7' }),
  'POST /v1/latency': () => ({ payload: { samples: [{ client: '203.0.113.7', region: 'us-east', rttMs: 12 }] } }),
  'PUT /v1/latency/{table}': () => ({ headers: { 'content-type': 'text/csv' }, payload: 'client,region,ms\n' }),
  'POST /v1/regions/{id}/load': () => ({ payload: { current: 1, capacity: 2 } }),
  'POST /v1/geo': () => ({ payload: { from: 'good.mmdb' } }),
  'POST /v1/checks/{check}/state': () => ({ payload: { up: true } }),
  'POST /v1/signals': () => ({ payload: { region: 'us-east', source: 'lb', failing: true } }),
  'POST /v1/drills': () => ({ payload: { targets: ['us-east'], reason: 'why' } }),
  'POST /v1/drills/plan': () => ({ payload: { targets: ['us-east'], reason: 'why' } }),
  'POST /v1/overrides': () => ({ payload: { targets: ['us-*'], state: 'down', reason: 'why', for: '5m' } }),
  'DELETE /v1/traffic/{section}/{id}': () => ({ url: '?dryRun=true' }),
  'PUT /v1/traffic/{section}/{id}': () => ({ payload: { addresses: ['192.0.2.1'] } }),
  'DELETE /v1/traffic/zones/{zone}/records/{name}': () => ({ url: '?dryRun=true' }),
  'PUT /v1/traffic/zones/{zone}/records/{name}': () => ({ payload: { steer: 'nearest' } }),
  'PUT /v1/facts/{fact}': () => ({ payload: { holds: false } }),
  'POST /v1/zones/{zone}/dnssec/rollover': () => ({ payload: { kind: 'csk' } }),
  'POST /v1/tokens': () => ({ payload: { name: `token-${++count}`, scopes: ['read'] } }),
  'PUT /v1/traffic': text => ({ headers: { 'content-type': 'application/yaml' }, payload: text }),
}

/** Whether the operation has to do with the document where it is kept. */
export const editsDocument = ({ method, path }: Operation): boolean =>
  method !== 'GET' &&
  // What is reported goes elsewhere; files of tables are a part of the document.
  !(method === 'POST' && path === '/v1/latency') &&
  !/^\/v1\/(overrides|drills|tokens|facts|checks|signals|simulate|geo)|\/(release|load|rollover)$/.test(path)
