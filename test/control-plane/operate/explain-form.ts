// How much explain is asked: little in every run of the tests, and 100,000 questions where scripts/proofs/explain.mjs wants it.
import { appendFileSync } from 'node:fs'

const { MERIDIAN_EXPLAIN: form, MERIDIAN_EXPLAIN_FIGURES: file } = process.env
export const isLong = form === 'long'

/** Of one file of tests. */
export const asked = { worlds: 0, questions: 0, answered: 0 }

/** Leaves what was asked where the proof looks for it. */
export function leaveFigures(): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(asked)}\n`)
}
