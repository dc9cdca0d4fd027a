// Shape: a value against a JSON Schema, every fault as a finding, and what of the value is still worth reading.
import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { Static, TSchema } from 'typebox'
import type { Finding } from './finding.js'
import type { KnownShapes } from './known-shapes.js'
import type { Path } from './path.js'
import { readyShape } from './ready-shapes.js'
import { SHAPE_OPTIONS } from './shape-options.js'
import { nearest } from './suggest.js'

/** A value of which any part may be missing, because its shape was wrong; list items keep their index. */
export type Sound<T> = T extends readonly (infer U)[]
  ? readonly (Sound<U> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Sound<T[K]> | undefined }
    : T

/** Finds the check of a schema; undefined where the build has made none. */
type ReadyShapes = (schema: object) => ValidateFunction | undefined

export interface Shape<T> {
  readonly findings: readonly Finding[]
  /** The value without the faulty parts; undefined where nothing is left. */
  readonly sound: Sound<T> | undefined
}

/** Not loaded before a shape is not ready: neither a start nor the API needs one of those. */
const require = createRequire(import.meta.url)
let ajv: Ajv | undefined
const compiled = new WeakMap<TSchema, ValidateFunction>()

/**
 * Checks a value of unknown origin; never throws.
 * @param known what of it needs not be checked again
 * @param ready where checks are that the build has made; those that a start needs unless told
 */
export function checkShape<S extends TSchema>(
  schema: S,
  value: unknown,
  known?: KnownShapes,
  ready: ReadyShapes = readyShape,
): Shape<Static<S>> {
  const validate = validatorOf(schema, ready)
  const unknown = known?.unknownIn(value)
  // Faults are told with where they stand in the whole.
  if (validate(unknown === undefined ? value : unknown.value) || (unknown !== undefined && validate(value))) {
    unknown?.keep()
    return { findings: [], sound: value as Sound<Static<S>> } // the schema has vouched for it
  }
  const errors = (validate.errors ?? []).filter(error => error.keyword !== 'if' && error.propertyName === undefined)
  const findings = errors.map(error => explain(error, pathOf(value, error.instancePath)))
  const faulty = findings.filter((_, i) => !KEEPS_VALUE.has(errors[i]!.keyword)).map(({ path }) => JSON.stringify(path))
  // What is left has the schema's shape, with holes.
  return { findings, sound: without(value, new Set(faulty), []) as Sound<Static<S>> | undefined }
}

/** Whether the value has the shape; why not, checkShape tells. */
export const hasShape = (schema: TSchema, value: unknown): boolean => validatorOf(schema, readyShape)(value)

function validatorOf(schema: TSchema, ready: ReadyShapes): ValidateFunction {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const validate = ready(schema) ?? compile(schema)
  compiled.set(schema, validate)
  return validate
}

function compile(schema: TSchema): ValidateFunction {
  const { Ajv } = require('ajv') as typeof import('ajv') // what the package's own types say
  ajv ??= new Ajv(SHAPE_OPTIONS)
  return ajv.compile(schema)
}

/** What explanations look at in a schema. */
interface Schema {
  readonly title?: string
  readonly type?: string
  readonly properties?: object
  readonly propertyNames?: { readonly title?: string }
}

/** Faults after which the value at the path can still be read. */
const KEEPS_VALUE: ReadonlySet<string> = new Set(['required', 'propertyNames'])

function explain({ keyword, params, data, parentSchema }: ErrorObject, path: Path): Finding {
  const schema = (parentSchema ?? {}) as Schema // our own schemas, see schema-values.ts
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(params['additionalProperty'], Object.keys(schema.properties ?? {}), path)
    case 'required':
      return { path, message: `needs the key "${params['missingProperty']}"` }
    case 'propertyNames': {
      const key: string = params['propertyName']
      return { path: [...path, key], part: 'key', message: `"${key}" is not ${schema.propertyNames?.title}` }
    }
    case 'enum': {
      const words: readonly string[] = params['allowedValues']
      const suggestion = typeof data === 'string' ? nearest(data, words) : undefined
      return { path, message: `${show(data)} is not one of ${words.join(', ')}`, suggestion }
    }
    case 'minimum':
      return { path, message: `${show(data)} is too small; ${params['limit']} is the least` }
    case 'maximum':
      return { path, message: `${show(data)} is too large; ${params['limit']} is the most` }
    case 'exclusiveMinimum':
      return { path, message: `${show(data)} is too small; it must be more than ${params['limit']}` }
    case 'minProperties':
    case 'maxProperties':
      return { path, message: `has ${Object.keys(data as object).length} keys; exactly one is expected` } // data of such a fault is a map
    case 'minItems':
      if (params['limit'] === 1) return { path, message: 'needs at least one entry' }
  }
  if (data === null) return { path, message: `is empty; write ${expected(schema)} here` }
  return { path, message: `${show(data)} is not ${expected(schema)}` }
}

function unknownKey(key: string, known: readonly string[], path: Path): Finding {
  const suggestion = nearest(key, known)
  const hint = suggestion === undefined && known.length > 0 ? `; known here: ${known.join(', ')}` : ''
  return { path: [...path, key], part: 'key', message: `unknown key "${key}"${hint}`, suggestion }
}

const WORDS: Record<string, string> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
}

const expected = ({ title, type }: Schema): string => title ?? WORDS[type ?? ''] ?? 'what is expected here'

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'a map' : JSON.stringify(value)
}

/** A JSON pointer as a path; an index is told from a key by what it points into. */
function pathOf(value: unknown, pointer: string): Path {
  let at = value
  return pointer
    .split('/')
    .slice(1)
    .map(step => {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      const index = Array.isArray(at) ? Number(key) : key
      at = (at as Record<string | number, unknown>)[index] // the pointer was made by walking this very value
      return index
    })
}

function without(value: unknown, faulty: ReadonlySet<string>, path: Path): unknown {
  if (faulty.has(JSON.stringify(path))) return undefined
  if (Array.isArray(value)) return value.map((item, i) => without(item, faulty, [...path, i]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, faulty, [...path, key])]))
}
