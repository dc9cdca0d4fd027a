// How much explain is asked: little in every run of the tests, and 100,000 questions where scripts/proofs/explain.mjs wants it.
import { proofForm } from '../../proof-form.js'

const { isLong, leave } = proofForm('MERIDIAN_EXPLAIN')

export { isLong }

/** Of one file of tests. */
export const asked = { worlds: 0, questions: 0, answered: 0 }

export const leaveFigures = (): void => leave(asked)
