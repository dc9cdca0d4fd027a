// What kind of field a schema asks for, by the value that is there; and values from what is typed and back. Pure.
import type { Schema } from './completion.js'

export type Shape =
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'tick' }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  /** Words with commas between them. */
  | { readonly kind: 'words' }
  /** As many numbers as the document wants there, with commas between them. */
  | { readonly kind: 'numbers' }
  | { readonly kind: 'rows'; readonly item: Schema }
  | { readonly kind: 'map'; readonly properties: Readonly<Record<string, Schema>> }
  /** Keys that whoever writes them chooses. */
  | { readonly kind: 'table'; readonly entry: Schema }
  /** Nothing to be filled in. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'json' }

type Map = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The side of a choice that the value is on; of nothing, a tick where there is one, else the last. */
export function chosen(schema: Schema, value: unknown): Schema {
  const { if: test, then: yes, else: no } = schema
  if (test === undefined || yes === undefined || no === undefined) return schema
  const isYes = value === undefined ? yes.type === 'boolean' : holds(test, value)
  return chosen(isYes ? yes : no, value)
}

/** Whether a value may be a map instead of something plainer, or the other way round; undefined where there is no such choice. */
export function otherWay(schema: Schema, value: unknown): 'map' | 'plain' | undefined {
  const { if: test, then: yes, else: no } = schema
  if (test === undefined || yes === undefined || no === undefined) return undefined
  const [is, maps] = [shapeOf(chosen(schema, value)).kind, [yes, no].map(side => shapeOf(chosen(side, undefined)).kind)]
  if (is !== 'map') return maps.includes('map') ? 'map' : undefined
  return maps.every(kind => kind === 'map') ? undefined : 'plain'
}

/** As much of JSON Schema as our choices are made of. */
function holds({ type, required = [], properties = {}, anyOf, not }: Schema, value: unknown): boolean {
  const isOther = ([key, { const: only }]: [string, Schema]): boolean =>
    only !== undefined && isMap(value) && Object.hasOwn(value, key) && value[key] !== only
  if (Object.entries(properties).some(isOther)) return false
  if (type !== undefined && !typesOf(type).includes(typeOf(value))) return false
  if (!required.every(key => isMap(value) && Object.hasOwn(value, key))) return false
  if (anyOf !== undefined && !anyOf.some(each => holds(each, value))) return false
  return not === undefined || !holds(not, value)
}

const typesOf = (type: Schema['type']): readonly string[] =>
  type === undefined ? [] : typeof type === 'string' ? [type] : type

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value

export function shapeOf(schema: Schema): Shape {
  const { type, enum: words, properties, additionalProperties, items } = schema
  const types = typesOf(type)
  if (words !== undefined) return { kind: 'word', words: words.map(String) }
  if (types.includes('boolean')) return { kind: 'tick' }
  if (types.includes('object')) {
    if (properties !== undefined && Object.keys(properties).length > 0) return { kind: 'map', properties }
    if (typeof additionalProperties === 'object') return { kind: 'table', entry: additionalProperties }
    return additionalProperties === false ? { kind: 'nothing' } : { kind: 'json' }
  }
  if (types.includes('array'))
    return items === undefined
      ? { kind: 'json' }
      : Array.isArray(items)
        ? { kind: 'numbers' }
        : isText(items)
          ? { kind: 'words' }
          : { kind: 'rows', item: items }
  if (types.includes('string')) return { kind: 'text' }
  return types.includes('number') || types.includes('integer') ? { kind: 'number' } : { kind: 'json' }
}

const isText = ({ type, enum: words }: Schema): boolean => type === 'string' && words === undefined

/** `us-east, us-west` of a lone word or a list; empty of nothing. */
export const wordsIn = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value)

/** A lone word where the schema takes one, else a list; undefined of nothing. */
export function wordsFrom(text: string, { type }: Schema): string | readonly string[] | undefined {
  const words = text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
  if (words.length === 0) return undefined
  return words.length === 1 && typesOf(type).includes('string') ? words[0]! : words
}

/** `50.11, 8.68` to numbers; what is none stays as it is typed, for the gate to tell of. */
export function numbersFrom(text: string): readonly (number | string)[] | undefined {
  const words = wordsFrom(text, {})
  if (!Array.isArray(words)) return undefined
  return words.map(word => (Number.isFinite(Number(word)) ? Number(word) : word))
}

/** What a line of text means: a number where the schema takes numbers and it is one. */
export function scalarFrom(text: string, { type }: Schema): string | number | undefined {
  const typed = text.trim()
  if (typed === '') return undefined
  const takesNumbers = typesOf(type).some(each => each === 'number' || each === 'integer')
  return takesNumbers && Number.isFinite(Number(typed)) ? Number(typed) : typed
}

/** With the key set, or without it where the value is nothing; the order of the others stays. */
export function withKey(value: unknown, key: string, next: unknown): Map {
  const entries = Object.entries(isMap(value) ? value : {})
  if (next === undefined) return Object.fromEntries(entries.filter(([each]) => each !== key))
  const known = entries.some(([each]) => each === key)
  return Object.fromEntries(
    known ? entries.map(([each, was]) => [each, each === key ? next : was]) : [...entries, [key, next]],
  )
}

/** With the i-th moved by so many places, as far as there are places. */
export function moved<T>(list: readonly T[], i: number, by: number): readonly T[] {
  const to = Math.max(0, Math.min(list.length - 1, i + by))
  const rest = list.toSpliced(i, 1)
  return rest.toSpliced(to, 0, list[i]!)
}
