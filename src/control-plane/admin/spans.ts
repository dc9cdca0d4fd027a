// Durations in requests that are added to the clock: what they look like, and the most that each may be.
import { Type } from 'typebox'
import { DURATION_PATTERN, parseDuration } from '../traffic/duration.js'
import { ApiProblem } from './problems.js'

interface Span {
  /** Of the body that it stands in. */
  readonly path: string
  /** As people write it. */
  readonly most: string
  /** Seconds. */
  readonly least?: number
  readonly title: string
  readonly description: string
  readonly example: string
}

/** A duration as a body has it, and how it is read. */
export function span({ path, most, least = 0, title, description, example }: Span) {
  const mostMs = parseDuration(most)!
  return {
    schema: Type.Optional(
      Type.Unsafe<string | number>({
        title,
        type: ['string', 'number'],
        pattern: DURATION_PATTERN,
        minimum: least,
        maximum: mostMs / 1000,
        description: `${description} ${most} is the most.`,
        examples: [example],
      }),
    ),
    /** Milliseconds; undefined where none is written. @throws ApiProblem */
    read(written: string | number | undefined): number | undefined {
      if (written === undefined) return undefined
      const ms = parseDuration(written)
      if (ms !== undefined && ms >= least * 1000 && ms <= mostMs) return ms
      const message =
        ms === undefined || ms > mostMs
          ? `${JSON.stringify(written)} is too long; ${most} is the most`
          : `${JSON.stringify(written)} is too short; ${least}s is the least`
      throw new ApiProblem('request-invalid', 'the body is not as it should be', { errors: [{ path, message }] })
    },
  }
}
