import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentOf } from './openapi-calls.js'
import { startTestNode, type TestNode } from './world.js'

/** What docs/api.md promises never to take away: routes, what can be asked of them, and the keys of their replies. */
const PROMISED = new URL('promised.txt', import.meta.url)

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>>
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

/** A line for each thing that a program may rely on. */
function offered(): readonly string[] {
  const document = documentOf(node.app) as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
  } // what OpenAPI 3.1 says of itself
  const resolved = (schema: Schema = {}): Schema =>
    schema.$ref === undefined ? schema : resolved(document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''])
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], responses = {} }]) => {
      const route = `${method.toUpperCase()} ${path}`
      const reply = resolved(responses['200']?.content?.['application/json']?.schema)
      return [
        route,
        ...parameters.map(({ in: place, name }) => `${route} ${place} ${name}`),
        ...Object.keys(reply.properties ?? {}).map(key => `${route} reply ${key}`),
      ]
    }),
  )
}

test('whatever the API once promised is still there: who adds something adds its line, nobody takes one away', async () => {
  const promised = (await readFile(PROMISED, 'utf8')).trim().split('\n')
  const there = new Set(offered())
  expect(promised.length).toBeGreaterThan(100)
  expect(promised.filter(line => !there.has(line))).toEqual([])
})
