import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { publishedSchema, TRAFFIC_SCHEMA } from '../../../src/control-plane/traffic/schema.js'
import { SETTINGS_SCHEMA } from '../../../src/settings-schema.js'

const PUBLISHED = [
  ['traffic.schema.json', publishedSchema('Meridian traffic document', TRAFFIC_SCHEMA)],
  ['server.schema.json', publishedSchema('Meridian settings of a node', SETTINGS_SCHEMA)],
] as const

test.each(PUBLISHED)(
  'config/%s is the schema in the code (node scripts/make-schemas.mjs writes it)',
  async (file, text) => {
    expect(await readFile(new URL(`../../../config/${file}`, import.meta.url), 'utf8')).toBe(text)
  },
)

test.each(PUBLISHED)('config/%s is valid JSON Schema of draft 7', (_, text) => {
  expect(() => new Ajv({ allowUnionTypes: true, strictTuples: false }).compile(JSON.parse(text))).not.toThrow()
})

test.each(PUBLISHED)('config/%s describes every property, for editors to show', (_, text) => {
  expect(undescribed(JSON.parse(text), '')).toEqual([])
})

interface Schema {
  readonly properties?: Readonly<Record<string, Schema & { description?: string }>>
}

function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as Schema // read from JSON
  const here = Object.entries(properties).flatMap(([key, property]) =>
    property.description === undefined && !path.endsWith('/if') ? [`${path}/${key}`] : [],
  )
  return [...here, ...Object.entries(schema).flatMap(([key, inner]) => undescribed(inner, `${path}/${key}`))]
}
