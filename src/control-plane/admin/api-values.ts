// Building blocks of the API's schemas: lists, times, texts, and values that null takes away.
import { type Static, type TSchema, Type } from 'typebox'

/** A list that nobody changes. */
export const listOf = <S extends TSchema>(items: S, description: string) =>
  Type.Unsafe<readonly Static<S>[]>({ type: 'array', items, description })

/** A moment, RFC 3339, UTC. */
export const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-03-01T09:30:00.000Z'] })

export const text = (description: string, ...examples: readonly string[]) => Type.String({ description, examples })

/** Ids of safety rules in the body of a change. */
export const OVERRIDE_RULES = Type.Optional(
  Type.Unsafe<readonly string[]>({
    type: 'array',
    title: 'a list of ids of safety rules',
    items: { type: 'string', title: 'the id of a safety rule', minLength: 1, maxLength: 63 },
    maxItems: 100,
    description: 'Safety rules that are overridden; it needs a reason.',
    examples: [['two-up']],
  }),
)

/** What was overridden to make something so. */
export const OVERRODE = Type.Optional(
  Type.Unsafe<readonly string[]>({
    type: 'array',
    items: { type: 'string' },
    description: 'The safety rules that were overridden for it; absent where none was.',
  }),
)

/** A name in the path. */
export const key = (title: string, ...examples: readonly string[]) =>
  Type.String({ title, description: `${title[0]?.toUpperCase()}${title.slice(1)}.`, examples, minLength: 1 })

/** RFC 7396: in a patch, null removes the value, and its default holds again. */
export const removable = <S extends TSchema>({ ...schema }: S) => {
  const { type = [] } = schema as { readonly type?: string | readonly string[] } // all of ours have some
  return Type.Optional(Type.Unsafe<Static<S> | null>({ ...schema, type: [...[type].flat(), 'null'] }))
}

/** RFC 3339 §1: years have four digits. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** Epoch ms as RFC 3339. What is kept may be absurd, and must not make a whole list unreadable: the last time there is. */
export const isoTime = (ms: number): string => new Date(Math.min(ms, LAST_MS)).toISOString()

/** A whole number in the query of an address, which is text. */
export const whole = (description: string, ...examples: readonly string[]) =>
  Type.String({ title: 'a whole number', pattern: '^[0-9]{1,12}$', description, examples })
