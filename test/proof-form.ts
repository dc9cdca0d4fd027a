// Tests that are a proof's long form, too: how much they ask, and where they leave their figures (scripts/proofs/long-form.mjs).
import { appendFileSync } from 'node:fs'

export interface ProofForm {
  /** Whether the proof wants it all; every run of the tests asks a little. */
  readonly isLong: boolean
  /** Leaves figures of one file of tests where the proof looks for them. */
  leave(figures: object): void
}

/** @param variable of the environment, by which the proof tells */
export function proofForm(variable: string): ProofForm {
  const file = process.env[`${variable}_FIGURES`]
  return {
    isLong: process.env[variable] === 'long',
    leave: figures => {
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(figures)}\n`)
    },
  }
}
