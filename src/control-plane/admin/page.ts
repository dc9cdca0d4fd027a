// Lists in pages, filtered, and with some of their fields only. Pure.
import { type TSchema, Type } from 'typebox'
import { glob } from '../traffic/region-glob.js'
import { nearest } from '../traffic/suggest.js'
import { ApiProblem } from './problems.js'

export interface PageQuery {
  readonly limit?: string
  readonly cursor?: string
  readonly fields?: string
  readonly match?: string
}

/** What every list takes. */
export const PAGE = {
  limit: Type.Optional(
    Type.String({
      title: 'a whole number from 1 to 1000',
      pattern: '^([1-9][0-9]{0,2}|1000)$',
      description: 'How many at most; all of them unless told.',
      examples: ['100'],
    }),
  ),
  cursor: Type.Optional(
    Type.String({ description: 'Where a page begins: `next` of the one before.', minLength: 1, maxLength: 1024 }),
  ),
  fields: Type.Optional(
    Type.String({
      title: 'names of fields with commas between them',
      pattern: '^[A-Za-z-]+(,[A-Za-z-]+)*$',
      description: 'Only these fields of each item, with commas between them.',
    }),
  ),
  match: Type.Optional(
    Type.String({ description: 'Only those whose key fits this glob (`us-*`).', minLength: 1, maxLength: 300 }),
  ),
}

/** The question for a list that takes nothing else. */
export const PAGE_QUERY = Type.Object(PAGE, { additionalProperties: false })

/** Told in the reply where there is more. */
export const NEXT = Type.Optional(
  Type.String({ description: 'The `cursor` of the next page; absent on the last.', examples: ['dXMtZWFzdA'] }),
)

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/**
 * @param keyOf what a cursor names: unique in the list
 * @throws ApiProblem where the cursor leads nowhere any more
 */
export function pageOf<T>(all: readonly T[], { limit, cursor, match }: PageQuery, keyOf: (item: T) => string): Page<T> {
  const fits = match === undefined ? undefined : glob(match)
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString()
  const last = after === undefined ? -1 : all.findIndex(item => keyOf(item) === after)
  if (after !== undefined && last < 0)
    throw new ApiProblem('request-invalid', 'the cursor leads to what is not there any more: begin anew')
  const rest = all.slice(last + 1).filter(item => fits === undefined || fits.test(keyOf(item)))
  const items = limit === undefined ? rest : rest.slice(0, Number(limit))
  const end = items.at(-1)
  return {
    items,
    ...(items.length === rest.length || end === undefined
      ? {}
      : { next: Buffer.from(keyOf(end)).toString('base64url') }),
  }
}

/**
 * The items with the fields that are asked for, all of them where none are named.
 * @param schema that of an item, which says what fields there are
 * @throws ApiProblem where there is no such field
 */
export function sparse<T extends object>(
  items: readonly T[],
  fields: string | undefined,
  schema: TSchema,
): readonly T[] {
  if (fields === undefined) return items
  const wanted = fields.split(',')
  const known = Object.keys((schema as { readonly properties?: object }).properties ?? {}) // ours are maps
  for (const field of wanted.filter(field => !known.includes(field))) {
    const suggestion = nearest(field, known)
    const hint = suggestion === undefined ? `; known: ${known.join(', ')}` : ` (did you mean "${suggestion}"?)`
    throw new ApiProblem('request-invalid', `there is no field "${field}"${hint}`)
  }
  const some = (item: T) => Object.fromEntries(Object.entries(item).filter(([key]) => wanted.includes(key)))
  return items.map(item => some(item) as T) // whoever asks for a part knows that it is one
}
