// The small values of the written form, as JSON Schema. A title completes the sentence "… is not …" in a problem.
import { type Static, type TSchema, Type } from 'typebox'
import { DURATION_PATTERN } from './duration.js'

/** 10s, 5m, or a number of seconds. `fallback` is what it is when nothing is written. */
export const duration = (description: string, fallback?: string) =>
  Type.Unsafe<string | number>({
    title: 'a duration such as 500ms, 10s, 5m, 2h or 14d',
    type: ['string', 'number'],
    pattern: DURATION_PATTERN,
    minimum: 0,
    ...described(description, fallback),
  })

/** One word of a few. */
export const word = <const W extends string>(words: readonly W[], description: string, fallback?: W) =>
  Type.Unsafe<W>({ type: 'string', enum: words, ...described(description, fallback) })

/** A map from names that the operator chooses to values of one kind. */
export const mapOf = <S extends TSchema>(value: S, description: string, keys?: TSchema) =>
  Type.Unsafe<{ readonly [key: string]: Static<S> }>({
    type: 'object',
    description,
    additionalProperties: value,
    ...(keys === undefined ? {} : { propertyNames: keys }),
  })

/** A map with these keys and no others. */
export const mapWith = <P extends Record<string, TSchema>>(properties: P, description: string, title = 'a map') =>
  Type.Object(properties, { additionalProperties: false, description, title })

/** `yes` where `test` holds and `no` elsewhere: unlike anyOf, a wrong value gets the complaints of one side only. */
export const choose = <Y extends TSchema, N extends TSchema>(test: object, yes: Y, no: N, description: string) =>
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
  Type.Unsafe<Static<Y> | Static<N>>({ description, if: test, then: yes, else: no })

/** The names of checks, regions and policies. */
export const ID = Type.String({
  title: 'an id: a to z, 0 to 9 and -, at most 63 of them',
  pattern: '^[a-z0-9-]{1,63}$',
})

/** What editors show on hover, and fill in. */
export const described = (description: string, fallback?: unknown) => ({
  description,
  ...(fallback === undefined ? {} : { default: fallback }),
})

/** How many checks: all of them unless told. */
export const soMany = (description: string) =>
  Type.Optional(
    Type.Unsafe<'all' | 'any' | number>({
      title: 'all, any, or a number of checks',
      type: ['string', 'integer'],
      pattern: '^(all|any)$',
      minimum: 1,
      ...described(description, 'all'),
    }),
  )
