// The steps of a policy as it is written, and as a form has them: a word, and what stands beneath it. Pure.
import type { Schema } from './completion.js'
import { isMap } from './shape.js'

export interface Step {
  readonly word: string
  /** Undefined where the word says all. */
  readonly options: unknown
}

export interface StepKind {
  readonly word: string
  readonly schema: Schema
  /** Whether it may stand without options. */
  readonly alone: boolean
}

/** Every step that the schema of the document knows, in its order. */
export function stepKinds(schema: Schema | undefined): readonly StepKind[] {
  const policies = schema?.properties?.['policies']?.additionalProperties
  const step = typeof policies === 'object' ? policies.items : undefined
  const alone = new Set(step?.else?.enum?.map(String))
  return Object.entries(step?.then?.properties ?? {}).map(([word, schema]) => ({
    word,
    schema,
    alone: alone.has(word),
  }))
}

export function readSteps(written: unknown): readonly Step[] {
  if (!Array.isArray(written)) return []
  return written.flatMap((step): readonly Step[] => {
    if (typeof step === 'string') return [{ word: step, options: undefined }]
    return isMap(step) ? Object.entries(step).map(([word, options]) => ({ word, options: options ?? undefined })) : []
  })
}

/** The shortest that means the same. */
export const writeSteps = (steps: readonly Step[], kinds: readonly StepKind[]): readonly unknown[] =>
  steps.map(({ word, options }) => {
    const alone = kinds.some(kind => kind.word === word && kind.alone)
    const empty = options === undefined || (isMap(options) && Object.keys(options).length === 0)
    return empty && alone ? word : { [word]: options ?? null }
  })

/** `distance`, `latency: within 10ms`, in one line. */
export function stepInWords({ word, options }: Step): string {
  if (options === undefined) return word
  const told = isMap(options)
    ? Object.entries(options).map(
        ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
      )
    : [Array.isArray(options) ? options.join(', ') : String(options)]
  return told.length === 0 ? word : `${word}: ${told.join('; ')}`
}
