// Every operation that the OpenAPI document of a server tells of, as requests to make.
import type { FastifyInstance } from 'fastify'
import type { ApiDocument } from '../../../src/control-plane/admin/openapi-document.js'

export interface Operation {
  readonly method: string
  /** With `{id}` and the like in it. */
  readonly path: string
  readonly open: boolean
  readonly hasBody: boolean
  /** Changes the document. */
  readonly edits: boolean
}

/** Bodies of operations that something has to be told to. */
export const payloadOf = (path: string): object => (path === '/v1/checks/{check}/state' ? { up: true } : {})

/** What they tell is not written into the document. */
const TELLS = ['/v1/checks/{check}/state', '/v1/regions/{id}/release']

const NAMES: Readonly<Record<string, string>> = { id: 'us-east', check: 'told', zone: 'example.com', name: 'api' }

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
        edits: requestBody !== undefined && !TELLS.includes(path),
      })),
  )

/** The path with names in it that the test document has, or with others. */
export const fill = (path: string, names: Readonly<Record<string, string>> = NAMES): string =>
  path.replace(/\{(\w+)\}/g, (_, key: string) => names[key] ?? 'nothing')
